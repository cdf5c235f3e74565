import { Composer } from "./composer.js";
import { element, setAttribute } from "../shared/dom.js";
import { Field } from "./fields/field.js";
import { uniqueId } from "./fields/unique_id.js";
import { keepTyped } from "../shared/typed_keys.js";
import { LevelMeaning } from "./fields/levels.js";
import { Measuring } from "./measuring.js";
import { NetworkSection } from "./network.js";
import { WireView } from "./wire/wire_view.js";
import { activeLevers, endpointName, levelOf, sentValues } from "./wire/request.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./fields/settings.js").Settings} Settings */
/** @typedef {import("./wire/request.js").Parameter} Parameter */
/** @typedef {import("./wire/request.js").Value} Value */
/** @typedef {{ id: string, name: string, language: string, gender: string, kind?: string }} Voice */

/** What is beside the text; and the sliders. All other parameters are folded. */
const BESIDE_TEXT = ["voice", "server"];
const FRONT = ["latency", "stability", "similarity"];

/** What the two ends of a slider in front mean. @type {Record<string, string[]>} */
const ENDS = {
  latency: ["best quality", "earliest sound"],
  stability: ["more variable", "more stable"],
  similarity: ["further from", "closer to the voice"],
};

/** Traits that change nothing but what is shown. */
const SHOWN = [
  "address",
  "effects",
  "remarks",
  "socket",
  "status",
  "error",
  "word_by_word",
  "words_per_second",
  "speak_on_change",
  "change_bar",
  "playing_values",
  "measuring",
];

const LISTS = ["voices", "models", "snippets"];

const KERNEL_SILENT =
  "The kernel does not answer. It may be busy; if it was restarted, run the cell again.";

/** The controls of a panel in one output area. */
export class ControlsView {
  #model;
  #settings;
  #declaration;
  #voices = element("datalist", { id: uniqueId("voices") });
  #models = element("datalist", { id: uniqueId("models") });
  /** @type {Map<string, Field>} */
  #fields = new Map();
  #composer;
  #level;
  #network;
  #measuring;
  #wire;
  #root;
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
    this.#composer = new Composer(settings, model, {
      speak: () => this.#speak(),
      reset: () => this.#reset(),
      measure: () => this.#measure(),
    });
    this.#level = new LevelMeaning(this.#declaration);
    this.#network = new NetworkSection(settings, model);
    this.#measuring = new Measuring(settings, model);
    this.#wire = new WireView(settings, model, FRONT);
    this.#root = this.#build();
    this.#unsubscribe = settings.subscribe((overwrite) => this.#draw(overwrite));
    this.#freeKeys = keepTyped(this.#root, () => this.#speak());
    for (const name of SHOWN) model.on(`change:${name}`, this.#onShown);
    for (const name of LISTS) model.on(`change:${name}`, this.#onLists);
    model.on("change:own_voices", this.#onOwnVoices);
    model.on("msg:custom", this.#onMessage);
    this.#takeOwnVoices();
    host.append(this.#root);
    this.#onLists();
    this.#draw(true);
  }

  close() {
    this.#unsubscribe();
    this.#freeKeys();
    this.#network.close();
    this.#wire.close();
    for (const name of SHOWN) this.#model.off(`change:${name}`, this.#onShown);
    for (const name of LISTS) this.#model.off(`change:${name}`, this.#onLists);
    this.#model.off("change:own_voices", this.#onOwnVoices);
    this.#model.off("msg:custom", this.#onMessage);
    this.#root.remove();
  }

  #build() {
    const { parameters } = this.#declaration;
    const make = (/** @type {string} */ wanted) => {
      const declared = parameters.find(({ name }) => name === wanted);
      return this.#makeField(/** @type {Parameter} */ (declared));
    };
    const rest = parameters
      .filter(({ name }) => ![...BESIDE_TEXT, ...FRONT].includes(name))
      .sort((one, other) => Number(one.kind === "switch") - Number(other.kind === "switch"))
      .map((declared) => this.#makeField(declared));
    const [latency, ...others] = FRONT.map(make);
    latency.append(this.#level.element);
    const more = element("div", { class: "jtts-fields" }, ...rest);
    const compose = element(
      "div",
      { class: "jtts-compose" },
      this.#composer.text,
      element("div", { class: "jtts-fields jtts-speaker" }, ...BESIDE_TEXT.map(make)),
      this.#composer.actions,
      this.#composer.error,
      this.#measuring.element,
      element("div", { class: "jtts-fields jtts-front" }, latency, ...others),
      element(
        "div",
        { class: "jtts-folds" },
        element("details", { class: "jtts-folded" }, element("summary", {}, "More"), more),
        this.#network.element,
      ),
    );
    const named = { class: "jtts-controls", role: "group", "aria-label": "Speech panel" };
    return element("div", named, compose, this.#wire.element, this.#measuring.results);
  }

  /** @param {Parameter} declared */
  #makeField(declared) {
    const suggestions = { voice: this.#voices, model: this.#models };
    const meanings = {
      latency: (/** @type {Value} */ value) => levelOf(this.#declaration, { latency: value }).title,
      voice: (/** @type {Value} */ value) => this.#voiceText(value),
    };
    const name = /** @type {keyof typeof suggestions & keyof typeof meanings} */ (declared.name);
    const options = { list: suggestions[name], meaning: meanings[name], ends: ENDS[name] };
    const field = new Field(this.#settings, declared, options);
    this.#fields.set(declared.name, field);
    return field.element;
  }

  /** Take what has been typed, though its author may not be done. */
  #commit() {
    for (const field of this.#fields.values()) field.commit();
    this.#network.commit();
  }

  #measure() {
    this.#commit();
    this.#settings.send({ kind: "measure", step: "propose" });
  }

  #speak() {
    this.#commit();
    this.#wire.forgetCost();
    this.#settings.send({ kind: "speak" });
  }

  #reset() {
    this.#settings.replace(this.#settings.initial);
    this.#composer.reset();
    this.#settings.send({ kind: "reset" });
  }

  #draw(overwrite = false) {
    const { values, kernelSilent } = this.#settings;
    const view = {
      sent: sentValues(this.#declaration, values),
      levers: activeLevers(this.#declaration, values),
      endpoint: endpointName(this.#declaration, values),
      effects: this.#model.get("effects") ?? {},
      remarks: this.#model.get("remarks") ?? {},
    };
    for (const field of this.#fields.values()) field.update(view, overwrite);
    this.#level.update(values);
    this.#network.update();
    this.#measuring.draw();
    this.#wire.draw();
    this.#composer.draw(kernelSilent ? KERNEL_SILENT : "");
    setAttribute(this.#root, "data-status", this.#model.get("status"));
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
    this.#wire.offer();
    this.#draw();
  };

  /** @param {any} content */
  #onMessage = (content) => this.#wire.take(content);

  /** @param {Value} id */
  #voiceText(id) {
    const voices = /** @type {Voice[]} */ (this.#model.get("voices"));
    const voice = voices.find((candidate) => candidate.id === id);
    return voice ? voiceWords(voice) : "";
  }
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
