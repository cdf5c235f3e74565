import { element, setText, shortTime } from "../shared/dom.js";

/** @typedef {import("./player_model.js").PlayerModel} PlayerModel */

/** Often enough to follow, seldom enough to read. */
const FIGURES_MS = 250;

/** Name and meaning. @type {[name: string, meaning: string][]} */
const FIGURES = [
  ["Buffer", "Sound that has arrived and has not been heard yet."],
  ["Playout delay", "How long the first sound waited for the playout buffer."],
  ["Underruns", "How often the sound ran dry and had to wait for more."],
  ["Gap ratio", "Silence put in where the sound ran dry, over the duration of the sound."],
];

/** What the playout buffer does, in figures; they stand in the card, which has a place for them. */
export class FiguresView {
  #player;
  #values;
  #shownAt = -Infinity;
  #state = "";

  /** @param {PlayerModel} player */
  constructor(player) {
    this.#player = player;
    this.#values = FIGURES.map(() => element("b"));
    const parts = FIGURES.map(([name, meaning], i) =>
      element("span", { title: meaning }, `${name} `, this.#values[i]),
    );
    this.element = element("div", { class: "jtts-figures" }, ...parts);
  }

  /** Show the figures, where the card is unfolded: nobody sees them otherwise. */
  update() {
    if (this.element.closest("details")?.open === false) return;
    const { state } = this.#player;
    const now = performance.now();
    if (state === this.#state && state === "playing" && now - this.#shownAt < FIGURES_MS) return;
    this.#state = state;
    this.#shownAt = now;
    this.#texts.forEach((text, i) => setText(this.#values[i], text));
  }

  get #texts() {
    const { buffered, playoutDelay, gaps, frames, rate } = this.#player;
    const ratio = frames > 0 ? gaps.gap / frames : 0;
    return [
      `${(buffered / rate).toFixed(1)} s`,
      playoutDelay === null ? "–" : shortTime(playoutDelay),
      String(gaps.underruns),
      `${(100 * ratio).toFixed(1)}%`,
    ];
  }
}
