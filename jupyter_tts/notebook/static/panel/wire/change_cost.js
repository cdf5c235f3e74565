import { element, setText } from "../../shared/dom.js";
import { reachable } from "../fields/levels.js";
import { ReservedHeight } from "../reserved_height.js";
import { changes } from "./request.js";

/** @typedef {import("./request.js").Declaration} Declaration */
/** @typedef {import("./request.js").Values} Values */

/** Screen readers announce it once the user pauses, and one movement of a control is one change. */
const QUIET_MS = 400;
/** Pause after which a change is a new one. */
const PAUSE_MS = 1500;
/** More changes than these are grouped by cost, and of a group no more than these are named. */
const NAMED = 3;
const GROUPED = 5;

/** A sentence about what the last change costs. */
export class ChangeCost {
  /** Changes with what lights up. */
  #shown = element("span", { "aria-hidden": "true" });
  #spoken = element("span", { class: "jtts-unseen", "aria-live": "polite" });
  #reserved = new ReservedHeight(this.#shown);
  element = element("div", { class: "jtts-cost" }, this.#reserved.element, this.#spoken);

  #declaration;
  #front;
  /** @type {Values | null} What was set before the movement that is going on. */
  #before = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #quiet;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {Declaration} declaration
   * @param {string[]} front  Names of the parameters whose changes are to move nothing.
   */
  constructor(declaration, front) {
    this.#declaration = declaration;
    this.#front = front;
  }

  /**
   * Reserve the height of the sentences that may come.
   * @param {Values} values
   */
  reserve(values) {
    const [lowest, ...rest] = reachable(this.#declaration, values, this.#front);
    const unset = Object.fromEntries(this.#front.map((name) => [name, null]));
    const before = { ...lowest, ...unset, latency: lowest.latency };
    const texts = rest.map((after) => costText(this.#declaration, before, after));
    this.#reserved.reserve(texts);
  }

  /**
   * @param {Values} before
   * @param {Values} after
   */
  changed(before, after) {
    const first = this.#before === null;
    this.#before ??= before;
    setText(this.#shown, costText(this.#declaration, this.#before, after));
    clearTimeout(this.#quiet);
    clearTimeout(this.#pause);
    if (first) this.#say();
    else this.#quiet = setTimeout(() => this.#say(), QUIET_MS);
    this.#pause = setTimeout(() => (this.#before = null), PAUSE_MS);
  }

  clear() {
    this.close();
    this.#before = null;
    setText(this.#shown, "");
    setText(this.#spoken, "");
  }

  close() {
    clearTimeout(this.#quiet);
    clearTimeout(this.#pause);
  }

  #say() {
    setText(this.#spoken, this.#shown.textContent ?? "");
  }
}

/**
 * `Latency: new socket; schedule: first message only.`
 * @param {Declaration} declaration
 * @param {Values} before
 * @param {Values} after
 */
function costText(declaration, before, after) {
  const costs = changes(declaration, before, after).map(({ parameter, cost }) => {
    const label = declaration.parameters.find(({ name }) => name === parameter)?.label ?? "";
    return { label, cost };
  });
  if (costs.length === 0) return "Nothing changes on the wire.";
  if (costs.length > NAMED) return groupedText(costs);
  const clauses = costs.map(
    ({ label, cost }, number) => `${number > 0 ? uncapitalised(label) : label}: ${cost}`,
  );
  return `${clauses.join("; ")}.`;
}

/** @param {{ label: string, cost: string }[]} costs */
function groupedText(costs) {
  const clauses = [...new Set(costs.map(({ cost }) => cost))].map((cost) => {
    const labels = costs.filter((change) => change.cost === cost).map(({ label }) => label);
    const named = labels.slice(0, GROUPED).map(uncapitalised).join(", ");
    const others = labels.length - GROUPED;
    return `${cost}: ${named}${others > 0 ? ` and ${others} more` : ""}`;
  });
  const text = clauses.join("; ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** @param {string} label */
function uncapitalised(label) {
  return /^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
