import { element, setAttribute } from "../../shared/dom.js";
import { keyHint } from "./key_hint.js";
import { PlayButton } from "./play_button.js";

/** @typedef {import("./session.js").Session} Session */

/** One trial: two sounds and, of ABX, X; and which of both it is. */
export class ChoiceView {
  #session;
  #plays;
  /** @type {{ answer: number | null, button: HTMLButtonElement }[]} */
  #choices;

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
    this.#plays = Array.from({ length: session.sounds.count }, (_, place) => {
      return new PlayButton(session, place, String(place + 1));
    });
    const verb = session.isABX ? "X is" : "I prefer";
    this.#choices = [this.#choice(0, `${verb} A`, "←")];
    if (session.hasTies) this.#choices.push(this.#choice(null, "No preference", "↓"));
    this.#choices.push(this.#choice(1, `${verb} B`, "→"));
    const sounds = element(
      "div",
      { class: "jtts-l-sounds", role: "group", "aria-label": "Sounds" },
      ...this.#plays.map((play) => play.element),
    );
    const answers = element(
      "div",
      { class: "jtts-l-choices", role: "group", "aria-label": "Answer" },
      ...this.#choices.map(({ button }) => button),
    );
    const keys = element(
      "p",
      { class: "jtts-l-quiet" },
      "Space stops the sound, and plays it again.",
    );
    this.element = element("div", {}, sounds, answers, keys);
    this.update();
  }

  update() {
    for (const play of this.#plays) play.update();
    const closed = this.#session.unheard.length > 0;
    for (const { answer, button } of this.#choices) {
      setAttribute(button, "aria-pressed", String(this.#session.answer === answer));
      setAttribute(button, "aria-disabled", String(closed));
    }
  }

  onPlay() {}

  /** @param {string} key */
  onKey(key) {
    if (key === "ArrowLeft") this.#session.choose(0);
    else if (key === "ArrowRight") this.#session.choose(1);
    else if (key === "ArrowDown" && this.#session.hasTies) this.#session.choose(null);
    else return false;
    return true;
  }

  /**
   * @param {number | null} answer
   * @param {string} name
   * @param {string} key
   */
  #choice(answer, name, key) {
    const hint = keyHint(key);
    const look = { type: "button", class: "jtts-l-choice", "aria-label": name };
    const button = element("button", look, name, hint);
    button.addEventListener("click", () => this.#session.choose(answer));
    return { answer, button };
  }
}
