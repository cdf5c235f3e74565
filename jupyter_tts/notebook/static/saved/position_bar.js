import { element, setAttribute, setText } from "../shared/dom.js";
import { KEY_STEPS, timeTexts } from "../shared/times.js";
import { drawing } from "./drawing.js";

/** Of a sound's length from one drawing to the next: half a pixel or so. */
const STEP = 1 / 2000;
/** Seconds, at most: the time is told in whole ones. */
const LONGEST = 0.25;

/** Where a saved sound is: its waveform, with a slider laid over it, and the time. In seconds. */
export class PositionBar {
  #audio;
  #length;
  #slider = element("input", {
    type: "range",
    class: "jtts-slider",
    step: "0.01",
    "aria-label": "Position",
    title: "Position",
  });
  #elapsed = element("span", { class: "jtts-elapsed" });
  #total = element("span");
  #drawn = -1;
  #step;
  /** Whether a user moves the slider. */
  #held = false;

  /**
   * @param {HTMLAudioElement} audio
   * @param {number} length
   * @param {HTMLImageElement} image
   */
  constructor(audio, length, image) {
    this.#audio = audio;
    this.#length = length;
    this.#step = Math.min(STEP * length, LONGEST);
    const pictures = ["rest", "played"].map((name) => {
      const svg = drawing(image);
      setAttribute(svg, "class", `jtts-wave-${name}`);
      setAttribute(svg, "aria-hidden", "true");
      return element("div", { class: `jtts-${name}` }, svg);
    });
    const head = element("div", { class: "jtts-head" });
    this.wave = element("div", { class: "jtts-wave" }, ...pictures, head, this.#slider);
    const slash = element("span", { class: "jtts-slash" }, "/");
    this.time = element("div", { class: "jtts-time" }, this.#elapsed, slash, this.#total);
    setAttribute(this.#slider, "max", `${length}`);
    this.#listen();
  }

  get position() {
    return this.#audio.ended ? this.#length : this.#audio.currentTime;
  }

  update() {
    const slider = this.#slider;
    const position = this.#held ? slider.valueAsNumber : this.position;
    // A drawing costs a layout, and more with many words.
    if (!this.#audio.paused && Math.abs(position - this.#drawn) < this.#step) return;
    this.#drawn = position;
    if (!this.#held) slider.value = `${position}`;
    this.wave.style.setProperty("--jtts-at", `${Math.min(1, position / this.#length)}`);
    const [elapsed, total] = timeTexts(position, this.#length);
    setText(this.#elapsed, elapsed);
    setText(this.#total, total);
    setAttribute(slider, "aria-valuetext", `${elapsed} of ${total}`);
  }

  /**
   * Whether a key moves the position.
   * @param {KeyboardEvent} event
   */
  moves({ target, key, ctrlKey, metaKey, altKey }) {
    return target === this.#slider && key in KEY_STEPS && !(ctrlKey || metaKey || altKey);
  }

  #listen() {
    const slider = this.#slider;
    slider.addEventListener("input", () => {
      this.#held = true;
      this.update();
    });
    // A drag that ends where it began fires no `change`.
    for (const end of ["change", "pointerup", "pointercancel", "blur"]) {
      slider.addEventListener(end, () => {
        if (this.#held) this.#audio.currentTime = Number(slider.value);
        this.#held = false;
      });
    }
    slider.addEventListener("keydown", (event) => {
      if (!this.moves(event)) return;
      event.preventDefault();
      const to = Math.min(this.position + KEY_STEPS[event.key], this.#length);
      this.#audio.currentTime = Math.max(0, to);
    });
  }
}
