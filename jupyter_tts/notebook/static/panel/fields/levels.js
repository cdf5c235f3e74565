import { element, setText } from "../../shared/dom.js";
import { ReservedHeight } from "../reserved_height.js";
import { activeLevers, flushesSentences, levelNote, levelOf } from "../wire/request.js";

/** @typedef {import("../wire/request.js").Declaration} Declaration */
/** @typedef {import("../wire/request.js").Level} Level */
/** @typedef {import("../wire/request.js").Values} Values */

/**
 * `schedule 50/90/140/200, normalize off`
 * @param {Declaration} declaration
 * @param {Values} values
 */
function leversText(declaration, values) {
  const levers = Object.entries(activeLevers(declaration, values)).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join("/") : value}`,
  );
  if (flushesSentences(declaration, values)) levers.push("each sentence flushed");
  return levers.join(", ");
}

/**
 * The settings at every level, with the numbers in front set and written at their longest: what
 * moving the sliders in front can lead to.
 * @param {Declaration} declaration
 * @param {Values} values
 * @param {string[]} front  Names of the parameters in front.
 * @returns {Values[]}
 */
export function reachable({ parameters, levels }, values, front) {
  const numbers = parameters.filter(({ kind, name }) => kind === "number" && front.includes(name));
  const longest = numbers.map(({ name, low, step }) => [name, Number(low) + Number(step)]);
  return levels.map(({ value }) => ({
    ...values,
    ...Object.fromEntries(longest),
    latency: value,
  }));
}

/** What the level in force means: one line, which unfolds to what else there is to know. */
export class LevelMeaning {
  #declaration;
  #line = element("span");
  #reserved = new ReservedHeight(this.#line);
  #official = element("p");
  #note = element("p");

  /** @param {Declaration} declaration */
  constructor(declaration) {
    this.#declaration = declaration;
    const summary = element("summary", { title: "More about the level" }, this.#reserved.element);
    this.element = element(
      "details",
      { class: "jtts-level jtts-folded" },
      summary,
      this.#official,
      this.#note,
    );
  }

  /** @param {Values} values */
  update(values) {
    const level = levelOf(this.#declaration, values);
    const lines = this.#declaration.levels.map((other) => this.#lineOf(values, other));
    setText(this.#line, this.#lineOf(values, level));
    this.#reserved.reserve(lines);
    setText(this.#official, `ElevenLabs on level ${level.value}: ${level.official}.`);
    setText(this.#note, levelNote(this.#declaration, values));
  }

  /**
   * @param {Values} values
   * @param {Level} level
   */
  #lineOf(values, { value, meaning }) {
    const levers = leversText(this.#declaration, { ...values, latency: value });
    return levers ? `${meaning}; sends ${levers}` : meaning;
  }
}
