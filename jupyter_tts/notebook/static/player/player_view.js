import { iconButton, setName } from "../shared/buttons.js";
import { offerCopies } from "../shared/copy.js";
import { element, setAttribute, setIcon, setText } from "../shared/dom.js";
import { FiguresView } from "./figures.js";
import { keepKeys } from "../shared/keys.js";
import { LiveCaption } from "./live_caption.js";
import { LiveFiles } from "./live_files.js";
import { SeekBar } from "../shared/seek_bar.js";
import { CanvasPicture } from "./waveform.js";
import { liveShape } from "../shared/live_shapes.js";

/** @typedef {import("./player_model.js").PlayerModel} PlayerModel */
/** @typedef {import("./player_model.js").State} State */
/** @typedef {import("./kernel_link.js").Model} Model */

/**
 * What is said of a state that neither the main button nor the waveform shows.
 * @type {Partial<Record<State, string>>}
 */
const STATE_WORDS = {
  connecting: "Connecting…",
  buffering: "Buffering…",
  waiting: "Waiting its turn",
  blocked: "Blocked",
  elsewhere: "In another tab",
};

/**
 * What the extra button says, where there is something only the user can do.
 * @type {Partial<Record<State, string>>}
 */
const CALLS = { blocked: "Click to hear", elsewhere: "Listen here" };

/** States in which the main button would begin the sound, although it begins by itself as well. */
const PLAYABLE = ["waiting", ...Object.keys(CALLS)];

/** States in which there is nothing to stop. @type {State[]} */
const STILL = ["finished", "stopped", "failed", "elsewhere"];

/** What of the model stands in the lines. */
const TRAITS = ["label", "brief", "text", "error"];

/** While sound plays the view is drawn so often, and where a word begins or ends. */
const DRAW_MS = 100;
/** Where no further word is known a change is drawn so long after the last time: it may bring one. */
const LEAST_MS = 50;
/** The clock of the sound goes in steps up to so long. */
const CLOCK_SECONDS = 0.012;

/** What of a card may have the focus. */
const FOCUSABLE = "summary, button, a";

/** Controls of a player, in one output area. */
export class PlayerView {
  #player;
  #model;
  #seekBar;
  #figures;
  #files;
  #toggle;
  #stop;
  #state = element("span", { class: "jtts-state", role: "status", "aria-live": "polite" });
  #error = element("div", { class: "jtts-error", role: "status" });
  #label = element("span", { class: "jtts-label" });
  #brief = element("span", { class: "jtts-brief" });
  #call = element("button", { type: "button", class: "jtts-call" });
  #caption;
  #card = element("div", { class: "jtts-card" });
  #root;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** When it was last drawn, and is to be drawn next. */
  #drawnAt = -Infinity;
  #dueAt = Infinity;
  /** Seconds from then until another word is to be lit, or none. */
  #wordIn = Infinity;
  #unsubscribe;
  #freeKeys;

  /**
   * @param {PlayerModel} player
   * @param {Model} model
   * @param {HTMLElement} host
   */
  constructor(player, model, host) {
    this.#player = player;
    this.#model = model;
    this.#seekBar = new SeekBar(player, new CanvasPicture(player.peaks));
    this.#caption = new LiveCaption((start) => player.seek(Math.round(start * player.rate)));
    this.#figures = new FiguresView(player);
    this.#files = new LiveFiles(player, model);
    this.#toggle = iconButton("Play", "play", () => this.#onToggle());
    this.#stop = iconButton("Stop", liveShape("stop"), () => player.stop());
    this.#root = this.#build();
    // Notebooks have their own use for what moves the position and presses the buttons.
    this.#freeKeys = keepKeys(
      this.#root,
      (event) =>
        event.key === "Enter" ||
        event.key === " " ||
        this.#seekBar.moves(event) ||
        this.#files.moves(event) ||
        this.#caption.moves(event),
    );
    this.#listen();
    this.#unsubscribe = player.subscribe(() => this.#onChange());
    host.append(this.#root);
    this.#onTraits();
    this.#onCard();
    this.#update();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#unsubscribe();
    this.#caption.close();
    this.#freeKeys();
    this.#seekBar.close();
    this.#files.close();
    this.#model.off("change:card", this.#onCard);
    for (const name of TRAITS) this.#model.off(`change:${name}`, this.#onTraits);
    this.#root.remove();
  }

  #build() {
    const { wave, time } = this.#seekBar;
    const { element: files } = this.#files;
    const deck = element(
      "div",
      { class: "jtts-deck" },
      this.#toggle,
      this.#stop,
      wave,
      time,
      files,
    );
    const line = { class: "jtts-info" };
    const info = element("div", line, this.#label, this.#brief, this.#state, this.#call);
    const foot = element("div", { class: "jtts-below" }, info, this.#error, this.#card);
    const group = { class: "jtts-player jtts-speech", role: "group", "aria-label": "Speech" };
    return element("div", group, deck, this.#caption.element, foot);
  }

  #listen() {
    for (const name of TRAITS) this.#model.on(`change:${name}`, this.#onTraits);
    this.#model.on("change:card", this.#onCard);
    this.#call.addEventListener("click", () => this.#player.play());
    // It does not bubble.
    this.#card.addEventListener("toggle", () => this.#figures.update(), { capture: true });
    // A browser that blocks sound lets it through once the user has acted in the page.
    for (const gesture of ["click", "keydown", "pointerup"]) {
      this.#root.addEventListener(gesture, () => this.#player.wake());
    }
  }

  #onChange() {
    const { state } = this.#player;
    const flows = state === "playing" && state === this.#root.dataset.state;
    if (!flows) this.#drawAt(0);
    else if (this.#wordIn === Infinity) this.#drawAt(this.#drawnAt + LEAST_MS);
  }

  /** @param {number} at */
  #drawAt(at) {
    if (this.#frame !== 0 || at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    const wait = at - performance.now();
    // A timer, since a frame costs the page something even where nothing has changed.
    if (wait > 0) [this.#dueAt, this.#timer] = [at, setTimeout(() => this.#update(), wait)];
    else this.#frame = requestAnimationFrame(() => this.#update());
  }

  #update() {
    this.#frame = 0;
    this.#dueAt = Infinity;
    this.#drawnAt = performance.now();
    const { state } = this.#player;
    setAttribute(this.#root, "data-state", state);
    setText(this.#state, STATE_WORDS[state] ?? "");
    this.#updateButtons(state);
    this.#updateError();
    const plays = state === "playing";
    this.#seekBar.update(plays);
    this.#figures.update();
    this.#files.update();
    this.#wordIn = this.#updateWords(state);
    if (plays) this.#drawAt(this.#drawnAt + Math.min(DRAW_MS, 1000 * this.#wordIn));
  }

  /** @param {State} state */
  #updateButtons(state) {
    const { wants, playable, silence } = this.#player;
    const pausable = wants && playable && !PLAYABLE.includes(state);
    setName(this.#toggle, pausable ? "Pause" : "Play");
    setIcon(
      /** @type {SVGSVGElement} */ (this.#toggle.firstElementChild),
      pausable ? "pause" : "play",
    );
    setAttribute(this.#toggle, "aria-disabled", String(!playable));
    const still = STILL.includes(state);
    if (still && this.#stop === document.activeElement) this.#toggle.focus();
    setAttribute(this.#stop, "aria-disabled", String(still));
    this.#updateCall(silence ? "Try again" : CALLS[state]);
  }

  /**
   * @param {State} state
   * @returns {number} Seconds until another word is to be lit, or none.
   */
  #updateWords(state) {
    const { sounding, rate, words } = this.#player;
    this.#caption.show(this.#model.get("text"), words, this.#model.get("turns"));
    const begun = state === "playing" || (state === "paused" && sounding > 0);
    const seconds = sounding / rate + (state === "playing" ? CLOCK_SECONDS : 0);
    return this.#caption.light(begun ? seconds : null) - seconds;
  }

  /** @param {string | undefined} call */
  #updateCall(call) {
    if (!call && this.#call === document.activeElement) this.#toggle.focus();
    if (this.#call.hidden === Boolean(call)) this.#call.hidden = !call;
    if (call) setText(this.#call, call);
  }

  #updateError() {
    const { error, silence } = this.#player;
    setText(this.#error, error || silence);
  }

  #onToggle() {
    if (this.#toggle.getAttribute("aria-label") === "Pause") this.#player.pause();
    else this.#player.play();
  }

  #onTraits = () => {
    const brief = this.#model.get("brief");
    setText(this.#label, this.#model.get("label"));
    setText(this.#brief, brief ? ` · ${brief}` : "");
    setAttribute(this.#label, "title", this.#model.get("label"));
    this.#updateWords(this.#player.state);
    this.#updateError();
  };

  /**
   * The card is HTML made and escaped by the kernel side. What its user had unfolded stays so, and
   * what had the focus has it again.
   */
  #onCard = () => {
    const card = this.#model.get("card");
    const open = [...this.#card.querySelectorAll("details")].map((details) => details.open);
    const focused = this.#focusable.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    this.#card.innerHTML = card;
    this.#card.querySelectorAll("details").forEach((details, index) => {
      details.open = open[index] ?? details.open;
    });
    offerCopies(this.#card);
    this.#card.querySelector(".jtts-figures")?.replaceWith(this.#figures.element);
    this.#figures.update();
    if (focused >= 0) this.#focusable[focused]?.focus();
    this.#card.hidden = card === "";
  };

  get #focusable() {
    return [.../** @type {NodeListOf<HTMLElement>} */ (this.#card.querySelectorAll(FOCUSABLE))];
  }
}
