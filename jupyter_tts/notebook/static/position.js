import { clock, element, setAttribute, setText } from "./dom.js";
import { Waveform, waveformExtent } from "./waveform.js";

/** @typedef {import("./engine.js").Engine} Engine */

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

/** Where the sound is: the waveform with the slider laid over it, and the time. */
export class PositionView {
  #engine;
  #waves;
  #waveform = element("canvas", { class: "jtts-wave-rest" });
  #played = element("canvas", { class: "jtts-wave-played" });
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
  /** @type {number | null} Frame under the hand of a user who is moving the slider. */
  #held = null;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
    this.#waves = [this.#waveform, this.#played].map(
      (canvas) => new Waveform(canvas, engine.peaks),
    );
    const head = element("div", { class: "jtts-head" });
    this.wave = element(
      "div",
      { class: "jtts-wave" },
      this.#waveform,
      this.#played,
      head,
      this.#slider,
    );
    const slash = element("span", { class: "jtts-slash" }, "/");
    this.time = element("div", { class: "jtts-time" }, this.#elapsed, slash, this.#total);
    this.#listen();
    this.#resize.observe(this.wave);
  }

  update() {
    const { frames, known, rate } = this.#engine;
    const total = this.#engine.total;
    const extent = waveformExtent(known ? total : frames, known, rate);
    const position = this.#held ?? this.#engine.position;
    for (const wave of this.#waves) wave.draw(frames, extent);
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
    this.#engine.preview(this, false);
  }

  /**
   * @param {number} position
   * @param {number} total
   * @param {boolean} known
   * @param {number} rate
   */
  #showTime(position, total, known, rate) {
    const whole = clock(total > 0 ? Math.max(1, Math.round(total / rate)) : 0);
    const elapsed = known && position >= total ? whole : clock(position / rate);
    setText(this.#elapsed, elapsed);
    setText(this.#total, known ? whole : `${whole}…`);
    setAttribute(this.#slider, "aria-valuetext", `${elapsed} of ${whole}`);
  }

  #listen() {
    const slider = this.#slider;
    slider.addEventListener("input", () => {
      this.#held = Math.min(Number(slider.value) * this.#engine.rate, this.#engine.frames);
      this.#engine.preview(this, true);
    });
    // A drag that ends where it began fires no `change`.
    for (const end of ["change", "pointerup", "pointercancel", "blur"]) {
      slider.addEventListener(end, () => this.#release());
    }
    slider.addEventListener("keydown", (event) => this.#onKey(event));
    slider.addEventListener("keyup", () => this.#engine.preview(this, false));
    // Canvas pixels do not follow the theme; its CSS colour does, through a transition made for
    // these events.
    for (const change of ["transitionend", "transitioncancel"]) {
      this.#waveform.addEventListener(change, () => this.#recolour());
    }
  }

  #recolour() {
    for (const wave of this.#waves) wave.invalidate();
    this.update();
  }

  #release() {
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#engine.seek(held);
    this.#engine.preview(this, false);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.moves(event)) return;
    const step = KEY_STEPS[event.key];
    event.preventDefault();
    const { position, rate, frames } = this.#engine;
    this.#engine.preview(this, true);
    this.#engine.seek(Math.max(0, Math.min(position + step * rate, frames)));
  }
}
