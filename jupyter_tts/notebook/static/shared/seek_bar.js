import { clock, element, setAttribute, setText } from "./dom.js";

/** Below so many seconds times have a decimal. */
const SHORT = 9.95;

/**
 * What is shown of a sound. Positions are in frames.
 * @typedef {object} Sound
 * @property {number} rate  Frames per second.
 * @property {number} frames  Those that are there.
 * @property {number} total  Those of the whole, as far as is known; `known` says whether it is final.
 * @property {boolean} known
 * @property {number} position  The one being heard.
 * @property {(frame: number) => void} seek
 * @property {(view: object, active: boolean) => void} preview  The slider is being moved, or no longer.
 */

/**
 * A picture of the sound, twice: in the colour of what has been played, and of the rest.
 * @typedef {object} Picture
 * @property {Element} rest  Of class `jtts-wave-rest`.
 * @property {Element} played  Of class `jtts-wave-played`.
 * @property {(frames: number, extent: number) => void} draw  `extent`: frames across the whole width.
 * @property {() => void} recolour  The colours have changed.
 */

/** Seconds that a key moves the position. */
const KEY_STEPS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -5,
  PageUp: 5,
  Home: -Infinity,
  End: Infinity,
});

/**
 * Frames the width of a waveform stands for. While the length of the stream is unknown, it grows in
 * steps, so that the picture is rescaled rarely and always shows where sound is still to come.
 * @param {number} frames  Received, or the whole when `known`.
 * @param {boolean} known
 * @param {number} rate
 */
function waveformExtent(frames, known, rate) {
  if (known) return Math.max(frames, 1);
  let seconds = 8;
  while (frames > 0.9 * seconds * rate) seconds *= 1.5;
  return Math.round(seconds * rate);
}

/** Where the sound is: the waveform with the slider laid over it, and the time. */
export class SeekBar {
  #sound;
  #picture;
  #slider = element("input", {
    type: "range",
    class: "jtts-slider",
    min: "0",
    step: "0.01",
    "aria-label": "Position",
    title: "Position",
  });
  #elapsed = element("span", { class: "jtts-elapsed" });
  #total = element("span", { class: "jtts-total" });
  #resize = new ResizeObserver(() => this.update());
  /** @type {number | null} Frame that the slider shows while a user moves it. */
  #held = null;

  /**
   * @param {Sound} sound
   * @param {Picture} picture
   */
  constructor(sound, picture) {
    this.#sound = sound;
    this.#picture = picture;
    const head = element("div", { class: "jtts-head" });
    this.wave = element(
      "div",
      { class: "jtts-wave" },
      picture.rest,
      picture.played,
      head,
      this.#slider,
    );
    const slash = element("span", { class: "jtts-slash" }, "/");
    this.time = element("div", { class: "jtts-time" }, this.#elapsed, slash, this.#total);
    this.#listen();
    this.#resize.observe(this.wave);
  }

  update() {
    const { frames, known, rate } = this.#sound;
    const total = this.#sound.total;
    const extent = waveformExtent(known ? total : frames, known, rate);
    const position = this.#held ?? this.#sound.position;
    this.#picture.draw(frames, extent);
    setAttribute(this.wave, "style", `--jtts-at: ${Math.min(1, position / extent).toFixed(4)}`);
    setAttribute(this.#slider, "max", String(extent / rate));
    if (this.#held === null) this.#slider.value = String(position / rate);
    this.#showTime(position, total, known, rate);
  }

  /**
   * Whether a key moves the position.
   * @param {KeyboardEvent} event
   */
  moves({ target, key, ctrlKey, metaKey, altKey }) {
    return target === this.#slider && key in KEY_STEPS && !(ctrlKey || metaKey || altKey);
  }

  close() {
    this.#resize.disconnect();
    this.#sound.preview(this, false);
  }

  /**
   * @param {number} position
   * @param {number} total
   * @param {boolean} known
   * @param {number} rate
   */
  #showTime(position, total, known, rate) {
    const [seconds, length] = [position / rate, total / rate];
    const isShort = length < SHORT;
    const whole = isShort ? length.toFixed(1) : clock(Math.round(length));
    const begun = isShort ? (Math.floor(10 * seconds) / 10).toFixed(1) : clock(seconds);
    const elapsed = known && position >= total ? whole : begun;
    const unit = isShort ? " s" : "";
    this.time.classList.toggle("jtts-empty", total === 0);
    setText(this.#elapsed, elapsed);
    setText(this.#total, `${whole}${unit}${known ? "" : "…"}`);
    setAttribute(this.#slider, "aria-valuetext", `${elapsed} of ${whole}${unit}`);
  }

  #listen() {
    const slider = this.#slider;
    slider.addEventListener("input", () => {
      this.#held = Math.min(Number(slider.value) * this.#sound.rate, this.#sound.frames);
      this.#sound.preview(this, true);
    });
    // A drag that ends where it began fires no `change`.
    for (const end of ["change", "pointerup", "pointercancel", "blur"]) {
      slider.addEventListener(end, () => this.#release());
    }
    slider.addEventListener("keydown", (event) => this.#onKey(event));
    slider.addEventListener("keyup", () => this.#sound.preview(this, false));
    // Pixels do not follow the theme; their CSS colour does, through a transition made for these
    // events.
    for (const part of [this.#picture.rest, this.#picture.played]) {
      part.addEventListener("transitionend", () => this.#recolour());
      part.addEventListener("transitioncancel", () => this.#recolour());
    }
  }

  #recolour() {
    this.#picture.recolour();
    this.update();
  }

  #release() {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#sound.seek(held);
    this.#sound.preview(this, false);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.moves(event)) return;
    const step = KEY_STEPS[event.key];
    event.preventDefault();
    const { position, rate, frames } = this.#sound;
    this.#sound.preview(this, true);
    this.#sound.seek(Math.max(0, Math.min(position + step * rate, frames)));
  }
}
