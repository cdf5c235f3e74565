import { element, setAttribute, setText } from "../../shared/dom.js";
import { uniqueId } from "../fields/unique_id.js";
import { UrlCheck } from "../url_check.js";
import { ChangeCost } from "./change_cost.js";
import { CopyAs } from "./copy_as.js";
import { messageParts } from "./first_message.js";
import { LiveCard } from "./live_card.js";
import { changes, urlText } from "./request.js";

/** @typedef {import("../../player/kernel_link.js").Model} Model */
/** @typedef {import("../fields/settings.js").Settings} Settings */
/** @typedef {import("./request.js").Values} Values */

const TABS = { next: "Next", playing: "Now playing" };

/** @typedef {keyof typeof TABS} Tab */

/** The request as it travels, what a change of it costs, and what can be done with it. */
export class WireView {
  #model;
  #settings;
  #declaration;
  #card;
  #cost;
  #copyAs;
  #urlCheck;
  #socket = element("span", { class: "jtts-socket" });
  #defaults = element("input", { type: "checkbox", id: uniqueId("defaults") });
  #legend = element("span", { class: "jtts-legend" }, "Grey: left out, the server's own default");
  /** @type {Record<Tab, HTMLInputElement>} */
  #tabs;
  #tabList;
  /** @type {Values} */
  #values;

  /**
   * @param {Settings} settings
   * @param {Model} model
   * @param {string[]} front  Names of the parameters whose changes are to move nothing.
   */
  constructor(settings, model, front) {
    this.#settings = settings;
    this.#model = model;
    this.#declaration = settings.declaration;
    this.#values = settings.values;
    this.#card = new LiveCard(this.#declaration, front);
    this.#cost = new ChangeCost(this.#declaration, front);
    this.#copyAs = new CopyAs(settings);
    this.#urlCheck = new UrlCheck(settings);
    const group = uniqueId("request");
    this.#tabs = { next: radio(group), playing: radio(group) };
    this.#tabs.next.checked = true;
    this.#tabList = element(
      "div",
      { class: "jtts-tabs", role: "radiogroup", "aria-label": "Request shown" },
      ...Object.entries(TABS).map(([name, words]) =>
        element("label", {}, this.#tabs[/** @type {Tab} */ (name)], words),
      ),
    );
    this.element = this.#build();
    for (const control of [this.#defaults, this.#tabs.next, this.#tabs.playing])
      control.addEventListener("change", () => this.draw());
  }

  close() {
    this.#cost.close();
  }

  /** Draw the present settings; what has changed on the wire lights up. */
  draw() {
    const { values } = this.#settings;
    const before = this.#values;
    const changed = values === before ? [] : changes(this.#declaration, before, values);
    if (values !== before) {
      this.#cost.changed(before, values);
      this.#tabs.next.checked = true;
    }
    this.#values = values;
    this.#cost.reserve(values);
    const playing = this.#playing(values);
    setAttribute(this.#tabList, "data-shown", String(playing !== null));
    if (playing === null) this.#tabs.next.checked = true;
    const shown = this.#tabs.playing.checked && playing ? playing : values;
    const lit = new Set(changed.map(({ parameter }) => parameter));
    this.#card.draw(shown, this.#model.get("address"), this.#defaults.checked, lit);
    this.#legend.hidden = !this.#defaults.checked;
    const socket = this.#model.get("socket") ?? "";
    setText(this.#socket, socket);
    setAttribute(this.#socket, "title", socket);
    if (this.#settings.kernelSilent)
      for (const asking of [this.#copyAs, this.#urlCheck]) asking.stopWaiting();
  }

  /** What the last change costs is no news once it is spoken. */
  forgetCost() {
    this.#cost.clear();
  }

  /** The kernel has other forms to copy the request in. */
  offer() {
    this.#copyAs.offer(this.#model.get("snippets"));
  }

  /** @param {any} content  A message of the kernel. */
  take(content) {
    if (content.kind === "checked") this.#urlCheck.take(content);
    else if (content.kind === "copied") this.#copyAs.take(content);
  }

  /**
   * What is being spoken, where that travels otherwise than what is set.
   * @param {Values} values
   * @returns {Values | null}
   */
  #playing(values) {
    const playing = /** @type {Values | null} */ (this.#model.get("playing_values") ?? null);
    return playing && this.#written(playing) !== this.#written(values) ? playing : null;
  }

  /** @param {Values} values */
  #written(values) {
    const message = messageParts(this.#declaration, values).map(({ text }) => text);
    return [this.#url(values), ...message].join("");
  }

  /** @param {Values} values */
  #url(values) {
    return urlText(this.#declaration, values, this.#model.get("address"));
  }

  #build() {
    const label = element("label", {}, this.#defaults, "Show defaults");
    return element(
      "div",
      { class: "jtts-wire", role: "group", "aria-label": "On the wire" },
      element("div", { class: "jtts-wire-head" }, "On the wire", this.#tabList),
      this.#card.element,
      element("div", { class: "jtts-standing" }, this.#cost.element, this.#socket),
      element(
        "div",
        { class: "jtts-folds" },
        folded("Copy as", this.#copyAs.element),
        folded("Check a URL", this.#urlCheck.element),
        label,
        this.#legend,
      ),
    );
  }
}

/** @param {string} name */
function radio(name) {
  return element("input", { type: "radio", name, class: "jtts-unseen" });
}

/**
 * @param {string} name
 * @param {HTMLElement} content
 */
function folded(name, content) {
  return element("details", { class: "jtts-folded" }, element("summary", {}, name), content);
}
