import { element, setText } from "./dom.js";
import { leversText } from "./levels.js";
import { messageParts } from "./message.js";
import { activeLevers, levelOf, unsentUrlParts, urlParts } from "./wire.js";

/** @typedef {import("./wire.js").Declaration} Declaration */
/** @typedef {import("./wire.js").Part} Part */
/** @typedef {import("./wire.js").Values} Values */

/** A line of parts. What changes lights up; what does not is left alone, so that it fades in peace. */
class PartLine {
  element = element("span", { class: "jtts-code" });
  /** @type {Map<string, HTMLElement>} */
  #nodes = new Map();

  /** @param {Part[]} parts */
  draw(parts) {
    const lights = this.#nodes.size > 0;
    const named = keyed(parts);
    for (const [key, node] of this.#nodes) {
      if (named.get(key)?.text === node.textContent) continue;
      node.remove();
      this.#nodes.delete(key);
    }
    let next = this.element.firstChild;
    for (const [key, part] of named) {
      const kept = this.#nodes.get(key);
      if (kept && kept === next) next = kept.nextSibling;
      else this.element.insertBefore(kept ?? this.#make(key, part, lights), next);
    }
  }

  /**
   * @param {string} key
   * @param {Part} part
   * @param {boolean} lights
   */
  #make(key, { kind, text, parameter, sent }, lights) {
    const made = element("span", { class: `jtts-${kind}` }, text);
    if (parameter !== null) made.dataset.parameter = parameter;
    if (!sent) made.classList.add("jtts-unsent");
    else if (lights && parameter !== null && kind !== "mark") made.classList.add("jtts-lit");
    this.#nodes.set(key, made);
    // A long URL breaks after ? and &, so that no name is torn.
    if (kind === "mark") made.append(element("wbr"));
    return made;
  }
}

/**
 * Parts by a key that each keeps while others come and go.
 * @param {Part[]} parts
 */
function keyed(parts) {
  /** @type {Map<string, Part>} */
  const found = new Map();
  for (const part of parts) {
    const name = `${part.kind} ${part.parameter} ${part.sent}`;
    let nth = 0;
    while (found.has(`${name} ${nth}`)) nth++;
    found.set(`${name} ${nth}`, part);
  }
  return found;
}

/** The request card, as the kernel's render_card() makes it, redrawn as the settings change. */
export class LiveCard {
  #declaration;
  #url = new PartLine();
  #message = new PartLine();
  #level = element("strong");
  #meaning = element("span");

  /** @param {Declaration} declaration */
  constructor(declaration) {
    this.#declaration = declaration;
    this.element = element(
      "div",
      { class: "jtts-request" },
      cardRow("URL", this.#url.element),
      cardRow("First message", this.#message.element),
      cardRow("Latency", this.#level, this.#meaning),
    );
  }

  /**
   * @param {Values} values
   * @param {string} address
   * @param {boolean} defaults  Whether to show what is left out.
   */
  draw(values, address, defaults) {
    const url = urlParts(this.#declaration, values, address);
    if (defaults) url.push(...unsentUrlParts(this.#declaration, values));
    this.#url.draw(url);
    this.#message.draw(messageParts(this.#declaration, values, { defaults }));
    this.#drawLevel(values);
  }

  /** @param {Values} values */
  #drawLevel(values) {
    const { value, title, official } = levelOf(this.#declaration, values);
    const levers = leversText(activeLevers(this.#declaration, values));
    const words = [`, ${title}.`, `ElevenLabs: ${official}.`];
    if (levers) words.push(`Levers: ${levers}.`);
    words.push("The parameter is deprecated; a server may ignore it.");
    setText(this.#level, `Level ${value}`);
    setText(this.#meaning, words.join(" "));
  }
}

/**
 * @param {string} name
 * @param {...HTMLElement} content
 */
function cardRow(name, ...content) {
  const label = element("span", { class: "jtts-name" }, name);
  return element("div", { class: "jtts-row" }, label, element("div", {}, ...content));
}
