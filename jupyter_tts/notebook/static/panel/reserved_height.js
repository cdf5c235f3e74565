import { element, setAttribute } from "../shared/dom.js";

/**
 * An element as high as the highest of the texts it may come to show. They are laid out invisibly,
 * one over the other, so that nothing below moves when the text changes. The style sheet draws them,
 * so that they cannot be selected, searched or read aloud.
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
   * @param {string[]} texts
   */
  reserve(texts) {
    while (this.#ghosts.length < texts.length) {
      const ghost = element("span", { class: "jtts-ghost", "aria-hidden": "true" });
      this.#ghosts.push(ghost);
      this.element.append(ghost);
    }
    for (const [number, text] of texts.entries())
      setAttribute(this.#ghosts[number], "data-text", text);
  }
}
