import { element, setAttribute, setText } from "../shared/dom.js";
import { DownloadMenu } from "../shared/download.js";

/** The menu of a speech that is still coming: what can be had now changes. */
export class LiveMenu extends DownloadMenu {
  #note = element("div", { class: "jtts-note", role: "status" });

  /** @param {ConstructorParameters<typeof DownloadMenu>} parts */
  constructor(...parts) {
    super(...parts);
    this.add(this.#note);
    this.show("");
  }

  /**
   * Show what can be had now.
   * @param {string} note  What the user is to know of it.
   */
  show(note) {
    const offers = this.offers();
    setAttribute(this.button, "aria-disabled", String(!offers.some(({ ready }) => ready)));
    if (!this.open) return;
    offers.forEach(({ detail, ready }, i) => {
      setText(this.items[i].detail, detail);
      setAttribute(this.items[i].button, "aria-disabled", String(!ready));
    });
    setText(this.#note, note);
  }
}
