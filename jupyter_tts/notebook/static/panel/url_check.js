import { freshNumber } from "./wire/copy_as.js";
import { element, setText } from "../shared/dom.js";
import { uniqueId } from "./fields/unique_id.js";

/** @typedef {import("./fields/settings.js").Settings} Settings */
/** @typedef {import("./wire/request.js").Values} Values */

/** @typedef {{ severity: string, parameter: string, message: string, effect: string }} Finding */

/**
 * @typedef {object} Diagnosis
 * @property {number} number
 * @property {Finding[]} findings
 * @property {string} corrected
 * @property {boolean} ok
 * @property {Values} settings
 */

/** @type {Record<string, { sign: string, word: string }>} */
const SEVERITIES = {
  error: { sign: "×", word: "Error" },
  warning: { sign: "!", word: "Warning" },
  note: { sign: "i", word: "Note" },
};

/** Checks a hand-written URL, and takes over its settings. */
export class UrlCheck {
  #settings;
  #url = element("input", {
    type: "text",
    id: uniqueId("check"),
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "wss://…/stream-input?…",
  });
  #status = element("p", { class: "jtts-check-status", role: "status" });
  #answer = element("div", { class: "jtts-check-answer" });
  /** Number of the question that has not been answered. */
  #asked = -1;
  #checked = "";

  /** @param {Settings} settings */
  constructor(settings) {
    this.#settings = settings;
    const label = element("label", { for: this.#url.id, class: "jtts-unseen" }, "URL to check");
    const button = element("button", { type: "button", class: "jtts-plain-button" }, "Check");
    button.addEventListener("click", () => this.#check());
    this.#url.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.#check();
    });
    const line = element("div", { class: "jtts-line" }, label, this.#url, button);
    this.element = element("div", { class: "jtts-check" }, line, this.#status, this.#answer);
  }

  /** @param {Diagnosis} diagnosis */
  take({ number, findings, corrected, ok, settings }) {
    if (number !== this.#asked) return;
    this.#asked = -1;
    setText(this.#status, summary(findings, ok));
    const list = element("ul", { class: "jtts-findings" }, ...findings.map(findingItem));
    this.#answer.replaceChildren(...(findings.length > 0 ? [list] : []));
    // Where nothing of the text was understood, there is nothing of it to be used.
    if (Object.keys(settings).length === 0) return;
    if (corrected !== this.#checked) {
      const name = element("div", { class: "jtts-corrected-name" }, "Corrected");
      this.#answer.append(name, element("div", { class: "jtts-corrected" }, corrected));
    }
    this.#answer.append(this.#makeUse(settings));
  }

  /** The kernel does not answer; it may yet, and then its answer is shown. */
  stopWaiting() {
    if (this.#asked !== -1) setText(this.#status, "");
  }

  /** @param {Values} settings */
  #makeUse(settings) {
    const look = { type: "button", class: "jtts-plain-button" };
    const use = element("button", look, "Use these settings");
    use.addEventListener("click", () => {
      this.#settings.replace(settings);
      setText(this.#status, "The controls now stand as the URL says.");
    });
    return use;
  }

  #check() {
    const url = this.#url.value.trim();
    this.#answer.replaceChildren();
    if (url === "") {
      this.#asked = -1;
      setText(this.#status, "Paste a URL first.");
      this.#url.focus();
      return;
    }
    this.#asked = freshNumber();
    this.#checked = url;
    setText(this.#status, "Checking…");
    this.#settings.send({ kind: "check", number: this.#asked, url });
  }
}

/**
 * @param {Finding[]} findings
 * @param {boolean} ok
 */
function summary(findings, ok) {
  if (findings.length === 0) return "Nothing to find fault with.";
  const kinds = Object.keys(SEVERITIES).map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? "" : `${count} ${severity}${count === 1 ? "" : "s"}`;
  });
  return `${kinds.filter(Boolean).join(", ")}${ok ? "; it would work" : ""}.`;
}

/** @param {Finding} finding */
function findingItem({ severity, parameter, message, effect }) {
  const { sign, word } = SEVERITIES[severity] ?? SEVERITIES.note;
  const mark = element("span", { class: "jtts-severity-sign", "aria-hidden": "true" }, sign);
  const kind = element("span", { class: "jtts-severity" }, mark, word);
  const sentence = element("div", {}, message);
  // Many messages begin with the name.
  if (parameter && !message.startsWith(`${parameter} `)) {
    sentence.prepend(element("span", { class: "jtts-finding-parameter" }, `${parameter}:`), " ");
  }
  const text = element("div", {}, sentence);
  if (effect) text.append(element("div", { class: "jtts-finding-effect" }, effect));
  return element("li", { class: "jtts-finding", "data-severity": severity }, kind, text);
}
