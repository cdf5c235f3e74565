/** Codes of what stands for a character that HTML, JSON or JavaScript has a meaning for. */
const STAND_INS = /** @type {Record<string, number>} */ ({ v: 34, w: 38, x: 60, y: 92 });

/** @typedef {(view: Element | null) => void} Enliven */

/**
 * Make a player of the view that this script stands in; of all views, in a front end that does not
 * say which script runs. The view that comes first unpacks the code for all in its page.
 * @param {string} name  Of the code: one for each version.
 * @param {string} packed  The code: a script, deflated, in Ascii85 with stand-ins.
 */
export function enlivenViews(name, packed) {
  const page = /** @type {Record<string, any>} */ (/** @type {unknown} */ (window));
  const own = document.currentScript;
  const views = own ? [own.closest(".jtts-view")] : document.querySelectorAll(".jtts-view");
  // The player knows the length: no sound is decoded before it is to be heard.
  views.forEach((view) => view?.querySelector("audio")?.setAttribute("preload", "none"));
  /** @type {Promise<Enliven | undefined>} */
  const code = (page[name] ??= unpack(packed));
  void code.then((enliven) => enliven && views.forEach(enliven));
}

/**
 * @param {string} packed
 * @returns {Promise<Enliven | undefined>} Nothing, where the page lets no script run.
 */
async function unpack(packed) {
  const bytes = new DataView(new ArrayBuffer((packed.length / 5) * 4));
  let value = 0;
  [...packed].forEach((char, i) => {
    value = 85 * value + (STAND_INS[char] ?? char.charCodeAt(0)) - 33;
    if (i % 5 < 4) return;
    bytes.setUint32(((i - 4) / 5) * 4, value);
    value = 0;
  });
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const script = document.createElement("script");
  script.text = await new Response(plain).text();
  document.head.append(script);
  script.remove();
  return /** @type {{ enliven?: Enliven }} */ (script).enliven;
}
