import { element, setAttribute, setText } from "../shared/dom.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./fields/settings.js").Settings} Settings */

/** What measuring the levels would take, how far it is, and what it found. */
export class Measuring {
  #model;
  #words = element("span", { role: "status" });
  #start;
  #end;
  #shown = "";
  /** What is to be measured, or is. */
  element;
  /** What was found. */
  results = element("div", { class: "jtts-measured" });

  /**
   * @param {Settings} settings
   * @param {Model} model
   */
  constructor(settings, model) {
    this.#model = model;
    this.#start = plainButton("Start", () => settings.send({ kind: "measure", step: "start" }));
    this.#end = plainButton("Cancel", () => settings.send({ kind: "measure", step: "cancel" }));
    this.element = element(
      "div",
      { class: "jtts-line jtts-measuring" },
      this.#words,
      this.#start,
      this.#end,
    );
  }

  draw() {
    const { state = "", words = "", results = "" } = this.#model.get("measuring") ?? {};
    this.element.hidden = state === "";
    setText(this.#words, words);
    // Counting aloud would drown everything else.
    setAttribute(this.#words, "aria-live", state === "running" ? "off" : "polite");
    this.#start.hidden = state !== "planned";
    setText(this.#end, state === "done" ? "Close" : "Cancel");
    if (results === this.#shown) return;
    this.#shown = results;
    this.results.innerHTML = results; // by the kernel, which escapes all names in it
  }
}

/**
 * @param {string} name
 * @param {() => void} press
 */
function plainButton(name, press) {
  const button = element("button", { type: "button", class: "jtts-plain-button" }, name);
  button.addEventListener("click", press);
  return button;
}
