import { element, setAttribute, setText } from "../../shared/dom.js";
import { PlayButton } from "./play_button.js";

/** @typedef {import("./session.js").Session} Session */

/** What is between 0 and 100, as ITU-R BS.1534 calls it. */
const SCALE = ["Bad", "Poor", "Fair", "Good", "Excellent"];

/** One trial: several sounds, side by side, and a rating of each. */
export class RatingView {
  #session;
  /** @type {PlayButton[]} */
  #plays = [];
  /** @type {{ slider: HTMLInputElement, value: HTMLElement }[]} */
  #ratings = [];

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
    const rows = Array.from({ length: session.count }, (_, place) => this.#row(place));
    const words = SCALE.map((word) => element("span", {}, word));
    const scale = element("div", { class: "jtts-l-scale", "aria-hidden": "true" }, ...words);
    const head = element("div", { class: "jtts-l-row" }, element("span"), scale, element("span"));
    const open = session.hasReference ? [this.#reference()] : [];
    const keys = element(
      "p",
      { class: "jtts-l-quiet" },
      "A number or letter plays a sound, and the arrows then rate it. Space stops it.",
    );
    this.element = element("div", { class: "jtts-l-ratings" }, ...open, head, ...rows, keys);
    this.update();
  }

  update() {
    for (const play of this.#plays) play.update();
    const ratings = /** @type {(number | undefined)[]} */ (this.#session.answer);
    if (!Array.isArray(ratings)) return;
    this.#ratings.forEach(({ slider, value }, place) => {
      const rating = ratings[place];
      if (rating !== undefined) slider.value = String(rating);
      slider.classList.toggle("jtts-l-unrated", rating === undefined);
      setAttribute(slider, "aria-valuetext", rating === undefined ? "not rated" : String(rating));
      setText(value, rating === undefined ? "–" : String(rating));
    });
  }

  /** @param {number} place */
  onPlay(place) {
    this.#ratings[place]?.slider.focus({ preventScroll: true });
  }

  /**
   * The arrows are the slider's own.
   * @param {string} _key
   */
  onKey(_key) {
    return false;
  }

  /** @param {number} place */
  #row(place) {
    const key = place < 9 ? String(place + 1) : this.#session.nameOf(place);
    const play = new PlayButton(this.#session, place, key, () => this.onPlay(place));
    const look = { type: "range", min: "0", max: "100", step: "1", value: "50" };
    const name = `Rating of ${this.#session.nameOf(place)}`;
    const slider = element("input", { ...look, class: "jtts-l-slider", "aria-label": name });
    const value = element("output", { class: "jtts-l-value" });
    const rate = () => this.#session.rate(place, slider.valueAsNumber);
    slider.addEventListener("input", rate);
    slider.addEventListener("click", rate); // on the place where it is already
    this.#plays.push(play);
    this.#ratings.push({ slider, value });
    return element("div", { class: "jtts-l-row" }, play.element, slider, value);
  }

  #reference() {
    const play = new PlayButton(this.#session, this.#session.count, "R");
    this.#plays.push(play);
    const words = "It is among the others, too: one of them should have 100.";
    const note = element("span", { class: "jtts-l-quiet" }, words);
    return element("div", { class: "jtts-l-row" }, play.element, note, element("span"));
  }
}
