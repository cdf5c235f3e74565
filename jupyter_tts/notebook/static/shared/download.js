import { iconButton } from "./buttons.js";
import { element, setAttribute } from "./dom.js";

/**
 * A file that can be had, now or later.
 * @typedef {object} Offer
 * @property {string} kind  What it is called in the menu; in small letters, its suffix.
 * @property {string} detail  What it holds, or why it cannot be had now.
 * @property {boolean} ready
 * @property {() => Blob | null} take  Gives it, or nothing if it is still to come.
 */

/** What the kernel makes, by kind. */
export const MADE = /** @type {Record<string, { type: string, what: string }>} */ ({
  MP3: { type: "audio/mpeg", what: "with title, text and settings" },
  VTT: { type: "text/vtt", what: "subtitles, word by word" },
  SRT: { type: "application/x-subrip", what: "subtitles" },
});

/** Milliseconds until a file's URL is given up. Browsers, and VS Code's asking where, read it late. */
const READ_MS = 60_000;

/** Which way a key moves in the menu. */
const MOVES = /** @type {Record<string, number>} */ ({ ArrowDown: 1, ArrowUp: -1 });

/** A button with a menu of files to download. */
export class DownloadMenu {
  #name;
  #changed;
  #menu;
  offers;
  button = iconButton("Download", "download", () => this.#toggle());
  items;

  /**
   * @param {() => string} name  What files are called, but for the suffix.
   * @param {() => Offer[]} offers  The same kinds at all times.
   * @param {() => void} changed  The menu has been opened or closed.
   */
  constructor(name, offers, changed = () => {}) {
    this.#name = name;
    this.offers = offers;
    this.#changed = changed;
    this.items = offers().map((offer, i) => this.#item(offer, i));
    const buttons = this.items.map(({ button }) => button);
    const look = { class: "jtts-menu", role: "group", "aria-label": "Download", hidden: "" };
    this.#menu = element("div", look, ...buttons);
    this.element = element("div", { class: "jtts-download" }, this.button, this.#menu);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget) this.#onElsewhere(relatedTarget);
    });
    this.update();
  }

  get open() {
    return !this.#menu.hidden;
  }

  update() {
    setAttribute(this.button, "aria-expanded", String(this.open));
  }

  /** @param {HTMLElement} part  To stand below the files. */
  add(part) {
    this.#menu.append(part);
  }

  /**
   * Hand a file to the user.
   * @param {string} kind
   * @param {Blob} file
   */
  give(kind, file) {
    saveFile(`${this.#name()}.${kind.toLowerCase()}`, file, this.element);
    if (this.#menu.contains(document.activeElement)) this.button.focus();
    this.close();
  }

  /**
   * Whether a key has a meaning here.
   * @param {KeyboardEvent} event
   */
  moves({ target, key, ctrlKey, metaKey, altKey }) {
    const here = this.open && this.element.contains(/** @type {Node} */ (target));
    return here && (key in MOVES || key === "Escape") && !(ctrlKey || metaKey || altKey);
  }

  close() {
    if (this.open) this.#toggle();
  }

  #toggle() {
    this.#menu.hidden = this.open;
    if (this.open) document.addEventListener("pointerdown", this.#onPointer);
    else document.removeEventListener("pointerdown", this.#onPointer);
    this.update();
    this.#changed();
    if (this.open) this.items[0].button.focus({ preventScroll: true });
  }

  /**
   * @param {Offer} offer
   * @param {number} i
   */
  #item({ kind, detail: text }, i) {
    const detail = element("span", {}, text);
    const look = { type: "button", class: "jtts-item" };
    const button = element("button", look, element("b", {}, kind), detail);
    button.addEventListener("click", () => {
      const offer = this.offers()[i];
      const file = offer.ready && offer.take();
      if (file) this.give(kind, file);
    });
    return { button, detail };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (!this.moves(event)) return;
    event.preventDefault();
    event.stopPropagation(); // by the time it is further up, the menu may be closed
    if (event.key === "Escape") {
      this.button.focus();
      this.close();
      return;
    }
    const count = this.items.length;
    const at = this.items.findIndex(({ button }) => button === document.activeElement);
    const from = at < 0 && event.key === "ArrowUp" ? 0 : at; // up from the button: to the last
    this.items[(from + MOVES[event.key] + count) % count].button.focus();
  }

  /** @param {PointerEvent} event */
  #onPointer = ({ target }) => this.#onElsewhere(target);

  /** @param {EventTarget | null} target */
  #onElsewhere(target) {
    if (!this.element.contains(/** @type {Node | null} */ (target))) this.close();
  }
}

/**
 * Have the browser save a file. The link is clicked in the page, since VS Code's notebooks, whose
 * webviews may not download, listen there for clicks on such links and ask where to save.
 * @param {string} name
 * @param {Blob} file
 * @param {HTMLElement} place
 */
export function saveFile(name, file, place) {
  const link = element("a", { href: URL.createObjectURL(file), download: name, hidden: "" });
  place.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_MS);
}
