import { SavedOutput } from "../shared/saved_output.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */

/** What a panel leaves in the notebook's file. */
export class SavedPanel {
  #model;
  #output;
  /** @type {Record<string, string>} */
  #data = {};

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    const id = () => String(model.get("panel_id"));
    this.#output = new SavedOutput(model, "panel", id, () => this.#update());
  }

  /** The panel is closed; its last state goes on to be saved. */
  close() {
    this.#output.close();
  }

  #update() {
    const parts = this.#model.get("saved");
    if (!parts) return this.#data; // a widget that is being closed may have forgotten
    const template = document.createElement("template");
    template.innerHTML = parts.request;
    const paragraph = template.content.querySelector("p");
    const [text, values] = [this.#model.get("text"), this.#model.get("values")];
    if (paragraph) paragraph.textContent = text;
    const speech = this.#model.get("saved_speech");
    // What was spoken shows its own request; that is not to stand there twice.
    const spoken = JSON.stringify([speech.text, speech.values]) === JSON.stringify([text, values]);
    const request = spoken ? "" : template.innerHTML;
    const style = this.#model.get("saved_style");
    const html = [style, speech.html ?? "", request, parts.history].join("");
    this.#data = { "text/html": html, "text/plain": parts.plain };
    return this.#data;
  }
}
