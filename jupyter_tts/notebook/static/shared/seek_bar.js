import { element, setAttribute, setText } from "./dom.js";
import { KEY_STEPS, timeTexts } from "./times.js";

/** The position drawn may be off by so many seconds, and while it goes on the slider, by so many. */
const DRIFT = 0.03;
const SLIDER_STEP = 0.25;
const AT_REST = { from: 0, since: 0, to: 0 };

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
 * @property {() => void} recolour  The colours or the size have changed.
 * @property {() => void} close
 */

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
  #head = element("div", { class: "jtts-head" });
  #elapsed = element("span", { class: "jtts-elapsed" });
  #total = element("span", { class: "jtts-total" });
  #resize = new ResizeObserver(() => this.#redraw());
  /** What is drawn of the position: from where, since when and to where it glides, in seconds. */
  #glide = AT_REST;
  /** @type {number | null} Frame that the slider shows while a user moves it. */
  #held = null;

  /**
   * @param {Sound} sound
   * @param {Picture} picture
   */
  constructor(sound, picture) {
    this.#sound = sound;
    this.#picture = picture;
    this.wave = element(
      "div",
      { class: "jtts-wave" },
      element("div", { class: "jtts-rest" }, picture.rest),
      element("div", { class: "jtts-played" }, picture.played),
      this.#head,
      this.#slider,
    );
    const slash = element("span", { class: "jtts-slash" }, "/");
    this.time = element("div", { class: "jtts-time" }, this.#elapsed, slash, this.#total);
    this.#listen();
    this.#resize.observe(this.wave);
  }

  /** @param {boolean} [flows]  The position goes on: it is then drawn so without further calls. */
  update(flows = false) {
    const { frames, known, rate } = this.#sound;
    const total = this.#sound.total;
    const extent = waveformExtent(known ? total : frames, known, rate);
    const position = this.#held ?? this.#sound.position;
    this.#picture.draw(frames, extent);
    this.#move(position / rate, extent / rate, flows && this.#held === null);
    setAttribute(this.#slider, "max", String(extent / rate));
    const behind = Math.abs(position / rate - this.#slider.valueAsNumber);
    if (this.#held === null && behind >= (flows ? SLIDER_STEP : 0)) {
      this.#slider.value = String(position / rate);
    }
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
    this.#picture.close();
    this.#sound.preview(this, false);
  }

  /**
   * Draw the position: all of the way to the end as one transition, which needs no main thread.
   * @param {number} position  Seconds, as is the width.
   * @param {number} width
   * @param {boolean} flows
   */
  #move(position, width, flows) {
    const now = performance.now() / 1000;
    const { from, since, to } = this.#glide;
    if (flows && to === width && Math.abs(from + now - since - position) < DRIFT) return;
    const here = `--jtts-at: ${Math.min(1, position / width).toFixed(5)}`;
    setAttribute(this.wave, "style", here);
    this.#glide = AT_REST;
    if (!flows) return;
    const style = getComputedStyle(this.#head);
    void style.transform; // where the transition begins
    const left = Math.max(0, width - position).toFixed(3);
    setAttribute(this.wave, "style", `--jtts-at: 1; --jtts-glide: ${left}s`);
    // A page may forbid transitions, for who wants less motion: all would then be drawn as heard.
    if (parseFloat(style.transitionDuration) < Number(left)) {
      setAttribute(this.wave, "style", here);
    } else this.#glide = { from: position, since: now, to: width };
  }

  /**
   * @param {number} position
   * @param {number} total
   * @param {boolean} known
   * @param {number} rate
   */
  #showTime(position, total, known, rate) {
    const [elapsed, whole] = timeTexts(position / rate, total / rate, known);
    this.time.classList.toggle("jtts-empty", total === 0);
    setText(this.#elapsed, elapsed);
    setText(this.#total, `${whole}${known ? "" : "…"}`);
    setAttribute(this.#slider, "aria-valuetext", `${elapsed} of ${whole}`);
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
      for (const event of ["transitionend", "transitioncancel"]) {
        part.addEventListener(event, (transition) => this.#onTransition(transition));
      }
    }
  }

  /** @param {Event} transition */
  #onTransition(transition) {
    if (/** @type {TransitionEvent} */ (transition).propertyName !== "color") return;
    this.#redraw();
  }

  #redraw() {
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
