import { element, setAttribute, setText } from "../../shared/dom.js";
import { activeLevers, flushesSentences, levelOf } from "../wire/request.js";

/** @typedef {import("../wire/request.js").Declaration} Declaration */
/** @typedef {import("../wire/request.js").Level} Level */
/** @typedef {import("../wire/request.js").Value} Value */
/** @typedef {import("../wire/request.js").Values} Values */

/**
 * `schedule 50/90/140/200, normalize off`
 * @param {Declaration} declaration
 * @param {Values} values
 */
export function leversText(declaration, values) {
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

/**
 * What the latency levels mean, one over the other in the same place: only that in force is seen,
 * and nothing moves when it changes.
 */
export class LevelMeaning {
  #declaration;
  #levels;

  /**
   * @param {Declaration} declaration
   * @param {string} note  What the parameter still does today.
   */
  constructor(declaration, note) {
    this.#declaration = declaration;
    this.#levels = declaration.levels.map((level) => ({ level, ...levelRows(level) }));
    const stack = element("div", { class: "jtts-levels" });
    stack.append(...this.#levels.map(({ rows }) => rows));
    const warning = element("p", { class: "jtts-level-note" }, note);
    this.element = element("div", { class: "jtts-level-meaning" }, stack, warning);
  }

  /** @param {Values} values */
  update(values) {
    const current = levelOf(this.#declaration, values);
    for (const { level, rows, levers } of this.#levels) {
      const text = leversText(this.#declaration, { ...values, latency: level.value });
      setText(levers, text || "none");
      setAttribute(rows, "data-current", String(level === current));
    }
  }
}

/** @param {Level} level */
function levelRows({ official, common }) {
  const levers = element("dd");
  const rows = element("dl", { class: "jtts-level" });
  rows.append(
    ...[element("dt", {}, "ElevenLabs"), element("dd", {}, official)],
    ...[element("dt", {}, "Articles"), element("dd", {}, common)],
    ...[element("dt", {}, "Levers"), levers],
  );
  return { rows, levers };
}
