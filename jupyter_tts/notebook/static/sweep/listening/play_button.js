import { element, icon, setAttribute, setIcon } from "../../shared/dom.js";
import { setName } from "../../shared/buttons.js";
import { keyHint } from "./key_hint.js";
import { liveShape } from "../../shared/live_shapes.js";

/** @typedef {import("./session.js").Session} Session */

/** Plays one sound of a trial, and shows whether it was heard. */
export class PlayButton {
  #session;
  #place;
  #icon = icon("play");
  #heard = icon("done");

  /**
   * @param {Session} session
   * @param {number} place
   * @param {string} key  That does the same.
   * @param {() => void} [played]
   */
  constructor(session, place, key, played = () => {}) {
    this.#session = session;
    this.#place = place;
    const name = element("b", {}, session.nameOf(place));
    const hint = keyHint(key);
    this.#heard.classList.add("jtts-l-heard");
    const look = { type: "button", class: "jtts-l-play" };
    this.element = element("button", look, this.#icon, name, this.#heard, hint);
    this.element.addEventListener("click", () => {
      if (this.#plays) session.sounds.stop();
      else session.sounds.play(place);
      played();
    });
    this.update();
  }

  get #plays() {
    return this.#session.sounds.playing === this.#place;
  }

  update() {
    const heard = this.#session.sounds.isHeard(this.#place);
    setIcon(this.#icon, this.#plays ? liveShape("stop") : "play");
    this.#heard.style.visibility = heard ? "" : "hidden";
    this.element.classList.toggle("jtts-l-plays", this.#plays);
    const name = this.#session.nameOf(this.#place);
    setName(this.element, `${this.#plays ? "Stop" : "Play"} ${name}${heard ? ", heard" : ""}`);
    setAttribute(this.element, "aria-pressed", String(this.#plays));
  }
}
