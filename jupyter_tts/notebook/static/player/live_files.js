import { clock } from "../shared/dom.js";
import { MADE } from "../shared/download.js";
import { KernelChannel } from "../shared/kernel_channel.js";
import { LiveMenu } from "./live_menu.js";

/** @typedef {import("../shared/download.js").Offer} Offer */
/** @typedef {import("./player_model.js").PlayerModel} PlayerModel */
/** @typedef {import("./kernel_link.js").Model} Model */

/** States of a stream of which no more will come. */
const OVER = ["received", "failed", "stopped"];

const UNTIMED = "the server told no times of words";
const KERNEL_SILENT = "The kernel does not answer: it is busy, or gone. The WAV file needs none.";

/** Downloads from a live player: the sound that the page has, and files that the kernel makes. */
export class LiveFiles {
  #player;
  #model;
  #kernel;
  #menu;
  /** What the kernel was asked for last, until it has given it. @type {string | null} */
  #awaited = null;
  /** The number of that request. Other pages ask too, and each gets every answer. */
  #number = Math.floor(Math.random() * 2 ** 31);
  #failure = "";

  /**
   * @param {PlayerModel} player
   * @param {Model} model
   */
  constructor(player, model) {
    this.#player = player;
    this.#model = model;
    this.#kernel = new KernelChannel(model, () => this.update());
    this.#menu = new LiveMenu(
      () => model.get("file_name"),
      () => [this.#wav, ...Object.keys(MADE).map((kind) => this.#made(kind))],
      () => this.#onMenu(),
    );
    this.element = this.#menu.element;
    model.on("msg:custom", this.#onMessage);
  }

  update() {
    const asking = this.#awaited && `Asking the kernel for the ${this.#awaited} file…`;
    this.#menu.show(this.#kernel.silent ? KERNEL_SILENT : (asking ?? this.#failure));
  }

  /**
   * Whether a key has a meaning here.
   * @param {KeyboardEvent} event
   */
  moves(event) {
    return this.#menu.moves(event);
  }

  close() {
    this.#awaited = null;
    this.#menu.close();
    this.#hold();
    this.#kernel.close();
    this.#model.off("msg:custom", this.#onMessage);
  }

  /** @returns {Offer} */
  get #wav() {
    const { recording, rate } = this.#player;
    const length = clock(Math.max(1, Math.round(recording.frames / rate)));
    return {
      kind: "WAV",
      detail: `${length}, ${this.#extent}`,
      ready: recording.frames > 0,
      take: () => recording.wav(),
    };
  }

  /** How much of the speech the page has. The kernel, which paces what it sends, may have more. */
  get #extent() {
    const { recording, known, total } = this.#player;
    if (!OVER.includes(this.#status)) return "received so far";
    if (this.#status !== "received") return "what was received";
    return known && recording.frames >= total ? "all of it" : "so far in the page; MP3 has all";
  }

  /**
   * @param {string} kind
   * @returns {Offer}
   */
  #made(kind) {
    const { type, what } = MADE[kind];
    const timed = !type.startsWith("audio/");
    const over = OVER.includes(this.#status) && this.#player.recording.frames > 0;
    const detail = timed && this.#player.words.length === 0 ? UNTIMED : what;
    return {
      kind,
      detail: over ? detail : "once all has been received",
      ready: over && detail === what && !this.#kernel.silent && this.#awaited === null,
      take: () => this.#ask(kind),
    };
  }

  /** @returns {string} */
  get #status() {
    return this.#model.get("status");
  }

  /** @param {string} kind */
  #ask(kind) {
    this.#awaited = kind;
    this.#failure = "";
    this.#number++;
    this.#kernel.send({ kind: "file", number: this.#number, suffix: `.${kind.toLowerCase()}` });
    this.update();
    return null;
  }

  /**
   * @param {{ kind: string, number: number, error: string }} content
   * @param {(ArrayBuffer | ArrayBufferView<ArrayBuffer>)[]} [buffers]
   */
  #onMessage = ({ kind, number, error }, [data] = []) => {
    if (kind !== "file" || number !== this.#number || this.#awaited === null) return;
    const asked = this.#awaited;
    this.#awaited = null;
    this.#failure = error;
    this.update();
    if (!error) this.#menu.give(asked, new Blob([data], { type: MADE[asked].type }));
    this.#hold();
  };

  #onMenu() {
    if (this.#awaited === null) this.#failure = "";
    if (this.#menu.open) this.#kernel.send({ kind: "files" });
    this.update();
    this.#hold();
  }

  /** The view must not be taken away while its user chooses, or waits for a file. */
  #hold() {
    this.#player.preview(this, this.#menu.open || this.#awaited !== null);
  }
}
