/** @typedef {import("./places.js").Manager} Manager */

/**
 * What was drawn beside a widget by its last message.
 * @type {Map<string, { message: string, remove: (() => void)[] }>}
 */
const drawn = new Map();

/**
 * Draw a widget below another one, on a page that has no notebook: Voila's shows nothing of what a
 * callback displays. What an earlier message drew there is removed.
 * @param {Manager | undefined} manager
 * @param {{ own: string, other: string, message: string, removed: () => void }} widgets  `removed`
 *   is called once the view is removed for a later one.
 */
export async function drawBeside(manager, { own, other, message, removed }) {
  const anchor = await elementOf(manager, other);
  const model = await manager?.get_model?.(own);
  if (!anchor || !model || !manager?.create_view) return;
  const before = drawn.get(other);
  if (before?.message !== message) {
    drawn.set(other, { message, remove: [] });
    before?.remove.forEach((remove) => remove());
  }
  const host = document.createElement("div");
  anchor.after(host);
  const { luminoWidget } = await manager.create_view(model);
  // As its front end does, so that the view is told of its size and its end.
  luminoWidget.constructor.attach(luminoWidget, host);
  drawn.get(other)?.remove.push(() => {
    luminoWidget.dispose();
    host.remove();
    removed();
  });
}

/**
 * The outermost element of a widget's view, below which there is room.
 * @param {Manager | undefined} manager
 * @param {string} id
 */
async function elementOf(manager, id) {
  const model = await manager?.get_model?.(id);
  const views = await Promise.all(Object.values(model?.views ?? {}));
  /** @type {Element | undefined} */
  let element = views.map(({ el }) => el).find((el) => el?.isConnected);
  for (
    let outer = element;
    outer;
    outer = outer.parentElement?.closest(".jupyter-widgets") ?? undefined
  )
    element = outer;
  return element;
}
