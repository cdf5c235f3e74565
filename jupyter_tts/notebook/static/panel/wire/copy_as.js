import { copyText } from "../../shared/copy.js";
import { element, setText } from "../../shared/dom.js";
import { uniqueId } from "../fields/unique_id.js";

/** @typedef {import("../fields/settings.js").Settings} Settings */
/** @typedef {{ name: string, title: string }} Snippet */

/** The request as code, into the clipboard. */
export class CopyAs {
  #settings;
  #choice = element("select", { id: uniqueId("copy") });
  #status = element("span", { class: "jtts-copy-status", role: "status" });
  #text = element("textarea", {
    class: "jtts-copy-text",
    "aria-label": "Text to copy",
    readonly: "",
    hidden: "",
    rows: "3",
  });
  /** Number of the request that has not been answered. */
  #asked = -1;

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    const label = element("label", { for: this.#choice.id, class: "jtts-unseen" }, "Form");
    const button = element("button", { type: "button", class: "jtts-plain-button" }, "Copy");
    button.addEventListener("click", () => this.#copy());
    this.#choice.addEventListener("change", () => this.#say(""));
    const line = element("div", { class: "jtts-line" }, label, this.#choice, button, this.#status);
    this.element = element("div", { class: "jtts-copy" }, line, this.#text);
  }

  /** @param {Snippet[]} snippets */
  offer(snippets) {
    const chosen = this.#choice.value;
    const options = snippets.map(({ name, title }) => element("option", { value: name }, title));
    this.#choice.replaceChildren(...options);
    if (options.some(({ value }) => value === chosen)) this.#choice.value = chosen;
  }

  /**
   * The kernel has written a snippet.
   * @param {{ number: number, text: string }} content
   */
  take({ number, text }) {
    if (number !== this.#asked) return;
    this.#asked = -1;
    this.#put(text);
  }

  /** The kernel does not answer; it may yet, and then the snippet is taken. */
  stopWaiting() {
    if (this.#asked !== -1) this.#say("");
  }

  #copy() {
    const name = this.#choice.value;
    this.#asked = freshNumber();
    this.#say("Asking the kernel…");
    this.#settings.send({ kind: "copy", number: this.#asked, name });
  }

  /** @param {string} text */
  async #put(text) {
    const copied = await copyText(text);
    this.#say(copied ? "Copied" : "The browser does not let the page copy; here is the text.");
    this.#text.hidden = copied;
    this.#text.value = text;
    if (!copied) this.#text.select();
  }

  /** @param {string} words */
  #say(words) {
    setText(this.#status, words);
    this.#text.hidden = true;
  }
}

/** A number that no other request has, not even one of another browser tab on the same kernel. */
export function freshNumber() {
  return Math.floor(Math.random() * 2 ** 31);
}
