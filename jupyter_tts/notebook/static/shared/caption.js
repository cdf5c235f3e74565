import { element, setAttribute, setText } from "./dom.js";

/** Seconds for which a word stays lit when nothing follows it at once. */
const LINGER = 0.3;
/** After a user has scrolled, the text stays where it is for so long. */
const HANDS_OFF_MS = 4000;

/** Words whose elements come and go together, and how many such parts have theirs in the page. */
const PART = 100;
const SPELLED = 3;

const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1 });

/**
 * So many words, and their HTML. With an element for each word of an hour every layout of the page
 * is slow, so where nobody looks there is but text.
 * @typedef {{ element: HTMLElement, html: string, words: Timed[] }} Part
 *
 * When a word sounds, in seconds, and its element while it has one.
 * @typedef {{ span: HTMLElement | null, start: number, end: number }} Timed
 */

/**
 * What is spoken. The word that is heard is lit, and kept in sight; a click on a word goes to it, and
 * so do the arrow keys. Screen readers are not notified of any of that.
 */
export class Caption {
  #seek;
  /** Holds the text. */
  text;
  #more = element(
    "button",
    { type: "button", class: "jtts-more", "aria-expanded": "false", hidden: "" },
    "More",
  );
  /** Also sees its first size, at a time when looking costs no layout. */
  resize = new ResizeObserver(() => this.#fit());
  /** @type {Timed[]} In order. */
  #timed = [];
  /** Of the words, from the first on. @type {Part[]} */
  #parts = [];
  /** Those with an element for each word, the one wanted last at the end. @type {Part[]} */
  #spelled = [];
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
    this.text = text ?? element("p", { class: "jtts-text", dir: "auto" });
    this.element = text?.parentElement ?? element("div", { class: "jtts-caption" }, this.text);
    this.text.after(this.#more);
    for (const span of this.text.querySelectorAll("span")) this.add(span);
    this.#listen();
    this.resize.observe(this.text);
  }

  /**
   * Light the word that sounds.
   * @param {number | null} seconds  null where nothing is heard.
   * @returns {number} When the next word begins, or this one ends: Infinity if neither is known.
   */
  light(seconds) {
    this.#current = seconds === null ? -1 : this.#begunBy(seconds);
    const sounds = seconds !== null && seconds < this.#endOf(this.#current);
    const lit = sounds ? this.#current : -1;
    if (lit !== this.#lit) {
      this.#timed[this.#lit]?.span?.classList.remove("jtts-lit");
      this.#spell(Math.floor(lit / PART));
      this.#lit = lit;
      const span = this.#timed[lit]?.span;
      if (span) {
        span.classList.add("jtts-lit");
        this.#keepInSight(span);
      }
    }
    const next = this.#timed[this.#current + 1]?.start ?? Infinity;
    return sounds ? Math.min(next, this.#endOf(lit)) : next;
  }

  /**
   * Whether a key goes to another word.
   * @param {KeyboardEvent} event
   */
  moves({ target, key, ctrlKey, metaKey, altKey, shiftKey }) {
    const chord = ctrlKey || metaKey || altKey || shiftKey;
    return target === this.text && key in STEPS && !chord && this.#timed.length > 0;
  }

  /** The last word. */
  get last() {
    return this.#timed.at(-1);
  }

  /** Forget all words. */
  clear() {
    this.#timed = [];
    this.#parts = [];
    this.#spelled = [];
    this.#current = this.#lit = -1;
  }

  close() {
    this.resize.disconnect();
  }

  /**
   * Take note of a word of the text.
   * @param {HTMLElement} span
   */
  add(span) {
    const { start, end } = span.dataset;
    this.#timed.push({ span, start: Number(start), end: Number(end) });
    this.text.tabIndex = 0;
    if (this.#timed.length % PART === 0) this.#join();
  }

  /** Make a part of the last words. */
  #join() {
    const words = this.#timed.slice(-PART);
    const range = new Range();
    range.setStartBefore(/** @type {HTMLElement} */ (words[0].span));
    range.setEndAfter(/** @type {HTMLElement} */ (words[PART - 1].span));
    const data = element("data");
    range.surroundContents(data);
    const part = { element: data, html: data.innerHTML.replace(' class="jtts-lit"', ""), words };
    this.#parts.push(part);
    this.#hold(part);
  }

  /**
   * Give each word of a part its element.
   * @param {number} index
   */
  #spell(index) {
    const part = this.#parts[index];
    if (!part) return;
    if (!this.#spelled.includes(part)) {
      part.element.innerHTML = part.html;
      part.element.querySelectorAll("span").forEach((span, i) => (part.words[i].span = span));
    }
    this.#hold(part);
  }

  /**
   * Keep the elements of a part, and take those of the part that was wanted longest ago.
   * @param {Part} part
   */
  #hold(part) {
    this.#spelled = [...this.#spelled.filter((other) => other !== part), part];
    if (this.#spelled.length <= SPELLED) return;
    const { element, html, words } = /** @type {Part} */ (this.#spelled.shift());
    element.innerHTML = html.replace(/<.?span.*?>/g, "");
    for (const word of words) word.span = null; // it would be kept
  }

  #listen() {
    setAttribute(this.text, "aria-keyshortcuts", "ArrowLeft ArrowRight");
    this.#more.addEventListener("click", () => {
      this.#unfold(this.#more.getAttribute("aria-expanded") !== "true");
    });
    this.text.addEventListener("click", ({ target }) => {
      const selecting = getSelection()?.isCollapsed === false;
      const { start } = /** @type {HTMLElement} */ (target).dataset;
      if (start && !selecting) this.#seek(Number(start));
    });
    this.text.addEventListener("pointerover", ({ target }) => {
      this.#spell(this.#parts.findIndex(({ element }) => element === target));
    });
    this.text.addEventListener("keydown", (event) => this.#onKey(event));
    for (const gesture of ["wheel", "touchmove", "pointerdown"]) {
      this.text.addEventListener(gesture, () => this.#handsOff(), { passive: true });
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.moves(event)) {
      this.#handsOff();
      return;
    }
    event.preventDefault();
    const forward = getComputedStyle(this.text).direction === "rtl" ? -1 : 1;
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

  /** Offer the rest of a text that is cut off. */
  #fit() {
    const cut = this.text.scrollHeight > this.text.clientHeight + 1;
    const open = this.#more.getAttribute("aria-expanded") === "true";
    this.#more.hidden = !cut && !open;
    // What scrolls must be reachable by keyboard.
    if (this.#timed.length === 0) this.text.tabIndex = open ? 0 : -1;
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
    // Asked first, since looking costs a layout: nothing is cut off.
    if (this.#more.hidden || performance.now() < this.#handsOffUntil) return;
    const box = this.text;
    const line = span.offsetHeight;
    const top = span.offsetTop;
    if (top >= box.scrollTop - 1 && top <= box.scrollTop + box.clientHeight - 1.8 * line) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const above = box.clientHeight > 4 * line ? box.clientHeight / 3 : 0;
    box.scrollTo({ top: top - above, behavior: calm ? "instant" : "smooth" });
  }
}
