import { element, setAttribute, setText } from "../shared/dom.js";
import { uniqueId } from "./fields/unique_id.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./fields/settings.js").Settings} Settings */

/** Words a second, as the kernel accepts them. */
const SLOWEST = 1;
const FASTEST = 100;

const PACE_FAULT = `must be ${SLOWEST} to ${FASTEST}`;

/** What is spoken, how the text comes, and the buttons. */
export class Composer {
  #model;
  #settings;
  #press;
  #text = element("textarea", { id: uniqueId("text"), rows: "3", dir: "auto" });
  #coming = element("select", { id: uniqueId("coming") });
  #pace = element("input", {
    type: "number",
    id: uniqueId("pace"),
    min: String(SLOWEST),
    max: String(FASTEST),
    step: "any",
  });
  #paced;
  #remark = element("span", { class: "jtts-remark" });
  #onChange = element("input", { type: "checkbox" });
  #changing;
  #bar = element("span", { class: "jtts-remark" });
  error = element("div", { class: "jtts-fault", role: "alert" });

  /**
   * @param {Settings} settings
   * @param {Model} model
   * @param {{ speak: () => void, reset: () => void, measure: () => void }} press
   */
  constructor(settings, model, press) {
    this.#settings = settings;
    this.#model = model;
    this.#press = press;
    this.#paced = element(
      "label",
      { class: "jtts-words", title: "Words a second, as a language model writes them" },
      this.#pace,
      "words/s",
    );
    const title = "Speaks again a moment after the last change";
    this.#changing = element(
      "label",
      { class: "jtts-words", title },
      this.#onChange,
      "Speak on change",
      this.#bar,
    );
    this.text = this.#buildText();
    this.actions = this.#buildActions();
    this.#listen();
  }

  /** @param {string} error  What to say instead of what the kernel has to say. */
  draw(error) {
    const { text } = this.#settings;
    const model = this.#model;
    const inWords = model.get("word_by_word") === true;
    if (this.#text.value !== text) this.#text.value = text;
    this.#coming.value = inWords ? "words" : "whole";
    this.#paced.hidden = !inWords;
    const pace = model.get("words_per_second");
    if (this.#pace.valueAsNumber !== pace && !this.#paceFault) this.#pace.value = String(pace);
    const remark = model.get("remarks")?.text ?? "";
    const paceFault = inWords ? this.#paceFault : "";
    setText(this.#remark, paceFault || remark);
    setAttribute(this.#remark, "title", paceFault || remark);
    setAttribute(this.#remark, "data-kind", paceFault ? "fault" : "plain");
    const barred = model.get("change_bar") ?? "";
    this.#onChange.checked = model.get("speak_on_change") === true && barred === "";
    this.#onChange.disabled = barred !== "";
    setText(this.#bar, barred);
    setAttribute(this.actions, "data-status", model.get("status"));
    setText(this.error, error || model.get("error"));
  }

  /** How the text comes, as when the panel opened. */
  reset() {
    this.#pace.value = String(this.#model.get("words_per_second"));
    this.#save({ word_by_word: false });
  }

  get #paceFault() {
    const words = this.#pace.valueAsNumber;
    return this.#pace.value === "" || (words >= SLOWEST && words <= FASTEST) ? "" : PACE_FAULT;
  }

  #buildText() {
    const label = element("label", { class: "jtts-unseen", for: this.#text.id }, "Text");
    return element("div", { class: "jtts-text-field" }, label, this.#text);
  }

  #buildActions() {
    const speak = actionButton("Speak", "Ctrl+Enter", this.#press.speak);
    const stop = actionButton("Stop", "Silence, now", () => this.#settings.send({ kind: "stop" }));
    const reset = actionButton("Reset", "Back to how the panel opened", this.#press.reset);
    const how = "Measures this text with the levels 0 to 4; first says what that takes";
    const measure = actionButton("Measure", how, this.#press.measure);
    for (const [value, name] of [
      ["whole", "at once"],
      ["words", "word by word"],
    ])
      this.#coming.append(element("option", { value }, name));
    const title = "Word by word, as a language model writes, the latency level is heard and seen";
    const named = element("label", { for: this.#coming.id }, "Text comes");
    const comes = element("div", { class: "jtts-words", title }, named, this.#coming);
    return element(
      "div",
      { class: "jtts-actions" },
      element("div", { class: "jtts-line" }, speak, stop, reset, measure, this.#changing),
      element("div", { class: "jtts-line jtts-coming" }, comes, this.#paced, this.#remark),
    );
  }

  #listen() {
    this.#text.addEventListener("input", () => this.#settings.write(this.#text.value));
    this.#coming.addEventListener("change", () => {
      this.#save({ word_by_word: this.#coming.value === "words" });
    });
    this.#pace.addEventListener("input", () => {
      if (!this.#paceFault && this.#pace.value !== "")
        this.#save({ words_per_second: this.#pace.valueAsNumber });
      else this.draw("");
    });
    this.#onChange.addEventListener("change", () => {
      this.#settings.save({ speak_on_change: this.#onChange.checked });
    });
  }

  /** @param {Record<string, unknown>} traits */
  #save(traits) {
    this.#settings.save(traits);
    this.#settings.changedByUser();
  }
}

/**
 * @param {string} name
 * @param {string} title
 * @param {() => void} press
 */
function actionButton(name, title, press) {
  const look = { type: "button", class: `jtts-action jtts-action-${name.toLowerCase()}`, title };
  const button = element("button", look, name);
  button.addEventListener("click", press);
  return button;
}
