import { element, setAttribute, setText, shortTime } from "../shared/dom.js";
import { keepTyped } from "../shared/typed_keys.js";
import { valueText } from "./fields/typed_value.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./wire/request.js").Value} Value */
/** @typedef {{ value: Value | null, own: boolean }} Setting  `own`: its user has set it. */
/** @typedef {{ a: number, b: number }} Pair  Numbers of utterances, -1 for none. */

/**
 * @typedef {object} Entry
 * @property {number} number
 * @property {string} title
 * @property {{ latency: Setting, stability: Setting, similarity: Setting }} settings
 * @property {number | null} words  A second, as the text came; null for all at once.
 * @property {string[]} notes  What else was otherwise than before, and what was simulated.
 * @property {number | null} first  Seconds to the first audible sound.
 * @property {number | null} gaps  Seconds of silence that the player had to insert, once known.
 * @property {number} underruns
 * @property {number | null} duration  Seconds.
 * @property {string} picture  Of the latency: SVG, as the kernel draws it.
 */

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {string} title
 * @property {(entry: Entry) => Value | null} value  What it is sorted by.
 * @property {(entry: Entry) => string} text
 * @property {(entry: Entry) => boolean} [quiet]
 */

/** @type {Record<string, Column>} */
const COLUMNS = {
  number: column("#", "Number", ({ number }) => number, String),
  latency: settingColumn("Level", "latency"),
  stability: settingColumn("Stability", "stability"),
  similarity: settingColumn("Similarity", "similarity"),
  words: column("Text", "How the text came", ({ words }) => words, coming),
  first: column("First sound", "From the text to the first audible sound", (e) => e.first, time),
  gaps: column("Gaps", "Silence that the player had to insert", (e) => e.gaps, gapTime),
  duration: column("Length", "Duration of the speech", ({ duration }) => duration, length),
};

const TRAITS = ["entries", "seconds", "a", "b"];
const SIDES = /** @type {("a" | "b")[]} */ (["a", "b"]);
const CHOOSE = "Choose an A and a B to compare";

/** The last utterances in one output area, the newest on top until its user sorts them. */
class HistoryView {
  #model;
  #rows = element("tbody");
  #table = element("table", { class: "jtts-history-table" });
  #empty = element("p", { class: "jtts-history-empty" }, "What you speak is listed here.");
  #switch = element("button", { type: "button", class: "jtts-plain-button" }, "Switch A/B");
  #hint = element("span", { class: "jtts-history-hint", role: "status" });
  #bar = element("div", { class: "jtts-line" }, this.#switch, this.#hint);
  #axis = element("th", { scope: "col", class: "jtts-history-axis" });
  /** @type {Map<string, HTMLTableCellElement>} */
  #heads = new Map();
  #order = { by: "number", descending: true };
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
    for (const name of TRAITS) model.on(`change:${name}`, this.#onTraits);
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
    for (const name of TRAITS) this.#model.off(`change:${name}`, this.#onTraits);
    this.#model.off("change:playing", this.#onPlaying);
    this.#freeKeys();
    this.#root.remove();
  }

  #build() {
    for (const [key, { name, title }] of Object.entries(COLUMNS)) {
      const button = element("button", { type: "button", title }, name);
      button.addEventListener("click", () => this.#sort(key));
      this.#heads.set(key, element("th", { scope: "col", class: `jtts-history-${key}` }, button));
    }
    const hear = element("th", { scope: "col" }, element("span", { class: "jtts-unseen" }, "Hear"));
    const head = element("tr", {}, ...this.#heads.values(), this.#axis, hear);
    this.#table.append(element("thead", {}, head), this.#rows);
    const frame = element("div", { class: "jtts-history-frame" }, this.#table, this.#empty);
    const named = { class: "jtts-history", role: "group", "aria-label": "History" };
    return element("div", named, frame, this.#bar);
  }

  /** @param {string} key */
  #sort(key) {
    const { by, descending } = this.#order;
    this.#order = { by: key, descending: by === key ? !descending : false };
    this.#draw();
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
    const { by, descending } = this.#order;
    for (const [key, head] of this.#heads) {
      const order = key === by ? (descending ? "descending" : "ascending") : "none";
      setAttribute(head, "aria-sort", order);
    }
    const newest = Math.max(...entries.map(({ number }) => number));
    const rows = sorted(entries, COLUMNS[by], descending);
    this.#rows.replaceChildren(...rows.map((entry) => this.#makeRow(entry, newest)));
    const seconds = Number(this.#model.get("seconds"));
    setText(this.#axis, seconds > 0 ? `0 to ${seconds.toFixed(1)} s` : "");
    if (focused) this.#find(focused)?.focus();
    this.#table.hidden = entries.length === 0;
    this.#empty.hidden = entries.length > 0;
    this.#bar.hidden = entries.length < 2;
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

  /**
   * @param {Entry} entry
   * @param {number} newest  Number of the newest one.
   */
  #makeRow(entry, newest) {
    const { number, title, notes, picture } = entry;
    const [first, ...rest] = Object.entries(COLUMNS).map(([key, { name, text, quiet }]) => {
      const tag = key === "number" ? "th" : "td";
      const cell = element(tag, { class: `jtts-history-${key}`, "data-name": name }, text(entry));
      if (quiet?.(entry)) cell.classList.add("jtts-history-default");
      return cell;
    });
    first.setAttribute("scope", "row");
    first.title = title;
    if (number === newest) first.append(element("span", { class: "jtts-unseen" }, ", the newest"));
    const drawn = element("div", { class: "jtts-history-picture" });
    drawn.innerHTML = picture; // the kernel's own: it has no words of others in it
    const noted = element("div", { class: "jtts-history-notes" }, notes.join("; "));
    const look = { "data-number": String(number), "data-newest": String(number === newest) };
    const shown = element("td", { class: "jtts-history-shown" }, drawn, noted);
    return element("tr", look, first, ...rest, shown, element("td", {}, this.#makeButtons(number)));
  }

  /** @param {number} number */
  #makeButtons(number) {
    const named = { "aria-label": `Play ${number}` };
    const play = element("button", { ...buttonLook(`play-${number}`), ...named }, "Play");
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

/**
 * @template {Value | null} T
 * @param {string} name
 * @param {string} title
 * @param {(entry: Entry) => T} value
 * @param {(value: T, entry: Entry) => string} text
 * @returns {Column}
 */
function column(name, title, value, text) {
  return { name, title, value, text: (entry) => text(value(entry), entry) };
}

/**
 * @param {string} name
 * @param {keyof Entry["settings"]} setting
 * @returns {Column}
 */
function settingColumn(name, setting) {
  const title = `${name}; grey where it was not set`;
  return {
    ...column(name, title, ({ settings }) => settings[setting].value, valueText),
    quiet: ({ settings }) => !settings[setting].own,
  };
}

/**
 * Entries in order; those without a value come last, and equal ones the newest first.
 * @param {Entry[]} entries
 * @param {Column} column
 * @param {boolean} descending
 */
function sorted(entries, { value }, descending) {
  const sign = descending ? -1 : 1;
  return [...entries].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === b) return other.number - one.number;
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b ? -sign : sign;
  });
}

/** @param {number | null} words */
function coming(words) {
  return words === null ? "at once" : `${words}/s`;
}

/** @param {number | null} seconds */
function time(seconds) {
  return seconds === null ? "–" : shortTime(seconds);
}

/**
 * @param {number | null} seconds
 * @param {Entry} entry
 */
function gapTime(seconds, { underruns }) {
  return underruns > 0 || seconds === null ? time(seconds) : "none";
}

/** @param {number | null} seconds */
function length(seconds) {
  return seconds === null ? "–" : `${seconds.toFixed(1)} s`;
}

/** The table of the last utterances, as an anywidget module. */
export default () => ({
  /** @param {{ model: Model, el: HTMLElement }} props */
  render({ model, el }) {
    const view = new HistoryView(model, el);
    return () => view.close();
  },
});
