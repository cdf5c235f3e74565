import { iconButton, setName } from "../shared/buttons.js";
import { Caption } from "../shared/caption.js";
import { offerCopies } from "../shared/copy.js";
import { element, setAttribute, setIcon, setText } from "../shared/dom.js";
import { DownloadMenu } from "../shared/download.js";
import { keepKeys } from "../shared/keys.js";
import { SeekBar } from "../shared/seek_bar.js";
import { drawing } from "./drawing.js";
import { savedFiles } from "./saved_files.js";

/** Positions are in milliseconds. */
const RATE = 1000;

/** The waveform that stands in the view, in the page's colours. */
class SavedPicture {
  rest;
  played;

  /** @param {HTMLImageElement} image */
  constructor(image) {
    const draw = (/** @type {string} */ name) => {
      const svg = drawing(image);
      setAttribute(svg, "class", name);
      setAttribute(svg, "aria-hidden", "true");
      return svg;
    };
    this.rest = draw("jtts-wave-rest");
    this.played = draw("jtts-wave-played");
  }

  draw() {}

  recolour() {}
}

/** A saved view where scripts run: the sound as the live player has it, without a kernel. */
class SavedView {
  #root;
  #audio;
  #length;
  #seekBar;
  #caption;
  #files;
  #toggle = iconButton("Play", "play", () => this.#onToggle());
  #state = element("span", { class: "jtts-state", role: "status", "aria-live": "polite" });
  #begun = false;
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
    this.#length = Number(root.dataset.duration) * RATE;
    this.#seekBar = new SeekBar(this, new SavedPicture(image));
    this.#caption = new Caption((start) => this.seek(start * RATE), text);
    this.#files = new DownloadMenu(
      () => root.dataset.name ?? "speech",
      () => savedFiles(root, audio),
    );
    this.#build(image);
    keepKeys(
      root,
      (event) =>
        event.key === "Enter" ||
        event.key === " " ||
        this.#seekBar.moves(event) ||
        this.#files.moves(event) ||
        this.#caption.moves(event),
    );
    for (const event of ["play", "pause", "ended", "seeking", "seeked", "error"]) {
      audio.addEventListener(event, () => this.#update());
    }
    audio.addEventListener("play", () => this.#onPlay());
    this.#update();
  }

  get rate() {
    return RATE;
  }

  get frames() {
    return this.#length;
  }

  get total() {
    return this.#length;
  }

  get known() {
    return true;
  }

  get position() {
    return this.#audio.ended ? this.#length : this.#audio.currentTime * RATE;
  }

  preview() {}

  /** @param {number} position */
  seek(position) {
    this.#begun = true;
    this.#audio.currentTime = position / RATE;
    this.#update();
  }

  /** @param {HTMLImageElement} image */
  #build(image) {
    this.#audio.removeAttribute("controls");
    const { wave, time } = this.#seekBar;
    image.replaceWith(this.#toggle, wave, time, this.#files.element);
    this.#root.querySelector(".jtts-info")?.append(this.#state);
    setAttribute(this.#root, "role", "group");
    setAttribute(this.#root, "aria-label", "Speech");
  }

  #onToggle() {
    if (this.#audio.paused) this.#play();
    else this.#audio.pause();
  }

  #play() {
    // A refusal shows in the element's state.
    this.#audio.play().catch(() => this.#update());
  }

  /** Also by a key of the keyboard's, or a headset's. */
  #onPlay() {
    this.#begun = true;
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
    this.#seekBar.update();
    this.#caption.light(this.#begun && !ended ? currentTime : null);
    if (playing) this.#frame = requestAnimationFrame(() => this.#update());
  }
}

/** Make a player of a view, once. @param {HTMLElement} root */
function enliven(root) {
  const audio = root.querySelector("audio");
  const find = (/** @type {string} */ part) =>
    /** @type {HTMLImageElement | null} */ (root.querySelector(`img.jtts-${part}-picture`));
  const [image, latency] = [find("wave"), find("latency")];
  const text = /** @type {HTMLElement | null} */ (root.querySelector(".jtts-text"));
  if (!audio?.controls || !image || !text) return;
  new SavedView(root, audio, image, text);
  latency?.replaceWith(drawing(latency));
  offerCopies(root);
}

// Each script has a view of its own, so that a page may hold those of many versions. A front end
// that does not say which script runs gets all of them done.
const own = document.currentScript?.closest(".jtts-view");
const roots = own ? [own] : document.querySelectorAll(".jtts-view");
for (const root of roots) enliven(/** @type {HTMLElement} */ (root));
