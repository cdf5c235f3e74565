import { element, setText } from "../../shared/dom.js";
import { saveFile } from "../../shared/download.js";
import { keepTyped } from "../../shared/typed_keys.js";
import { ChoiceView } from "./choice_view.js";
import { keyHint } from "./key_hint.js";
import { RatingView } from "./rating_view.js";
import { LETTERS, Session } from "./session.js";

/** @typedef {import("../../player/kernel_link.js").Model} Model */
/** @typedef {import("./session.js").Stage} Stage */

/** A part that asks. @typedef {ChoiceView | RatingView} TrialView */

/** A blind comparison in one output area. */
class ListeningView {
  #session;
  #title = element("h3", { class: "jtts-l-title" });
  #count = element("span", { class: "jtts-l-count", role: "status" });
  #bar = element("progress", { class: "jtts-l-bar", "aria-label": "Trials answered" });
  #stage = element("div", { class: "jtts-l-stage" });
  #message = element("p", { class: "jtts-l-message", role: "status" });
  #root;
  #freeKeys;
  #unwatch;
  /** What is drawn: the stage, and the number of the trial. */
  #drawn = "";
  /** @type {TrialView | null} */
  #trial = null;

  /**
   * @param {Session} session
   * @param {HTMLElement} host
   */
  constructor(session, host) {
    this.#session = session;
    const head = element("div", { class: "jtts-l-head" }, this.#title, this.#count, this.#bar);
    const look = { class: "jtts-sweep jtts-listening jtts-l-live", role: "group", tabindex: "-1" };
    this.#root = element("div", look, head, this.#stage, this.#message);
    this.#root.setAttribute("aria-label", "Blind comparison");
    this.#freeKeys = keepTyped(this.#root);
    this.#root.addEventListener("keydown", (event) => this.#onKey(event));
    this.#root.addEventListener("click", (event) => this.#onClick(event));
    this.#unwatch = session.watch(() => this.#draw());
    host.append(this.#root);
    this.#draw();
  }

  close() {
    this.#unwatch();
    this.#freeKeys();
    this.#root.remove();
  }

  #draw() {
    const { stage, number, answered, total, message } = this.#session;
    setText(this.#title, question(this.#session));
    const current = stage === "trial" || stage === "waiting";
    const counted = current
      ? `Trial ${number + 1} of ${total}`
      : `${answered} of ${total} answered`;
    setText(this.#count, stage === "result" ? `${total} trials` : counted);
    this.#bar.max = total;
    this.#bar.value = answered;
    this.#bar.hidden = stage === "result";
    const drawn = `${stage} ${current ? number : ""}`;
    if (stage !== "waiting" && drawn !== this.#drawn) {
      this.#drawn = drawn;
      const held = this.#root.contains(document.activeElement);
      this.#stage.replaceChildren(...this.#parts(stage));
      // What had the focus is gone; the keys are to go on.
      if (held) this.#root.focus({ preventScroll: true });
    }
    this.#trial?.update();
    setText(this.#message, message);
  }

  /**
   * @param {Stage} stage
   * @returns {Node[]}
   */
  #parts(stage) {
    this.#trial = null;
    if (stage === "start") return this.#start();
    if (stage === "done") return this.#done();
    if (stage === "result") return this.#result();
    this.#trial = this.#session.isRating
      ? new RatingView(this.#session)
      : new ChoiceView(this.#session);
    const back = button("Back", "⌫", () => this.#session.back());
    const pause = button("Pause", "P", () => this.#session.pause());
    const next = button("Next", "Enter", () => this.#session.next(), "jtts-l-main");
    back.disabled = this.#session.number === 0;
    return [this.#trial.element, element("div", { class: "jtts-l-steps" }, back, pause, next)];
  }

  #start() {
    const { answered, note } = this.#session;
    const name = answered > 0 ? "Go on" : "Begin";
    const begin = button(name, "Enter", () => this.#session.begin(), "jtts-l-main");
    const how = this.#session.isRating ? RATING : this.#session.isABX ? ABX : PREFERENCE;
    return [
      element("p", {}, how),
      element("p", { class: "jtts-l-quiet" }, `${note} ${KEPT}`),
      element("div", { class: "jtts-l-steps" }, begin),
    ];
  }

  #done() {
    const back = button("Back", "⌫", () => this.#session.back());
    const finish = button("Show the result", "Enter", () => this.#session.next(), "jtts-l-main");
    const { total } = this.#session;
    const words = `All ${total} are answered. The result tells which was which, and ends it: no answer can be changed after that.`;
    return [element("p", {}, words), element("div", { class: "jtts-l-steps" }, back, finish)];
  }

  #result() {
    const found = element("div");
    found.innerHTML = this.#session.result; // made and escaped by the kernel
    const save = button("Save the answers", "", () => {
      const { name, text } = this.#session.file;
      saveFile(name, new Blob([text], { type: "application/json" }), this.#root);
    });
    return [found, element("div", { class: "jtts-l-steps" }, save)];
  }

  /**
   * Give the keys back to the whole after a click; who goes from button to button keeps the focus.
   * @param {MouseEvent} event
   */
  #onClick({ target, detail }) {
    const pressed = /** @type {Element} */ (target).closest("button, summary, input");
    if (detail > 0 && !pressed?.matches("summary, input")) {
      this.#root.focus({ preventScroll: true });
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { key, ctrlKey, metaKey, altKey, repeat } = event;
    const target = /** @type {Element} */ (event.target);
    if (ctrlKey || metaKey || altKey) return;
    if ((key === " " || key === "Enter") && target.closest("button, summary")) return;
    if (!(repeat && this.#isStep(key)) && !this.#act(key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {string} key
   * @returns {boolean} Whether the key has a meaning here.
   */
  #act(key) {
    const session = this.#session;
    if (key === "Enter") session.next();
    else if (key === "Backspace") session.back();
    else if (session.stage !== "trial") return false;
    else if (key.toUpperCase() === "P") session.pause();
    else if (key === " ") this.#toggle();
    else {
      const place = placeOf(key, session);
      if (place < 0) return this.#trial?.onKey(key) ?? false;
      session.sounds.play(place);
      this.#trial?.onPlay(place);
    }
    return true;
  }

  /**
   * Whether a key that is held down is to act once: else it would run through the trials, and end
   * them.
   * @param {string} key
   */
  #isStep(key) {
    return ["Enter", "Backspace", " "].includes(key) || placeOf(key, this.#session) >= 0;
  }

  #toggle() {
    const { sounds } = this.#session;
    if (sounds.playing >= 0) sounds.stop();
    else sounds.play(sounds.last);
  }
}

const PREFERENCE =
  "You hear two sounds, A and B, as often as you like, and say which you prefer. Which is which is told at the end.";
const ABX =
  "You hear three sounds. X is the same as A or as B: say which. If you hear no difference, guess.";
const RATING =
  "You hear several sounds side by side, and rate each from 0 (bad) to 100 (excellent). Another one goes on where the last one is.";
const KEPT = "You may stop at any time: what you have answered is kept.";

/** @param {Session} session */
function question({ stage, isABX, isRating, hasReference }) {
  if (stage === "result") return "What you heard";
  if (isABX) return "Is X the same as A or as B?";
  if (!isRating) return "Which do you prefer?";
  return hasReference ? "How close is each to the reference?" : "How good is each?";
}

/**
 * The place of the sound that a key plays, -1 for none: by number, by letter, X, or R or 0 for the
 * reference.
 * @param {string} key
 * @param {Session} session
 */
function placeOf(key, { isABX, hasReference, count }) {
  const upper = key.toUpperCase();
  if (isABX && (upper === "X" || key === "3")) return count;
  if (hasReference && (upper === "R" || key === "0")) return count;
  const place = /^[1-9]$/.test(key)
    ? Number(key) - 1
    : key.length === 1
      ? LETTERS.indexOf(upper)
      : -1;
  return place < count ? place : -1;
}

/**
 * @param {string} name
 * @param {string} key  That does the same, "" for none.
 * @param {() => void} press
 * @param {string} [more]  A class.
 */
function button(name, key, press, more = "") {
  const hint = key ? [keyHint(key)] : [];
  const look = { type: "button", class: `jtts-l-step ${more}`.trim(), "aria-label": name };
  const made = element("button", look, name, ...hint);
  made.addEventListener("click", press);
  return made;
}

/** A blind comparison, as an anywidget module. The way through it belongs to the model. */
export default () => {
  /** @type {Session} */
  let session;
  return {
    /** @param {{ model: Model }} props */
    initialize({ model }) {
      session = new Session(model);
      return () => session.close();
    },
    /** @param {{ model: Model, el: HTMLElement }} props */
    render({ el }) {
      const view = new ListeningView(session, el);
      return () => view.close();
    },
  };
};
