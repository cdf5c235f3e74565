import { iconButton, setName } from "../shared/buttons.js";
import { Caption } from "../shared/caption.js";
import { offerCopies } from "../shared/copy.js";
import { element, setAttribute, setIcon, setText } from "../shared/dom.js";
import { DownloadMenu } from "../shared/download.js";
import { keepKeys } from "../shared/keys.js";
import { drawing } from "./drawing.js";
import { PositionBar } from "./position_bar.js";
import { savedFiles } from "./saved_files.js";

/** A saved view where scripts run: the sound as the live player has it, without a kernel. */
class SavedView {
  #root;
  #audio;
  #bar;
  #caption;
  #files;
  #toggle = iconButton("Play", "play", () => this.#onToggle());
  #state = element("span", { class: "jtts-state", role: "status", "aria-live": "polite" });
  #frame = 0;

  /**
   * @param {HTMLElement} root
   * @param {HTMLAudioElement} audio
   * @param {HTMLImageElement} image
   * @param {HTMLElement} text
   */
  constructor(root, audio, image, text) {
    this.#root = root;
    this.#audio = audio;
    this.#bar = new PositionBar(audio, Number(root.dataset.duration), image);
    this.#caption = new Caption((start) => (audio.currentTime = start), text);
    this.#files = new DownloadMenu(
      () => `${root.dataset.name}`,
      () => savedFiles(root, audio),
    );
    this.#build(image);
    keepKeys(
      root,
      (event) =>
        event.key === "Enter" ||
        event.key === " " ||
        this.#bar.moves(event) ||
        this.#files.moves(event) ||
        this.#caption.moves(event),
    );
    for (const event of ["play", "pause", "ended", "seeking", "seeked", "error"]) {
      audio.addEventListener(event, () => this.#update());
    }
    audio.addEventListener("play", () => this.#onPlay());
    // A place is taken only by a sound whose length has been read.
    for (const event of ["pointerover", "focusin", "click", "input"]) {
      root.addEventListener(event, () => (audio.preload = "metadata"));
    }
    this.#update();
  }

  /** @param {HTMLImageElement} image */
  #build(image) {
    this.#audio.removeAttribute("controls");
    const { wave, time } = this.#bar;
    image.replaceWith(this.#toggle, wave, time, this.#files.element);
    this.#root.querySelector(".jtts-info")?.append(this.#state);
  }

  #onToggle() {
    if (!this.#audio.paused) this.#audio.pause();
    // A refusal shows in the element's state.
    else this.#audio.play().catch(() => this.#update());
  }

  /** Also by a key of the keyboard's, or a headset's. */
  #onPlay() {
    for (const other of document.querySelectorAll("audio")) {
      if (other !== this.#audio) other.pause();
    }
  }

  #update() {
    cancelAnimationFrame(this.#frame);
    const { paused, ended, currentTime, error } = this.#audio;
    const playing = !paused && !ended;
    setName(this.#toggle, playing ? "Pause" : "Play");
    const shape = /** @type {SVGSVGElement} */ (this.#toggle.firstElementChild);
    setIcon(shape, playing ? "pause" : "play");
    setAttribute(this.#root, "data-state", playing ? "playing" : ended ? "finished" : "paused");
    setText(this.#state, error ? "This browser cannot play the sound." : "");
    this.#bar.update();
    this.#caption.light((playing || currentTime > 0) && !ended ? currentTime : null);
    if (playing) this.#frame = requestAnimationFrame(() => this.#update());
  }
}

/**
 * Make a view what it is where scripts run, once: a player, where it has sound.
 * @param {HTMLElement | null} root
 */
function enliven(root) {
  if (!root || "enlivened" in root.dataset) return;
  root.dataset.enlivened = "";
  const find = (/** @type {string} */ part) =>
    /** @type {HTMLImageElement | null} */ (root.querySelector(`img.jtts-${part}-picture`));
  const [audio, text, image, latency] = [
    root.querySelector("audio"),
    /** @type {HTMLElement | null} */ (root.querySelector(".jtts-text")),
    find("wave"),
    find("latency"),
  ];
  if (audio && image && text) new SavedView(root, audio, image, text);
  // Not before somebody looks: a notebook may have many.
  latency
    ?.closest("details")
    ?.addEventListener("toggle", () => latency.replaceWith(drawing(latency)), { once: true });
  offerCopies(root);
}

// Where the loader looks for it.
Object.assign(document.currentScript ?? {}, { enliven });
