import { Caption } from "../shared/caption.js";
import { element } from "../shared/dom.js";

/** @typedef {import("./kernel_link.js").Word} Word */

/** What is spoken, as its words become known. */
export class LiveCaption extends Caption {
  /** The text as it is known, and how many words have been marked in it. */
  #known = "";
  #marked = 0;
  /** The last of these. @type {Word | undefined} */
  #latest;
  /** What follows the last word that was marked, as far as its speaker goes on. */
  #tail = document.createTextNode("");
  /** What the next speakers say. @type {Text[]} */
  #next = [];

  /** @param {(seconds: number) => void} seek */
  constructor(seek) {
    super(seek);
    this.text.append(this.#tail);
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
    this.#refit();
  }

  /**
   * @param {string} text
   * @param {[name: string, text: string][]} turns
   */
  #begin(text, turns) {
    this.#known = text;
    this.#marked = 0;
    this.#latest = undefined;
    this.clear();
    const parts = text && turns.length > 0 ? turns.map(([, part]) => part) : [text];
    const nodes = parts.map((part) => document.createTextNode(part));
    this.text.replaceChildren(
      ...nodes.flatMap((node, i) =>
        turns[i] ? [element("b", { class: "jtts-speaker" }, `${turns[i][0]}: `), node] : [node],
      ),
    );
    [this.#tail, ...this.#next] = nodes;
    this.#refit();
  }

  /** Have it looked whether the new text is cut off, at a time when looking costs no layout. */
  #refit() {
    this.resize.unobserve(this.text);
    this.resize.observe(this.text);
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
      this.#tail.before(this.last ? (gap ?? " ") : "", span);
    }
    this.add(span);
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
    const { last } = this;
    if (!last) return;
    last.end = Math.max(last.end, end);
    if (last.span) last.span.dataset.end = String(last.end);
  }
}
