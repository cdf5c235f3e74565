import { element, setAttribute } from "../shared/dom.js";

/**
 * A place with room for texts that may come to stand in it: they are laid out unseen, one over the
 * other, so that nothing below moves when one takes the place of another. They are drawn by the
 * style sheet, for nobody to read, select or search.
 */
export class ReservedHeight {
  /** @type {HTMLElement[]} */
  #ghosts = [];

  /**
   * @param {HTMLElement} content
   * @param {"plain" | "code"} [kind]  The type that the texts are set in.
   */
  constructor(content, kind = "plain") {
    this.element = element("div", { class: `jtts-room jtts-room-${kind}` }, content);
  }

  /**
   * @param {{ lead?: string, text: string }[]} texts  Each with a beginning that is strong.
   */
  reserve(texts) {
    while (this.#ghosts.length < texts.length) {
      const ghost = element("span", { class: "jtts-ghost", "aria-hidden": "true" });
      this.#ghosts.push(ghost);
      this.element.append(ghost);
    }
    for (const [number, { lead = "", text }] of texts.entries()) {
      setAttribute(this.#ghosts[number], "data-lead", lead);
      setAttribute(this.#ghosts[number], "data-text", text);
    }
  }
}
