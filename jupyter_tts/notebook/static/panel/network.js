import { element, setAttribute, setText } from "../shared/dom.js";
import { Field } from "./fields/field.js";
import { sentValues } from "./wire/request.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./fields/settings.js").Settings} Settings */
/** @typedef {import("./wire/request.js").Value} Value */

const WHAT =
  "A simulation: this kernel's embedded voice plays a bad network or a busy service, from the " +
  "next Speak on. Every cell and panel of the kernel shares it, until it is taken back.";
const ELSEWHERE =
  "The network to this server is real and cannot be changed from here. Only that of the embedded " +
  "voice can be simulated: choose the server local.";

/** What is to be simulated, as a field takes it. The kernel's embedded voice has one such set. */
class SimulatedConditions {
  /** With none of them set the network is perfect. @type {Record<string, Value | null>} */
  initial;

  #settings;
  #model;

  /**
   * @param {Settings} settings
   * @param {Model} model
   */
  constructor(settings, model) {
    this.#settings = settings;
    this.#model = model;
    this.declaration = settings.declaration;
    this.initial = Object.fromEntries(this.declaration.conditions.map(({ name }) => [name, null]));
  }

  /** @type {Record<string, Value | null>} */
  get values() {
    return { ...this.initial, ...this.given };
  }

  /** Those that are set. @returns {Record<string, Value>} */
  get given() {
    return this.#model.get("conditions");
  }

  /**
   * @param {string} name
   * @param {Value | null} value
   */
  set(name, value) {
    this.#save({ ...this.values, [name]: value });
  }

  clear() {
    this.#save({});
  }

  /** What is typed counts once it is finished, so that there is nothing to hold. */
  hold() {}

  /** @param {Record<string, Value | null>} values */
  #save(values) {
    const set = Object.entries(values).filter(([, value]) => value !== null);
    this.#settings.save({ conditions: Object.fromEntries(set) });
    this.#settings.changedByUser();
  }
}

/** The folded section in which the embedded voice's network is made worse, and good again. */
export class NetworkSection {
  #settings;
  #model;
  #conditions;
  /** @type {Field[]} */
  #fields;
  #state = element("span", { class: "jtts-simulated" });
  #about = element("p", { class: "jtts-network-about" });
  #body;

  /**
   * @param {Settings} settings
   * @param {Model} model
   */
  constructor(settings, model) {
    this.#settings = settings;
    this.#model = model;
    this.#conditions = new SimulatedConditions(settings, model);
    const { conditions } = settings.declaration;
    this.#fields = conditions.map((declared) => new Field(this.#conditions, declared));
    this.#body = this.#build();
    this.element = element(
      "details",
      { class: "jtts-folded jtts-network" },
      element("summary", {}, "Network", this.#state),
      this.#about,
      this.#body,
    );
    for (const name of ["conditions", "simulated"]) model.on(`change:${name}`, this.#onKernel);
    this.update(true);
  }

  /** Take what has been typed, though its author may not be done. */
  commit() {
    for (const field of this.#fields) field.commit();
  }

  /** @param {boolean} [overwrite]  Replace what is in the controls, even what could not be read. */
  update(overwrite = false) {
    const { declaration, values } = this.#settings;
    const local = sentValues(declaration, values).server === declaration.local.name;
    const simulated = local ? this.#model.get("simulated") : "";
    setText(this.#state, simulated ? `Simulating: ${simulated}` : "");
    setAttribute(this.element, "data-simulating", String(simulated !== ""));
    setText(this.#about, local ? WHAT : ELSEWHERE);
    this.#body.hidden = !local;
    const given = this.#conditions.given;
    const view = { sent: given, levers: {}, endpoint: "", effects: {}, remarks: {} };
    for (const field of this.#fields) field.update(view, overwrite);
  }

  close() {
    for (const name of ["conditions", "simulated"])
      this.#model.off(`change:${name}`, this.#onKernel);
  }

  #build() {
    const look = { type: "button", class: "jtts-plain-button", title: "Back to a perfect network" };
    const none = element("button", look, "No conditions");
    none.addEventListener("click", () => {
      this.#conditions.clear();
      this.update(true);
    });
    const fields = this.#fields.map((field) => field.element);
    return element(
      "div",
      {},
      element("div", { class: "jtts-fields" }, ...fields),
      element("div", { class: "jtts-line" }, none),
    );
  }

  #onKernel = () => this.update();
}
