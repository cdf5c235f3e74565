import { element, setAttribute, setText } from "../shared/dom.js";
import { keepTyped } from "../shared/typed_keys.js";
import { valueText } from "./fields/typed_value.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./wire/request.js").Value} Value */
/** @typedef {{ label: string, before: Value | null, after: Value | null }} Difference */
/** @typedef {{ a: number, b: number }} Pair  Numbers of utterances, -1 for none. */

/**
 * @typedef {object} Entry
 * @property {number} number
 * @property {string} title
 * @property {Difference[]} diff  Against the one before.
 * @property {string} [simulated]  The bad network that was played for it.
 * @property {number | null} ttfb  Seconds.
 * @property {number | null} ttfa  Seconds.
 * @property {number | null} duration  Seconds.
 */

const COLUMNS = {
  "#": "Number",
  Utterance: "What was spoken, and what was set otherwise than before",
  TTFB: "Time to first byte",
  TTFA: "Time to first audible sound",
  Length: "Duration of the speech",
  Hear: "Play it, or compare it as A or B",
};

const SIDES = /** @type {("a" | "b")[]} */ (["a", "b"]);
const CHOOSE = "Choose an A and a B to compare";

/** The last utterances in one output area, the newest on top. */
class HistoryView {
  #model;
  #rows = element("tbody");
  #table = element("table", { class: "jtts-history-table" });
  #empty = element("p", { class: "jtts-history-empty" }, "What you speak is listed here.");
  #switch = element("button", { type: "button", class: "jtts-plain-button" }, "Switch A/B");
  #hint = element("span", { class: "jtts-history-hint", role: "status" });
  #root;
  #freeKeys;
  /** @type {Pair} */
  #pair = { a: -1, b: -1 };
  /** The pair was chosen by the user here. */
  #chosen = false;
  /** Number of the one that was asked for last. */
  #last = -1;

  /**
   * @param {Model} model
   * @param {HTMLElement} host
   */
  constructor(model, host) {
    this.#model = model;
    this.#root = this.#build();
    for (const name of ["entries", "a", "b"]) model.on(`change:${name}`, this.#onTraits);
    model.on("change:playing", this.#onPlaying);
    this.#freeKeys = keepTyped(this.#root);
    this.#root.addEventListener("keydown", (event) => {
      const chord = event.ctrlKey || event.metaKey || event.altKey;
      if (event.key.toLowerCase() === "x" && !chord && !event.repeat) this.#onSwitch();
    });
    this.#switch.addEventListener("click", () => this.#onSwitch());
    host.append(this.#root);
    this.#onPlaying();
    this.#onTraits();
  }

  close() {
    for (const name of ["entries", "a", "b"]) this.#model.off(`change:${name}`, this.#onTraits);
    this.#model.off("change:playing", this.#onPlaying);
    this.#freeKeys();
    this.#root.remove();
  }

  #build() {
    const head = Object.entries(COLUMNS).map(([name, title]) =>
      element("th", { scope: "col", title }, name),
    );
    this.#table.append(element("thead", {}, element("tr", {}, ...head)), this.#rows);
    const frame = element("div", { class: "jtts-history-frame" }, this.#table, this.#empty);
    const bar = element("div", { class: "jtts-line" }, this.#switch, this.#hint);
    const named = { class: "jtts-history", role: "group", "aria-label": "History" };
    return element("div", named, frame, bar);
  }

  /** @param {string} name */
  #number(name) {
    return Number(this.#model.get(name));
  }

  #onTraits = () => {
    const given = { a: this.#number("a"), b: this.#number("b") };
    // The kernel names first the one that is heard; what was chosen here keeps its letters.
    if (!this.#chosen && given.a !== given.b) this.#pair = given;
    this.#draw();
  };

  #draw() {
    const entries = /** @type {Entry[]} */ (this.#model.get("entries"));
    const focused = this.#focused;
    this.#rows.replaceChildren(...entries.map((entry) => this.#makeRow(entry)).reverse());
    if (focused) this.#find(focused)?.focus();
    this.#table.hidden = entries.length === 0;
    this.#empty.hidden = entries.length > 0;
    this.#updateSwitch();
    this.#mark();
  }

  #onPlaying = () => {
    const playing = this.#number("playing");
    if (playing >= 0) this.#last = playing;
    this.#mark();
  };

  /** Which button has the focus, that its successor may have it. */
  get #focused() {
    const active = document.activeElement;
    return this.#rows.contains(active) ? active?.getAttribute("data-key") : null;
  }

  /** @param {string} key */
  #find(key) {
    return /** @type {HTMLElement | null} */ (this.#rows.querySelector(`[data-key="${key}"]`));
  }

  /** @param {Entry} entry */
  #makeRow({ number, title, diff, simulated, ttfb, ttfa, duration }) {
    const caption = element("div", { class: "jtts-history-title", dir: "auto", title }, title);
    const changed = element("div", { class: "jtts-history-diff" }, diffText(diff));
    const what = element("td", {}, caption, changed);
    if (simulated) {
      const label = `Simulated: ${simulated}`;
      what.append(element("div", { class: "jtts-simulated" }, label));
    }
    return element(
      "tr",
      { "data-number": String(number) },
      element("th", { scope: "row" }, String(number)),
      what,
      figureCell("TTFB", ttfb),
      figureCell("TTFA", ttfa),
      figureCell("Length", duration),
      element("td", {}, this.#makeButtons(number)),
    );
  }

  /** @param {number} number */
  #makeButtons(number) {
    const play = element("button", buttonLook(`play-${number}`), `Play ${number}`);
    play.addEventListener("click", () => this.#play(number));
    const sides = SIDES.map((side) => {
      const name = side.toUpperCase();
      const pressed = this.#pair[side] === number;
      const look = { "aria-pressed": String(pressed), title: `Compare ${number} as ${name}` };
      const button = element("button", { ...buttonLook(`${side}-${number}`), ...look }, name);
      button.addEventListener("click", () => this.#choose(side, pressed ? -1 : number));
      return button;
    });
    return element("div", { class: "jtts-history-buttons" }, play, ...sides);
  }

  /** @param {number} number */
  #play(number) {
    this.#last = number;
    this.#model.send({ kind: "play", number });
  }

  /**
   * @param {"a" | "b"} side
   * @param {number} number
   */
  #choose(side, number) {
    const other = side === "a" ? "b" : "a";
    this.#chosen = true;
    this.#pair = { ...this.#pair, [side]: number };
    // One utterance is not compared with itself.
    if (this.#pair[other] === number) this.#pair[other] = -1;
    this.#draw();
    if (this.#ready) this.#hear("a");
  }

  get #ready() {
    const numbers = [...this.#rows.children].map((row) => Number(row.getAttribute("data-number")));
    return SIDES.every((side) => numbers.includes(this.#pair[side]));
  }

  #onSwitch() {
    if (this.#ready) this.#hear(this.#last === this.#pair.a ? "b" : "a");
  }

  /**
   * Hear one of the pair, as loud as the other.
   * @param {"a" | "b"} side
   */
  #hear(side) {
    const [heard, other] = [this.#pair[side], this.#pair[side === "a" ? "b" : "a"]];
    this.#last = heard;
    this.#model.send({ kind: "compare", a: heard, b: other });
    const rest = side === "a" ? "B" : "A";
    setText(
      this.#hint,
      `${side.toUpperCase()} is heard (${heard}); x switches to ${rest} (${other})`,
    );
  }

  #updateSwitch() {
    setAttribute(this.#switch, "aria-disabled", String(!this.#ready));
    if (!this.#ready) setText(this.#hint, this.#rows.children.length > 1 ? CHOOSE : "");
  }

  #mark() {
    const playing = this.#number("playing");
    for (const row of this.#rows.children) {
      const current = row.getAttribute("data-number") === String(playing);
      if (current) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }
}

/** @param {string} key */
function buttonLook(key) {
  return { type: "button", class: "jtts-plain-button", "data-key": key };
}

/** @param {Difference[]} diff */
function diffText(diff) {
  return diff
    .map(({ label, before, after }) => `${label}: ${settingText(before)} → ${settingText(after)}`)
    .join("; ");
}

/** @param {Value | null} value */
function settingText(value) {
  return value === null ? "not set" : valueText(value);
}

/**
 * @param {string} name
 * @param {number | null} seconds
 */
function figureCell(name, seconds) {
  const text =
    seconds === null
      ? "–"
      : name === "Length" || seconds >= 10
        ? `${seconds.toFixed(1)} s`
        : `${Math.round(1000 * seconds)} ms`;
  return element("td", { class: "jtts-history-figure", "data-name": name }, text);
}

/** The strip of the last utterances, as an anywidget module. */
export default () => ({
  /** @param {{ model: Model, el: HTMLElement }} props */
  render({ model, el }) {
    const view = new HistoryView(model, el);
    return () => view.close();
  },
});
