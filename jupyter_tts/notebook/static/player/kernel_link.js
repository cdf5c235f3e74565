import { ReorderBuffer } from "./reorder_buffer.js";
import { browserTab } from "./browser_tab.js";

/** @typedef {import("./places.js").Manager} Manager */

/**
 * The part of anywidget's model that the player uses.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(content: object) => void} send
 * @property {(name: string, callback: (...args: any[]) => void) => void} on
 * @property {(name: string, callback: (...args: any[]) => void) => void} off
 * @property {Manager} [widget_manager]
 */

/**
 * What the kernel sends along with a chunk of sound.
 * @typedef {object} ChunkInfo
 * @property {number | null} left  Seconds of sound still to come, by its guess; null if it has none.
 * @property {boolean} held  The message was kept back, or sent again: its time means nothing.
 *
 * Words as they are numbered: `gap` is the text between one and the one before, null where one
 * stands for none of the text; `text` is "" where it stands for the same part as the one before.
 * Times are in seconds.
 * @typedef {[gap: string | null, text: string, start: number, end: number]} Word
 * @typedef {{ first: number, list: Word[] }} NewWords
 *
 * @typedef {object} LinkEvents
 * @property {(samples: Int16Array, info: ChunkInfo) => void} audio  The next samples, in order.
 * @property {() => void} total  The stream's length is known now.
 * @property {() => void} complete  Every frame has arrived.
 * @property {() => void} stop  The kernel was interrupted, or the stream cancelled.
 * @property {() => void} leader  This page became the one that sounds, or ceased to be.
 * @property {(frame: number, paused: boolean) => void} resume  Another page was this far; the
 *   kernel now sends here what it had sent there.
 * @property {(words: NewWords) => void} words  Words have become known.
 * @property {(message: string) => void} lost  A part of the sound cannot be had.
 * @property {(content: any) => void} place  A saved view is to take the player's place.
 * @property {(content: any) => void} show  The player is to be shown beside another widget.
 */

/** Missing chunks asked for at once, how long an answer may take, and how often to ask. */
const ASK_AT_ONCE = 8;
const ANSWER_MS = 2000;
const ASK_TIMES = 5;

/** How long a page that does not sound leaves it to the one that does to put the saved view. */
const PLACE_MS = 3000;

/**
 * A binary buffer as front ends deliver it (JupyterLab a DataView, perhaps into a larger buffer;
 * Colab a Uint8Array), copied into samples of its own. Samples are little-endian, as is every
 * platform a browser runs on.
 * @param {ArrayBuffer | ArrayBufferView} buffer
 */
function toSamples(buffer) {
  if (buffer instanceof ArrayBuffer) return new Int16Array(buffer.slice(0));
  const { byteOffset, byteLength } = buffer;
  return new Int16Array(buffer.buffer.slice(byteOffset, byteOffset + byteLength));
}

/** The page's end of one player's messages with its kernel. */
export class KernelLink {
  /** @type {number | null} Frames of the whole stream, once the kernel has sent the end. */
  total = null;
  received = 0;

  #model;
  #events;
  #chunks = new ReorderBuffer();
  /**
   * Chunks asked for again: how often, and when last.
   * @type {Map<number, { times: number, at: number }>}
   */
  #asked = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #placeTimer;
  /** Sound that arrives is ignored. */
  #stopped = false;
  #closed = false;
  #leader;

  /**
   * @param {Model} model
   * @param {LinkEvents} events
   */
  constructor(model, events) {
    this.#model = model;
    this.#events = events;
    this.#leader = this.#isLeader();
    model.on("msg:custom", this.#onMessage);
    model.on("change:session", this.#onSession);
    browserTab().join(model.widget_manager?.kernel);
    if (this.#leader) this.sayHello();
    else void this.#greetAfterReload();
  }

  /** Whether this browser tab is the one that sounds. */
  get leader() {
    return this.#leader;
  }

  /** Make this tab the one that sounds; the others see it in the shared trait. */
  lead() {
    if (this.#leader) return;
    this.#model.set("session", this.#client);
    this.#model.save_changes();
    this.#onSession();
  }

  /**
   * Send a message to the kernel, if there still is one: the sound does not depend on it.
   * @param {{ kind: string, [field: string]: unknown }} content
   */
  send(content) {
    // Only the tab that sounds reports, or the kernel would hear of two playbacks.
    if (!this.#leader && content.kind !== "hello") return;
    try {
      this.#model.send(content);
    } catch (error) {
      console.warn("[jupyter_tts] the kernel cannot be reached:", error);
    }
  }

  /** Ignore sound from now on; stop and place messages still count. */
  stopReceiving() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  close() {
    this.#closed = true;
    this.stopReceiving();
    clearTimeout(this.#placeTimer);
    this.#model.off("msg:custom", this.#onMessage);
    this.#model.off("change:session", this.#onSession);
  }

  /** After a reload the page is a new session; it takes over from the one that was in this tab. */
  async #greetAfterReload() {
    const session = this.#model.get("session");
    const follows = await browserTab().follows(session);
    if (this.#closed || this.#leader) return;
    if (!follows || session !== this.#model.get("session")) return this.sayHello();
    // The greeting brings the session: each message of its own costs the page two answers.
    this.#switch(true, { session: this.#client });
    this.#model.set("session", this.#client);
  }

  get #client() {
    return this.#model.widget_manager?.kernel?.clientId;
  }

  #isLeader() {
    const session = this.#model.get("session");
    return !session || !this.#client || session === this.#client;
  }

  /**
   * Say that the page is there, and what it has.
   * @param {{ session?: string }} [claim]  The session that is to sound from now on.
   */
  sayHello(claim = {}) {
    const places = this.#model.widget_manager?.context?.model !== undefined;
    this.send({ kind: "hello", leader: this.#leader, next: this.#chunks.next, places, ...claim });
  }

  #onSession = () => this.#switch(this.#isLeader());

  /**
   * @param {boolean} leader
   * @param {{ session?: string }} [claim]
   */
  #switch(leader, claim) {
    if (leader === this.#leader) return;
    this.#leader = leader;
    this.sayHello(claim);
    this.#events.leader();
    // The greeting asks for everything from `next` on; single chunks are asked for only if that is
    // not enough.
    if (leader) this.#checkLater();
  }

  /**
   * @param {any} content
   * @param {(ArrayBuffer | ArrayBufferView)[]} [buffers]
   */
  #onMessage = (content, buffers = []) => {
    if (content.words) this.#events.words(content.words);
    if (content.kind === "stop") this.#events.stop();
    else if (content.kind === "place") this.#onPlace(content);
    else if (content.kind === "show") this.#onShow(content);
    else if (content.kind === "ask") this.#model.send({ kind: "here" });
    else if (this.#stopped) return;
    else if (content.kind === "resume") this.#events.resume(content.frame, content.paused);
    else if (content.kind === "audio") this.#onAudio(content, buffers[0]);
    else if (content.kind === "end") this.#onEnd(content);
  };

  /**
   * The page that sounds puts the saved view: two that do so in a shared document leave two views.
   * @param {any} content
   */
  #onPlace(content) {
    clearTimeout(this.#placeTimer);
    // By the kernel: what this page takes for the session may not have reached it.
    const mine = !content.session || !this.#client || content.session === this.#client;
    if (mine) this.#events.place(content);
    else this.#placeTimer = setTimeout(() => this.#events.place(content), PLACE_MS);
  }

  /** Only the page where the message came from has the widget. @param {any} content */
  #onShow(content) {
    if (this.#leader) this.#events.show(content);
  }

  /**
   * @param {{ seq: number, frames: number, left?: number | null, held?: boolean }} content
   * @param {ArrayBuffer | ArrayBufferView | undefined} buffer
   */
  #onAudio({ seq, frames, left = null, held = false }, buffer) {
    this.#chunks.expect(seq + 1);
    // A chunk without all its frames counts as lost, and is asked for again.
    if (buffer?.byteLength === 2 * frames) {
      this.#asked.delete(seq);
      for (const samples of this.#chunks.accept(seq, toSamples(buffer))) {
        this.received += samples.length;
        this.#events.audio(samples, { left, held });
      }
    }
    this.#checkComplete();
  }

  /**
   * @param {{ seq: number, frames: number }} content  `seq` is the number of chunks: the numbering
   *   goes on.
   */
  #onEnd({ seq, frames }) {
    if (this.total !== null) return;
    this.total = frames;
    this.#chunks.expect(seq);
    this.#events.total();
    this.#checkComplete();
  }

  /** Check whether every frame is here; ask for the missing ones. */
  #checkComplete() {
    if (this.total !== null && this.received >= this.total) {
      this.stopReceiving();
      this.#events.complete();
    } else if (this.#leader) this.#askForMissing();
  }

  #askForMissing() {
    const now = performance.now();
    // Frames are missing, so there is a next chunk, even if none has been announced.
    if (this.total !== null) this.#chunks.expect(this.#chunks.next + 1);
    for (const seq of this.#chunks.missing(ASK_AT_ONCE)) {
      const asked = this.#asked.get(seq) ?? { times: 0, at: -Infinity };
      if (now - asked.at < ANSWER_MS) continue;
      if (asked.times === ASK_TIMES) {
        this.stopReceiving();
        this.#events.lost("A part of the sound did not arrive.");
        return;
      }
      this.#asked.set(seq, { times: asked.times + 1, at: now });
      this.send({ kind: "resend", seq });
    }
    if (this.#asked.size > 0) this.#checkLater();
  }

  #checkLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#checkComplete(), ANSWER_MS);
  }
}
