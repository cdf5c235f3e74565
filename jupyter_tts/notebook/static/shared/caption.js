import { element, setAttribute, setText } from "./dom.js";

/** @typedef {import("../player/kernel_link.js").Word} Word */

/** Seconds for which a word stays lit when nothing follows it at once. */
const LINGER = 0.3;
/** After a user has scrolled, the text stays where it is for so long. */
const HANDS_OFF_MS = 4000;

const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });

/**
 * What is spoken. The word that is heard is lit, and kept in sight; a click on a word goes to it, and
 * so do the arrow keys. Screen readers are not notified of any of that.
 */
export class Caption {
  #seek;
  #text;
  #more = element("button", { type: "button", class: "jtts-more" }, "More");
  #resize = new ResizeObserver(() => this.#fit());
  /** @type {{ span: HTMLElement, start: number, end: number }[]} In order. */
  #timed = [];
  /** The text as it is known, and how many words have been marked in it. */
  #known = "";
  #marked = 0;
  /** The last of these. @type {Word | undefined} */
  #latest;
  /** What follows the last word that was marked, as far as its speaker goes on. */
  #tail = document.createTextNode("");
  /** What the next speakers say. @type {Text[]} */
  #next = [];
  /** Index of the word that began last, and of the one that is lit, or -1. */
  #current = -1;
  #lit = -1;
  #handsOffUntil = 0;

  /**
   * @param {(seconds: number) => void} seek
   * @param {HTMLElement} [text]  Already on the page, its words marked.
   */
  constructor(seek, text) {
    this.#seek = seek;
    this.#text = text ?? element("p", { class: "jtts-text", dir: "auto" }, this.#tail);
    this.element = text?.parentElement ?? element("div", { class: "jtts-caption" }, this.#text);
    this.#text.after(this.#more);
    for (const span of this.#text.querySelectorAll("span")) this.#add(span);
    this.#listen();
    this.#unfold(false);
    this.#resize.observe(this.#text);
  }

  /**
   * Show a text, or the words alone where it is not known yet, and mark the words that are new.
   * @param {string} text
   * @param {Word[]} words
   * @param {[name: string, text: string][]} [turns]  Who speaks what of the text, where several do.
   */
  show(text, words, turns = []) {
    // When the text becomes known, the kernel sends earlier words again, with their places in it.
    const resent = words[this.#marked - 1] !== this.#latest;
    if (text !== this.#known || resent) this.#begin(text, turns);
    if (!words[this.#marked]) return;
    for (let word; (word = words[this.#marked]); this.#marked++) {
      this.#mark(word);
      this.#latest = word;
    }
    this.#fit();
  }

  /**
   * Light the word that sounds.
   * @param {number | null} seconds  null where nothing is heard.
   */
  light(seconds) {
    this.#current = seconds === null ? -1 : this.#begunBy(seconds);
    const sounds = seconds !== null && seconds < this.#endOf(this.#current);
    const lit = sounds ? this.#current : -1;
    if (lit === this.#lit) return;
    this.#timed[this.#lit]?.span.classList.remove("jtts-lit");
    this.#timed[lit]?.span.classList.add("jtts-lit");
    this.#lit = lit;
    if (lit >= 0) this.#keepInSight(this.#timed[lit].span);
  }

  /**
   * Whether a key goes to another word.
   * @param {KeyboardEvent} event
   */
  moves({ target, key, ctrlKey, metaKey, altKey, shiftKey }) {
    const chord = ctrlKey || metaKey || altKey || shiftKey;
    return target === this.#text && key in STEPS && !chord && this.#timed.length > 0;
  }

  close() {
    this.#resize.disconnect();
  }

  /**
   * @param {string} text
   * @param {[name: string, text: string][]} turns
   */
  #begin(text, turns) {
    this.#known = text;
    this.#marked = 0;
    this.#latest = undefined;
    this.#timed = [];
    this.#current = this.#lit = -1;
    const parts = text && turns.length > 0 ? turns.map(([, part]) => part) : [text];
    const nodes = parts.map((part) => document.createTextNode(part));
    this.#text.replaceChildren(
      ...nodes.flatMap((node, i) =>
        turns[i] ? [element("b", { class: "jtts-speaker" }, `${turns[i][0]}: `), node] : [node],
      ),
    );
    [this.#tail, ...this.#next] = nodes;
    this.#fit();
  }

  /** @param {Word} word */
  #mark([gap, text, start, end]) {
    if (!text) {
      this.#prolong(end);
      return;
    }
    const times = { "data-start": String(start), "data-end": String(end) };
    const span = element("span", times, text);
    if (this.#known) {
      const at = this.#pass(gap?.length ?? 0);
      // It stands for none of the text: it cannot be lit.
      if (gap === null || !this.#tail.data.startsWith(text, at)) return;
      const wordText = this.#tail.splitText(at);
      this.#tail = wordText.splitText(text.length);
      wordText.replaceWith(span);
    } else {
      this.#tail.before(this.#timed.length > 0 ? (gap ?? " ") : "", span);
    }
    this.#add(span);
  }

  /**
   * Pass over what stands before a word, to the speaker whose word it is.
   * @param {number} length
   * @returns {number} What of it stands before the word in that speaker's text.
   */
  #pass(length) {
    for (let next; length >= this.#tail.length && (next = this.#next.shift());) {
      length -= this.#tail.length;
      this.#tail = next;
    }
    return length;
  }

  /**
   * Let the last word be lit longer: another one stands for the same part of the text.
   * @param {number} end
   */
  #prolong(end) {
    const last = this.#timed.at(-1);
    if (!last) return;
    last.end = Math.max(last.end, end);
    last.span.dataset.end = String(last.end);
  }

  /** @param {HTMLElement} span */
  #add(span) {
    const { start, end } = span.dataset;
    this.#timed.push({ span, start: Number(start), end: Number(end) });
    this.#text.tabIndex = 0;
  }

  #listen() {
    setAttribute(this.#text, "aria-keyshortcuts", "ArrowLeft ArrowRight");
    this.#more.addEventListener("click", () => {
      this.#unfold(this.#more.getAttribute("aria-expanded") !== "true");
    });
    this.#text.addEventListener("click", ({ target }) => {
      const selecting = getSelection()?.isCollapsed === false;
      const word = this.#timed.find(({ span }) => span === target);
      if (word && !selecting) this.#seek(word.start);
    });
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    for (const gesture of ["wheel", "touchmove", "pointerdown"]) {
      this.#text.addEventListener(gesture, () => this.#handsOff(), { passive: true });
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.moves(event)) {
      this.#handsOff();
      return;
    }
    event.preventDefault();
    const forward = getComputedStyle(this.#text).direction === "rtl" ? -1 : 1;
    const to = Math.max(0, this.#current + forward * STEPS[event.key]);
    if (to >= this.#timed.length) return;
    this.#handsOffUntil = 0;
    this.#seek(this.#timed[to].start);
  }

  #handsOff() {
    this.#handsOffUntil = performance.now() + HANDS_OFF_MS;
  }

  /** @param {boolean} open */
  #unfold(open) {
    setAttribute(this.#more, "aria-expanded", String(open));
    setText(this.#more, open ? "Less" : "More");
    this.#fit();
  }

  #fit() {
    const cut = this.#text.scrollHeight > this.#text.clientHeight + 1;
    const open = this.#more.getAttribute("aria-expanded") === "true";
    this.#more.hidden = !cut && !open;
    // What scrolls must be reachable by keyboard.
    if (this.#timed.length === 0) this.#text.tabIndex = open ? 0 : -1;
  }

  /**
   * Index of the last word that has begun, -1 before the first.
   * @param {number} seconds
   */
  #begunBy(seconds) {
    let [low, high] = [0, this.#timed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#timed[middle].start <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /**
   * When a word ceases to be lit.
   * @param {number} index
   */
  #endOf(index) {
    if (index < 0) return 0;
    const { end } = this.#timed[index];
    return Math.max(end, Math.min(this.#timed[index + 1]?.start ?? Infinity, end + LINGER));
  }

  /** @param {HTMLElement} span */
  #keepInSight(span) {
    const box = this.#text;
    const line = span.offsetHeight;
    if (box.scrollHeight <= box.clientHeight + 1 || performance.now() < this.#handsOffUntil) return;
    const top = span.offsetTop;
    if (top >= box.scrollTop - 1 && top <= box.scrollTop + box.clientHeight - 1.8 * line) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const above = box.clientHeight > 4 * line ? box.clientHeight / 3 : 0;
    box.scrollTo({ top: top - above, behavior: calm ? "instant" : "smooth" });
  }
}
