import { element, setAttribute, setText } from "../../shared/dom.js";
import { uniqueId } from "./unique_id.js";
import { choiceKnob, isSlider, sliderKnob, switchKnob, typedKnob } from "./knobs.js";
import { serverKnob } from "./server_knob.js";
import { valueText } from "./typed_value.js";
import { sameValue, sentValues } from "../wire/request.js";

/** @typedef {import("./knobs.js").Knob} Knob */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("../wire/request.js").Parameter} Parameter */
/** @typedef {import("../wire/request.js").Value} Value */

/**
 * What a field reads its value from, and sets it in.
 * @typedef {Pick<Settings, "declaration" | "values" | "initial" | "set" | "hold">} Source
 */

/**
 * What a field shows.
 * @typedef {object} View
 * @property {Record<string, Value>} sent
 * @property {Record<string, Value>} levers  Of these, what the level sends.
 * @property {string} endpoint  In force; "" where there is none.
 * @property {Record<string, string>} effects  Why a control has no effect, by keyword.
 * @property {Record<string, string>} remarks  What to know of a control's value, by keyword.
 */

/** One parameter: its label, what sets it, what takes it back, and a line about it. */
export class Field {
  #settings;
  #declared;
  #meaning;
  /** @type {Knob} */
  #knob;
  #state = element("span", { class: "jtts-field-value", "aria-hidden": "true" });
  #unset;
  #note = element("div", { class: "jtts-field-note", id: uniqueId("note") });
  #ends;
  #fault = "";
  /** @type {Value | null | undefined} */
  #shown;
  /** @type {View} */
  #view = { sent: {}, levers: {}, endpoint: "", effects: {}, remarks: {} };

  /**
   * @param {Source} settings
   * @param {Parameter} declared
   * @param {{
   *   list?: HTMLDataListElement, meaning?: (value: Value) => string, ends?: string[]
   * }} [options]  Suggestions; what a value means in words; and what the ends of a slider mean.
   */
  constructor(settings, declared, { list, meaning = () => "", ends = [] } = {}) {
    this.#settings = settings;
    this.#declared = declared;
    this.#meaning = meaning;
    this.#ends = ends;
    this.#knob = this.#makeKnob(list);
    this.#unset = this.#makeUnset();
    this.element = this.#build();
  }

  /**
   * @param {View} view
   * @param {boolean} [overwrite]  Replace what is in the control, even what could not be read.
   */
  update(view, overwrite = false) {
    this.#view = view;
    const value = this.#value;
    if (overwrite || !sameValue(value, this.#shown) || this.#shown === undefined) {
      this.#fault = "";
      overwrite = true;
    }
    this.#shown = value;
    this.#knob.show(value, this.#idle, overwrite);
    this.#knob.mark?.(this.#idle);
    this.#describe();
  }

  /** Take what has been typed, though its author may not be done. */
  commit() {
    this.#knob.commit?.();
  }

  get #value() {
    return this.#settings.values[this.#declared.name];
  }

  /** What holds while nothing is set. */
  get #idle() {
    const { name, default: otherwise } = this.#declared;
    if (this.#value === null) return this.#view.sent[name] ?? otherwise;
    const { declaration, values } = this.#settings;
    return sentValues(declaration, { ...values, [name]: null })[name] ?? otherwise;
  }

  /** What was set when the panel was made. */
  get #first() {
    return this.#settings.initial[this.#declared.name];
  }

  /** @param {HTMLDataListElement} [list] */
  #makeKnob(list) {
    const { name, kind, place, choices } = this.#declared;
    const events = {
      set: (/** @type {Value | null} */ value) => this.#set(value),
      refuse: (/** @type {string} */ fault) => this.#refuse(fault),
      hold: (/** @type {boolean} */ held) => this.#settings.hold(name, held),
    };
    const { declaration } = this.#settings;
    if (place === "host") return serverKnob(declaration, this.#declared, events);
    if (kind === "switch") return switchKnob(events);
    if (choices.length > 0) return choiceKnob(this.#declared, events);
    if (isSlider(this.#declared)) return sliderKnob(this.#declared, events);
    // Half a number may be one too, and a condition is no draft: it is played from then on.
    const when = place === "condition" ? "change" : "input";
    return typedKnob(declaration, this.#declared, events, { list, when });
  }

  #makeUnset() {
    const { label, name } = this.#declared;
    const first = this.#first;
    const attributes =
      first === null
        ? { "aria-label": `Unset ${label}`, title: "Leave it unset" }
        : { "aria-label": `Reset ${label}`, title: `Back to ${valueText(first)}` };
    const button = element("button", { type: "button", class: "jtts-unset", ...attributes }, "×");
    button.addEventListener("click", () => {
      this.#settings.set(name, first);
      this.update(this.#view, true);
      this.#knob.input.focus();
    });
    return button;
  }

  #build() {
    const { name, kind, place, label, help, note } = this.#declared;
    const { input } = this.#knob;
    const marker = place === "condition" ? "data-condition" : "data-name";
    // A level's line unfolds to what its note would say.
    const title = note && name !== "latency" ? `${help} ${note}` : help;
    const spoken = element("span", { id: uniqueId("help"), class: "jtts-unseen" }, title);
    input.id = uniqueId(name);
    setAttribute(input, "aria-describedby", `${this.#note.id} ${spoken.id}`);
    const named = element("label", { for: input.id }, label);
    const head = element("div", { class: "jtts-field-head" }, named, this.#state, this.#unset);
    const whole = { class: "jtts-field", [marker]: name, title };
    if (this.#ends.length > 0) {
      const words = this.#ends.map((end) => element("span", {}, end));
      const ends = element("div", { class: "jtts-ends" }, ...words);
      const foot = element("div", { class: "jtts-foot" }, ends, this.#note);
      return element("div", whole, head, this.#knob.element, foot, spoken);
    }
    if (kind !== "switch")
      return element("div", whole, head, this.#knob.element, this.#note, spoken);
    head.prepend(this.#knob.element);
    return element("div", whole, head, this.#note, spoken);
  }

  /** @param {Value | null} value */
  #set(value) {
    this.#fault = "";
    this.#settings.set(this.#declared.name, value);
    this.#describe();
  }

  /** @param {string} fault */
  #refuse(fault) {
    this.#fault = fault;
    this.#describe();
  }

  #describe() {
    const value = this.#value;
    const { name } = this.#declared;
    const lack = this.#lack;
    const effect = lack || (this.#view.effects[name] ?? this.#view.remarks[name] ?? "");
    const kind = this.#fault ? "fault" : effect ? "effect" : "plain";
    const untouched = sameValue(value, this.#first);
    const state = value === null ? "unset" : untouched ? "first" : "set";
    setAttribute(this.element, "data-state", state);
    setAttribute(this.#note, "data-kind", kind);
    const text = this.#fault ? this.#faultText : effect || this.#standing;
    setText(this.#note, text);
    if (this.#ends.length > 0) setAttribute(this.#note, "title", text);
    setAttribute(this.#knob.input, "aria-invalid", String(this.#fault !== ""));
    // A level acts by its levers, too, which the endpoint may take.
    this.#knob.input.toggleAttribute("disabled", lack !== "" && name !== "latency");
    this.#unset.hidden = untouched && this.#fault === "";
    if (this.#declared.kind === "switch") setText(this.#state, valueText(value ?? this.#idle));
    if (isSlider(this.#declared)) this.#describeSlider(value ?? this.#idle);
  }

  /** @param {Value | null} shown */
  #describeSlider(shown) {
    const meaning = shown === null ? "" : this.#meaning(shown);
    const text = [valueText(shown), meaning].filter(Boolean).join(", ");
    setText(this.#state, text);
    const spoken = this.#value === null ? `${text}, not set` : text;
    setAttribute(this.#knob.input, "aria-valuetext", spoken);
  }

  get #faultText() {
    const sent = this.#view.sent[this.#declared.name];
    return `${sent === undefined ? "Not sent" : `Still ${valueText(sent)}`}: ${this.#fault}.`;
  }

  /** Why it is not sent, whatever is set: the endpoint does not take it. */
  get #lack() {
    const { endpoint } = this.#view;
    const { endpoints } = this.#declared;
    if (endpoint === "" || endpoints.includes(endpoint)) return "";
    return `Not sent: ${this.#settings.declaration.endpoints[endpoint].label} lacks it.`;
  }

  /** What is sent, and why, where the user has set nothing; or what the value means. */
  get #standing() {
    const { name, place, help, default: otherwise } = this.#declared;
    if (place === "condition") return help;
    if (this.#ends.length > 0) return ""; // what is shown at its head
    const value = this.#value;
    if (value !== null) return isSlider(this.#declared) ? "" : this.#meaning(value);
    const { sent, levers } = this.#view;
    if (name in levers) return `Not set: the level sends ${valueText(levers[name])}.`;
    const travels = !["local", "host", "endpoint"].includes(place);
    if (name in sent && !travels) return `Not set: ${valueText(sent[name])}.`;
    if (name === "voice") return ""; // stands in the empty control
    if (name in sent) return `Not set: ${valueText(sent[name])} is sent.`;
    return otherwise === null ? "Not set." : `Not set: by default ${valueText(otherwise)}.`;
  }
}
