import { element } from "../../shared/dom.js";
import { typedKnob } from "./knobs.js";

/** @typedef {import("./knobs.js").Knob} Knob */
/** @typedef {import("./knobs.js").KnobEvents} KnobEvents */
/** @typedef {import("../wire/request.js").Declaration} Declaration */
/** @typedef {import("../wire/request.js").Parameter} Parameter */

/** No server has this name: it has no "://" and is none of those declared. */
const OTHER = "URL…";

/**
 * A server: one of the names, or a URL, which counts once it is typed to its end. Half a URL may
 * well be the address of another server.
 * @param {Declaration} declaration
 * @param {Parameter} declared
 * @param {KnobEvents} events
 * @returns {Knob}
 */
export function serverKnob(declaration, declared, events) {
  const names = [declaration.local.name, ...Object.keys(declaration.hosts)];
  const none = element("option", { value: "" });
  const input = element("select", {}, none);
  for (const name of [...names, OTHER]) input.append(element("option", { value: name }, name));
  const url = typedKnob(declaration, declared, events, { when: "change" });
  url.input.setAttribute("aria-label", `${declared.label} URL`);
  input.addEventListener("change", () => {
    url.element.hidden = input.value !== OTHER;
    if (input.value === OTHER) url.input.focus();
    else events.set(input.value === "" ? null : input.value);
  });
  return {
    element: element("div", { class: "jtts-knob-server" }, input, url.element),
    input,
    commit() {
      if (!url.element.hidden) url.commit();
    },
    show(value, idle, overwrite) {
      none.textContent = `not set (${idle})`;
      if (!overwrite) return;
      const other = value !== null && !names.includes(String(value));
      input.value = other ? OTHER : String(value ?? "");
      url.element.hidden = !other;
      url.show(other ? value : null, "https://…", true);
    },
  };
}
