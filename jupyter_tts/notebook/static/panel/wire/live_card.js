import { copyButton } from "../../shared/copy.js";
import { element, setText } from "../../shared/dom.js";
import { reachable } from "../fields/levels.js";
import { messageParts } from "./first_message.js";
import { ReservedHeight } from "../reserved_height.js";
import { endpointOf, unsentUrlParts, urlParts } from "./request.js";

/** @typedef {import("./request.js").Declaration} Declaration */
/** @typedef {import("./request.js").Part} Part */
/** @typedef {import("./request.js").Values} Values */

/** A line of parts. What changes lights up; what does not is left alone, so that it fades in peace. */
class PartLine {
  element = element("span", { class: "jtts-code" });
  /** @type {Map<string, HTMLElement>} */
  #nodes = new Map();

  /** What is sent of it. */
  get text() {
    const parts = [...this.element.children].filter((part) => !part.matches(".jtts-unsent"));
    return parts.map(({ textContent }) => textContent).join("");
  }

  /**
   * @param {Part[]} parts
   * @param {Set<string>} lit  Names of the parameters whose parts light up if they are new here.
   */
  draw(parts, lit) {
    const named = keyed(parts);
    for (const [key, node] of this.#nodes) {
      if (named.get(key)?.text === node.textContent) continue;
      node.remove();
      this.#nodes.delete(key);
    }
    let next = this.element.firstChild;
    for (const [key, part] of named) {
      const old = this.#nodes.get(key);
      if (old && old === next) next = old.nextSibling;
      else this.element.insertBefore(old ?? this.#make(key, part, lit), next);
    }
  }

  /**
   * @param {string} key
   * @param {Part} part
   * @param {Set<string>} lit
   */
  #make(key, { kind, text, parameter, sent }, lit) {
    const made = element("span", { class: `jtts-${kind}` }, text);
    if (parameter !== null) made.dataset.parameter = parameter;
    if (!sent) made.classList.add("jtts-unsent");
    else if (parameter !== null && lit.has(parameter) && kind !== "mark")
      made.classList.add("jtts-lit");
    this.#nodes.set(key, made);
    // A long URL breaks after ? and &, so that no name is torn.
    if (kind === "mark") made.append(element("wbr"));
    return made;
  }
}

/**
 * Parts by a key that stays the same while others come and go.
 * @param {Part[]} parts
 */
function keyed(parts) {
  /** @type {Map<string, Part>} */
  const named = new Map();
  for (const part of parts) {
    const name = `${part.kind} ${part.parameter} ${part.sent}`;
    let nth = 0;
    while (named.has(`${name} ${nth}`)) nth++;
    named.set(`${name} ${nth}`, part);
  }
  return named;
}

/** The request as the kernel's render_card() shows it, redrawn as the settings change. */
export class LiveCard {
  #declaration;
  #front;
  #url = new PartLine();
  #message = new PartLine();
  #method = element("span", { class: "jtts-method" });
  #header = element("div", { class: "jtts-header" });
  #note = element("div");
  #names = { url: element("span"), message: element("span"), note: element("span") };
  #reserved = {
    url: new ReservedHeight(this.#url.element, "code"),
    message: new ReservedHeight(this.#message.element, "code"),
  };

  /**
   * @param {Declaration} declaration
   * @param {string[]} front  Names of the parameters whose changes are to move nothing.
   */
  constructor(declaration, front) {
    this.#declaration = declaration;
    this.#front = front;
    const { element: url } = this.#reserved.url;
    this.element = element(
      "div",
      { class: "jtts-request" },
      copiedRow(
        this.#names.url,
        element("div", {}, this.#method, url, this.#header),
        this.#url,
        "URL",
      ),
      copiedRow(
        this.#names.message,
        this.#reserved.message.element,
        this.#message,
        "first message",
      ),
      cardRow(this.#names.note, this.#note),
    );
  }

  /**
   * @param {Values} values
   * @param {string} address
   * @param {boolean} defaults  Whether to show what is left out.
   * @param {Set<string>} [lit]  Names of the parameters that the user has just changed.
   */
  draw(values, address, defaults, lit = new Set()) {
    this.#drawTransport(values);
    const drawn = this.#parts(values, address, defaults);
    this.#url.draw(drawn.url, lit);
    this.#message.draw(drawn.message, lit);
    const next = reachable(this.#declaration, values, this.#front);
    const others = next.map((nextValues) => this.#parts(nextValues, address, defaults));
    this.#reserved.url.reserve(others.map(({ url }) => breakable(url)));
    this.#reserved.message.reserve(others.map(({ message }) => breakable(message)));
  }

  /**
   * @param {Values} values
   * @param {string} address
   * @param {boolean} defaults
   */
  #parts(values, address, defaults) {
    const unsent = defaults ? unsentUrlParts(this.#declaration, values) : [];
    return {
      url: [...urlParts(this.#declaration, values, address), ...unsent],
      message: messageParts(this.#declaration, values, { defaults }),
    };
  }

  /** @param {Values} values */
  #drawTransport(values) {
    const { http } = endpointOf(this.#declaration, values);
    const { method, header, note } = this.#declaration.http;
    setText(this.#names.url, http ? "Request" : "URL");
    setText(this.#names.message, http ? "Body" : "First message");
    setText(this.#names.note, http ? "Transport" : "");
    setText(this.#method, http ? `${method} ` : "");
    setText(this.#header, http ? header : "");
    setText(this.#note, http ? note : "");
    this.#note.parentElement?.toggleAttribute("hidden", !http);
  }
}

/**
 * The text of parts, which breaks where they do: after ? and &.
 * @param {Part[]} parts
 */
function breakable(parts) {
  return parts.map(({ kind, text }) => (kind === "mark" ? `${text}\u200b` : text)).join("");
}

/**
 * @param {string | HTMLElement} name
 * @param {HTMLElement} content
 */
function cardRow(name, content) {
  const label = element("span", { class: "jtts-name" }, name);
  return element("div", { class: "jtts-row" }, label, content);
}

/**
 * A row with a button that copies what is sent of it.
 * @param {HTMLElement} name
 * @param {HTMLElement} content
 * @param {PartLine} line
 * @param {string} copied  What the button says it copies.
 */
function copiedRow(name, content, line, copied) {
  const row = cardRow(name, content);
  row.classList.add("jtts-copied");
  row.append(copyButton(line.element, `Copy ${copied}`, () => line.text));
  return row;
}
