import { CopyAs } from "./wire/copy_as.js";
import { ChangeCost } from "./wire/change_cost.js";
import { UrlCheck } from "./url_check.js";
import { element, setAttribute, setText } from "../shared/dom.js";
import { Field } from "./fields/field.js";
import { uniqueId } from "./fields/unique_id.js";
import { keepTyped } from "../shared/typed_keys.js";
import { LevelMeaning } from "./fields/levels.js";
import { LiveCard } from "./wire/live_card.js";
import { NetworkSection } from "./network.js";
import { activeLevers, endpointName, levelOf, sentValues, urlText } from "./wire/request.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./fields/settings.js").Settings} Settings */
/** @typedef {import("./wire/request.js").Parameter} Parameter */
/** @typedef {import("./wire/request.js").Value} Value */
/** @typedef {{ id: string, name: string, language: string, gender: string, kind?: string }} Voice */

/** Parameters in front; all others are folded. */
const FRONT = ["latency", "stability", "similarity"];

/** Traits that change nothing but what is shown. */
const SHOWN = [
  "address",
  "effects",
  "remarks",
  "socket",
  "status",
  "message",
  "error",
  "word_by_word",
];

const KERNEL_SILENT =
  "The kernel does not answer. It may be busy; if it was restarted, run the cell again.";

/** The controls of a panel in one output area. */
export class ControlsView {
  #model;
  #settings;
  #declaration;
  #text = element("textarea", { id: uniqueId("text"), rows: "3", dir: "auto" });
  #words = element("input", { type: "checkbox" });
  #voices = element("datalist", { id: uniqueId("voices") });
  #models = element("datalist", { id: uniqueId("models") });
  /** @type {Map<string, Field>} */
  #fields = new Map();
  #level;
  #network;
  #card;
  #cost;
  #copyAs;
  #urlCheck;
  #notice = element("span", { class: "jtts-notice", role: "status" });
  #error = element("div", { class: "jtts-fault", role: "alert" });
  #socket = element("div", { class: "jtts-socket" });
  #defaults = element("input", { type: "checkbox", id: uniqueId("defaults") });
  #legend = element("span", { class: "jtts-legend" }, "Grey: left out, the server's own default");
  #root;
  #values;
  #unsubscribe;
  #freeKeys;

  /**
   * @param {Settings} settings
   * @param {Model} model
   * @param {HTMLElement} host
   */
  constructor(settings, model, host) {
    this.#model = model;
    this.#settings = settings;
    this.#declaration = settings.declaration;
    this.#values = settings.values;
    this.#level = new LevelMeaning(this.#declaration, this.#declared("latency").note);
    this.#network = new NetworkSection(settings, model);
    this.#card = new LiveCard(this.#declaration, FRONT);
    this.#cost = new ChangeCost(this.#declaration, FRONT);
    this.#copyAs = new CopyAs(settings, () => this.#url);
    this.#urlCheck = new UrlCheck(settings);
    this.#root = this.#build();
    this.#unsubscribe = settings.subscribe((overwrite) => this.#update(overwrite));
    this.#freeKeys = keepTyped(this.#root, () => this.#speak());
    this.#listen();
    this.#takeOwnVoices();
    host.append(this.#root);
    this.#onLists();
    this.#update(true);
  }

  close() {
    this.#unsubscribe();
    this.#freeKeys();
    this.#network.close();
    this.#cost.close();
    for (const name of SHOWN) this.#model.off(`change:${name}`, this.#onShown);
    for (const name of ["voices", "models", "snippets"])
      this.#model.off(`change:${name}`, this.#onLists);
    this.#model.off("change:own_voices", this.#onOwnVoices);
    this.#model.off("msg:custom", this.#onMessage);
    this.#root.remove();
  }

  get #url() {
    return urlText(this.#declaration, this.#settings.values, this.#model.get("address"));
  }

  /** @param {string} wanted */
  #declared(wanted) {
    const parameter = this.#declaration.parameters.find(({ name }) => name === wanted);
    return /** @type {Parameter} */ (parameter);
  }

  #build() {
    const front = FRONT.map((name) => this.#makeField(this.#declared(name)));
    front[0].append(this.#level.element);
    const rest = this.#declaration.parameters
      .filter(({ name }) => !FRONT.includes(name))
      .sort((one, other) => Number(one.kind === "switch") - Number(other.kind === "switch"));
    const more = element(
      "div",
      { class: "jtts-fields" },
      ...rest.map((parameter) => this.#makeField(parameter)),
    );
    const named = element("label", { for: this.#text.id }, "Text");
    return element(
      "div",
      { class: "jtts-controls", role: "group", "aria-label": "Speech panel" },
      element("div", { class: "jtts-text-field" }, named, this.#text),
      this.#buildActions(),
      this.#error,
      element("div", { class: "jtts-fields jtts-front" }, ...front),
      element("details", { class: "jtts-folded" }, element("summary", {}, "More"), more),
      this.#network.element,
      this.#buildWire(),
      this.#copyAs.element,
      this.#urlCheck.element,
    );
  }

  #buildActions() {
    const speak = actionButton("Speak", "Ctrl+Enter", () => this.#speak());
    const stop = actionButton("Stop", "Silence, now", () => this.#settings.send({ kind: "stop" }));
    const reset = actionButton("Reset", "Back to how the panel opened", () => this.#reset());
    const title =
      `Speak sends a word every ${this.#model.get("word_pace")} ms, as a language model writes ` +
      "them: then the latency level is heard. Otherwise it sends the whole text at once.";
    const words = element("label", { class: "jtts-words", title }, this.#words, "Word by word");
    return element("div", { class: "jtts-actions" }, speak, stop, reset, words, this.#notice);
  }

  #buildWire() {
    const label = element("label", {}, this.#defaults, "Show defaults");
    const options = element("div", { class: "jtts-line" }, label, this.#legend);
    return element(
      "div",
      { class: "jtts-wire", role: "group", "aria-label": "On the wire" },
      this.#card.element,
      this.#cost.element,
      this.#socket,
      options,
    );
  }

  /** @param {Parameter} declared */
  #makeField(declared) {
    const suggestions = { voice: this.#voices, model: this.#models };
    const meanings = {
      latency: (/** @type {Value} */ value) => levelOf(this.#declaration, { latency: value }).title,
      voice: (/** @type {Value} */ value) => this.#voiceText(value),
    };
    const name = /** @type {keyof typeof suggestions & keyof typeof meanings} */ (declared.name);
    const options = { list: suggestions[name], meaning: meanings[name] };
    const field = new Field(this.#settings, declared, options);
    this.#fields.set(declared.name, field);
    return field.element;
  }

  #listen() {
    for (const name of SHOWN) this.#model.on(`change:${name}`, this.#onShown);
    for (const name of ["voices", "models", "snippets"])
      this.#model.on(`change:${name}`, this.#onLists);
    this.#model.on("change:own_voices", this.#onOwnVoices);
    this.#model.on("msg:custom", this.#onMessage);
    this.#text.addEventListener("input", () => this.#settings.write(this.#text.value));
    this.#words.addEventListener("change", () => this.#sendInWords(this.#words.checked));
    this.#defaults.addEventListener("change", () => this.#draw());
  }

  #speak() {
    for (const field of this.#fields.values()) field.commit();
    this.#network.commit();
    this.#settings.send({ kind: "speak" });
  }

  #reset() {
    this.#settings.replace(this.#settings.initial);
    this.#sendInWords(false);
    this.#settings.send({ kind: "reset" });
  }

  /** @param {boolean} inWords */
  #sendInWords(inWords) {
    this.#model.set("word_by_word", inWords);
    this.#model.save_changes();
  }

  /** @param {boolean} overwrite */
  #update(overwrite) {
    const { values, text } = this.#settings;
    if (this.#text.value !== text) this.#text.value = text;
    if (values !== this.#values) this.#cost.changed(this.#values, values);
    this.#values = values;
    this.#level.update(values);
    this.#draw(overwrite);
  }

  #draw(overwrite = false) {
    const { values } = this.#settings;
    const view = {
      sent: sentValues(this.#declaration, values),
      levers: activeLevers(this.#declaration, values),
      endpoint: endpointName(this.#declaration, values),
      effects: this.#model.get("effects") ?? {},
      remarks: this.#model.get("remarks") ?? {},
    };
    for (const field of this.#fields.values()) field.update(view, overwrite);
    this.#network.update();
    this.#cost.reserve(values);
    this.#card.draw(values, this.#model.get("address"), this.#defaults.checked);
    setAttribute(this.#legend, "data-shown", String(this.#defaults.checked));
    setAttribute(this.#root, "data-status", this.#model.get("status"));
    this.#words.checked = this.#model.get("word_by_word");
    setText(this.#notice, this.#model.get("message"));
    setText(this.#socket, this.#model.get("socket") ?? "");
    const { kernelSilent } = this.#settings;
    setText(this.#error, kernelSilent ? KERNEL_SILENT : this.#model.get("error"));
    if (kernelSilent) for (const asking of [this.#copyAs, this.#urlCheck]) asking.stopWaiting();
  }

  #onOwnVoices = () => {
    this.#takeOwnVoices();
    this.#draw();
  };

  /** Where no voice is named, that of the user's account speaks. */
  #takeOwnVoices() {
    Object.assign(this.#declaration.default_voices, this.#model.get("own_voices"));
  }

  #onShown = () => this.#draw();

  #onLists = () => {
    const voices = /** @type {Voice[]} */ (this.#model.get("voices"));
    const options = voices.map((voice) => option(voice.id, voiceWords(voice)));
    this.#voices.replaceChildren(...options);
    const models = /** @type {string[]} */ (this.#model.get("models"));
    this.#models.replaceChildren(...models.map((name) => option(name)));
    this.#copyAs.offer(this.#model.get("snippets"));
    this.#draw();
  };

  /** @param {any} content */
  #onMessage = (content) => {
    if (content.kind === "checked") this.#urlCheck.take(content);
    else if (content.kind === "copied") this.#copyAs.take(content);
  };

  /** @param {Value} id */
  #voiceText(id) {
    const voices = /** @type {Voice[]} */ (this.#model.get("voices"));
    const voice = voices.find((candidate) => candidate.id === id);
    return voice ? voiceWords(voice) : "";
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

/**
 * @param {string} value
 * @param {string} label
 */
function option(value, label = "") {
  return element("option", label === "" ? { value } : { value, label });
}

/** @param {Voice} voice */
function voiceWords({ name, language, gender, kind }) {
  return [name, language, gender, kind].filter(Boolean).join(", ");
}
