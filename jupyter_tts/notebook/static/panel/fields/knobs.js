import { element } from "../../shared/dom.js";
import { readTyped, valueText } from "./typed_value.js";

/** @typedef {import("../wire/request.js").Declaration} Declaration */
/** @typedef {import("../wire/request.js").Parameter} Parameter */
/** @typedef {import("../wire/request.js").Value} Value */

/**
 * What sets one parameter.
 * @typedef {object} Knob
 * @property {HTMLElement} element
 * @property {HTMLElement} input  What the label names.
 * @property {(value: Value | null, idle: Value | null, overwrite: boolean) => void} show  `idle`
 *   stands in, greyed, while nothing is set. Unless `overwrite`, what is being typed or chosen is
 *   left alone.
 * @property {(value: Value | null) => void} [mark]  Show where its default is.
 * @property {() => void} [commit]  Take what has been typed, where it only counts once finished.
 */

/**
 * @typedef {object} KnobEvents
 * @property {(value: Value | null) => void} set
 * @property {(fault: string) => void} refuse  What was typed is no such value.
 * @property {(held: boolean) => void} hold  The pointer is down on it, or no longer.
 */

/** The most steps of a whole number that is set with a slider. */
const MOST_STEPS = 10;

/** @param {Parameter} declared */
function steps({ low, high, step }) {
  return low === null || high === null || step === null ? Infinity : (high - low) / step;
}

/** @param {Parameter} declared */
export function isSlider(declared) {
  const { kind } = declared;
  const most = kind === "number" ? Number.MAX_VALUE : MOST_STEPS;
  return (kind === "number" || kind === "integer") && steps(declared) <= most;
}

/**
 * @param {Parameter} declared
 * @param {KnobEvents} events
 * @returns {Knob}
 */
export function sliderKnob(declared, events) {
  const { low, high, step } = declared;
  const input = element("input", {
    type: "range",
    min: String(low),
    max: String(high),
    step: String(step),
  });
  const mark = element("span", { class: "jtts-default-at", "aria-hidden": "true" });
  const wrapper = element("div", { class: "jtts-knob-slider" }, mark, input);
  input.addEventListener("input", () => events.set(input.valueAsNumber));
  input.addEventListener("pointerdown", () => events.hold(true));
  for (const end of ["change", "pointerup", "pointercancel", "blur"]) {
    input.addEventListener(end, () => events.hold(false));
  }
  return {
    element: wrapper,
    input,
    show(value, idle) {
      const shown = Number(value ?? idle ?? low);
      if (input.valueAsNumber !== shown) input.value = String(shown);
    },
    mark(value) {
      mark.hidden = value === null;
      const part = (Number(value) - Number(low)) / (Number(high) - Number(low));
      mark.style.setProperty("--jtts-at", String(part));
    },
  };
}

/**
 * @param {KnobEvents} events
 * @returns {Knob}
 */
export function switchKnob(events) {
  const input = element("input", { type: "checkbox" });
  input.addEventListener("change", () => events.set(input.checked));
  return {
    element: input,
    input,
    show(value, idle) {
      const shown = value ?? idle;
      input.checked = shown === true;
      input.indeterminate = shown === null;
    },
  };
}

/**
 * @param {Parameter} declared
 * @param {KnobEvents} events
 * @returns {Knob}
 */
export function choiceKnob({ choices }, events) {
  const none = element("option", { value: "" });
  const input = element("select", {}, none);
  for (const choice of choices) input.append(element("option", { value: choice }, choice));
  input.addEventListener("change", () => events.set(input.value === "" ? null : input.value));
  return {
    element: input,
    input,
    show(value, idle) {
      none.textContent = idle === null ? "not set" : `not set (${valueText(idle)})`;
      input.value = String(value ?? "");
    },
  };
}

/**
 * @param {Declaration} declaration
 * @param {Parameter} declared
 * @param {KnobEvents} events
 * @param {{ list?: HTMLDataListElement, when?: "input" | "change" }} [options]  Suggestions; and
 *   whether what is typed counts at once, or when it is finished.
 * @returns {Knob & { input: HTMLInputElement, commit: () => void }}
 */
export function typedKnob(declaration, declared, events, { list, when = "input" } = {}) {
  const input = element("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  if (declared.kind === "integer") input.inputMode = "numeric";
  const wrapper = element("div", { class: "jtts-knob-typed" }, input);
  if (list) {
    input.setAttribute("list", list.id);
    wrapper.append(list);
  }
  let taken = "";
  const take = () => {
    taken = input.value;
    const reading = readTyped(declaration, declared, input.value);
    if ("fault" in reading) events.refuse(reading.fault);
    else events.set(reading.value);
  };
  input.addEventListener(when, take);
  return {
    element: wrapper,
    input,
    commit() {
      if (input.value !== taken) take();
    },
    show(value, idle, overwrite) {
      input.placeholder = valueText(idle);
      if (!overwrite) return;
      const reading = readTyped(declaration, declared, input.value);
      const typed = "value" in reading ? valueText(reading.value) : null;
      // What is being typed, "120," say, is left as it is while it means the same.
      if (typed !== valueText(value)) input.value = valueText(value);
      taken = input.value;
    },
  };
}
