import { element, setAttribute, setText } from "./dom.js";

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
  /** Holds the text. */
  text;
  #more = element("button", { type: "button", class: "jtts-more" }, "More");
  #resize = new ResizeObserver(() => this.fit());
  /** @type {{ span: HTMLElement, start: number, end: number }[]} In order. */
  #timed = [];
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
    this.#unfold(false);
    this.#resize.observe(this.text);
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
    return target === this.text && key in STEPS && !chord && this.#timed.length > 0;
  }

  /** The last word. */
  get last() {
    return this.#timed.at(-1);
  }

  /** Forget all words. */
  clear() {
    this.#timed = [];
    this.#current = this.#lit = -1;
  }

  close() {
    this.#resize.disconnect();
  }

  /**
   * Take note of a word of the text.
   * @param {HTMLElement} span
   */
  add(span) {
    const { start, end } = span.dataset;
    this.#timed.push({ span, start: Number(start), end: Number(end) });
    this.text.tabIndex = 0;
  }

  #listen() {
    setAttribute(this.text, "aria-keyshortcuts", "ArrowLeft ArrowRight");
    this.#more.addEventListener("click", () => {
      this.#unfold(this.#more.getAttribute("aria-expanded") !== "true");
    });
    this.text.addEventListener("click", ({ target }) => {
      const selecting = getSelection()?.isCollapsed === false;
      const word = this.#timed.find(({ span }) => span === target);
      if (word && !selecting) this.#seek(word.start);
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
    this.fit();
  }

  /** Offer the rest of a text that is cut off. */
  fit() {
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
    const box = this.text;
    const line = span.offsetHeight;
    if (box.scrollHeight <= box.clientHeight + 1 || performance.now() < this.#handsOffUntil) return;
    const top = span.offsetTop;
    if (top >= box.scrollTop - 1 && top <= box.scrollTop + box.clientHeight - 1.8 * line) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const above = box.clientHeight > 4 * line ? box.clientHeight / 3 : 0;
    box.scrollTo({ top: top - above, behavior: calm ? "instant" : "smooth" });
  }
}
