import { iconButton, setName } from "../shared/buttons.js";
import { element, setAttribute, setIcon, setText } from "../shared/dom.js";
import { keepTyped } from "../shared/typed_keys.js";
import { PreviewPlayer } from "./preview.js";
import { liveShape } from "../shared/live_shapes.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */

/**
 * @typedef {object} Voice
 * @property {string} id
 * @property {string} name
 * @property {string} language
 * @property {string} gender
 * @property {string} kind
 * @property {string} size
 * @property {string} command  What fetches it; "" for one that speaks already.
 *
 * @typedef {{ language: string, voices: Voice[] }} Group
 *
 * @typedef {object} Row
 * @property {HTMLElement} root
 * @property {Voice} voice
 * @property {string} line  What the filter looks at.
 * @property {HTMLButtonElement} button
 */

const HINT = "%%tts --voice ID speaks with one.";

/** A server's voices by language, in one output area. */
class VoiceListView {
  #model;
  #player;
  #filter = element("input", {
    type: "text",
    class: "jtts-voices-filter",
    placeholder: "Filter: a name, german, female, natural",
    "aria-label": "Filter",
    spellcheck: "false",
    autocomplete: "off",
  });
  #count = element("span", { class: "jtts-voices-count", role: "status" });
  #message = element("p", { class: "jtts-voices-message", role: "status" });
  #frame = element("div", { class: "jtts-voices-frame", tabindex: "-1" });
  /** @type {{ root: HTMLElement, rows: Row[] }[]} */
  #groups = [];
  #root;
  #freeKeys;

  /**
   * @param {Model} model
   * @param {HTMLElement} host
   */
  constructor(model, host) {
    this.#model = model;
    this.#player = new PreviewPlayer(model, () => this.#onPlayer());
    const title = element("span", { class: "jtts-voices-title" }, String(model.get("title")));
    const head = element("div", { class: "jtts-voices-head" }, title, this.#filter, this.#count);
    const named = { class: "jtts-voices", role: "group", "aria-label": String(model.get("title")) };
    this.#root = element("div", named, head, this.#frame, this.#message);
    this.#freeKeys = keepTyped(this.#root);
    this.#filter.addEventListener("input", () => this.#onFilter());
    model.on("change:groups", this.#onGroups);
    host.append(this.#root);
    this.#onGroups();
    this.#onPlayer();
  }

  close() {
    this.#model.off("change:groups", this.#onGroups);
    this.#player.close();
    this.#freeKeys();
    this.#root.remove();
  }

  #onGroups = () => {
    const groups = /** @type {Group[]} */ (this.#model.get("groups"));
    this.#groups = groups.map((group) => this.#makeGroup(group));
    this.#frame.replaceChildren(...this.#groups.map(({ root }) => root));
    this.#onFilter();
  };

  /** @param {Group} group */
  #makeGroup({ language, voices }) {
    const rows = voices.map((voice) => this.#makeRow(voice, language));
    const heading = element("div", { class: "jtts-voices-language" }, language || "Other");
    const list = element("ul", { class: "jtts-voices-rows" }, ...rows.map(({ root }) => root));
    return { root: element("div", { class: "jtts-voices-group" }, heading, list), rows };
  }

  /**
   * @param {Voice} voice
   * @param {string} language
   * @returns {Row}
   */
  #makeRow(voice, language) {
    const { id, name, gender, kind, size, command } = voice;
    const press = command ? () => this.#explain(voice) : () => this.#player.toggle(id);
    const button = iconButton(`Fetch ${name}`, command ? "download" : "play", press);
    const label = variety(name, language) || id;
    const about = [voice.language === id ? "" : voice.language, gender].filter(Boolean).join(", ");
    const root = element(
      "li",
      { class: "jtts-voice", "data-voice": id },
      button,
      element("span", { class: "jtts-voice-name", dir: "auto", title: name }, label),
      element("span", { class: "jtts-voice-id", title: id }, id),
      element("span", { class: "jtts-voice-about", title: about }, about),
      element("span", { class: `jtts-voice-kind jtts-voice-${kind}` }, kind),
      element("span", { class: "jtts-voice-size" }, size),
    );
    const words = [id, name, language, voice.language, gender, kind, size].join(" ").toLowerCase();
    return { root, voice, line: ` ${words}`, button };
  }

  #onFilter() {
    const wanted = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    // The list keeps its height while it is filtered, so that nothing below it moves.
    const { height } = this.#frame.getBoundingClientRect();
    this.#frame.style.minHeight = wanted.length > 0 ? `${height}px` : "";
    let [shown, all] = [0, 0];
    for (const { root, rows } of this.#groups) {
      let any = false;
      for (const row of rows) {
        // "male" is in "female", but is another word.
        const matches = wanted.every((word) => row.line.includes(` ${word}`));
        row.root.hidden = !matches;
        any ||= matches;
        if (matches) shown++;
      }
      all += rows.length;
      root.hidden = !any;
    }
    this.#frame.scrollTop = 0;
    setText(this.#count, shown === all ? `${all} voices` : `${shown} of ${all} voices`);
  }

  #onPlayer() {
    const { voice: current, sounding, message } = this.#player;
    for (const { voice, root, button } of this.#groups.flatMap(({ rows }) => rows)) {
      if (voice.command) continue;
      const active = voice.id === current;
      const svg = /** @type {SVGSVGElement} */ (button.firstElementChild);
      setIcon(svg, active ? liveShape(sounding ? "stop" : "connecting") : "play");
      setName(button, `${active ? "Stop" : "Hear"} ${voice.name || voice.id}`);
      if (active) setAttribute(root, "aria-current", "true");
      else root.removeAttribute("aria-current");
    }
    this.#say(message, message !== "");
  }

  /**
   * Say how a voice is fetched: by a command, since that asks first.
   * @param {Voice} voice
   */
  #explain({ name, size, command }) {
    this.#player.stop();
    this.#say(`${name} is not on the kernel's machine yet. To fetch it (${size}), run: ${command}`);
  }

  /**
   * @param {string} sentence
   * @param {boolean} [fault]
   */
  #say(sentence, fault = false) {
    this.#message.classList.toggle("jtts-voices-fault", fault);
    // There is always one, so that nothing below moves.
    setText(this.#message, sentence || HINT);
  }
}

/**
 * A voice's name within its language: "Scotland" for "English (Scotland)".
 * @param {string} name
 * @param {string} language
 */
function variety(name, language) {
  const within = language && name.startsWith(`${language} (`) && name.endsWith(")");
  return within ? name.slice(language.length + 2, -1) : name;
}

/** The list of voices, as an anywidget module. */
export default () => ({
  /** @param {{ model: Model, el: HTMLElement }} props */
  render({ model, el }) {
    const view = new VoiceListView(model, el);
    return () => view.close();
  },
});
