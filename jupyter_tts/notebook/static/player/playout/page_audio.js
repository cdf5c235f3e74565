import { ArrivalMemory } from "./playout_delay.js";

/**
 * What all players on a page share: one audio output per sample rate, and the floor. A page may
 * import this module many times (once per widget), so the first import keeps it under a global
 * symbol and the others find it there.
 */

/** A running AudioContext and the bus every player feeds. */
export class Output {
  /** @type {Set<object>} Players that may still sound. */
  users = new Set();
  /** @type {Set<object>} Players that want to sound now. */
  #awake = new Set();
  /** @type {Map<string, Promise<void>>} */
  #modules = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #linger;

  /**
   * @param {number} rate  Hz. A context at the stream's own rate leaves every sample as it was
   *   sent.
   * @param {() => number} linger  Milliseconds to keep the device open with nobody speaking.
   */
  constructor(rate, linger) {
    this.context = new AudioContext({ sampleRate: rate, latencyHint: "interactive" });
    this.bus = new GainNode(this.context);
    this.bus.connect(this.context.destination);
    this.#linger = linger;
  }

  get running() {
    return this.context.state === "running";
  }

  /** Seconds from a frame's context time until it can be heard. */
  get latency() {
    return (this.context.baseLatency || 0) + (this.context.outputLatency || 0);
  }

  /**
   * Add a worklet module, once per context. Rejects where AudioWorklet does not exist: insecure
   * origins.
   * @param {string} source
   */
  load(source) {
    const loading = this.#modules.get(source) ?? this.#addModule(source);
    this.#modules.set(source, loading);
    return loading;
  }

  /** @param {object} user */
  wake(user) {
    clearTimeout(this.#timer);
    this.#awake.add(user);
    // Asked for even while it runs: it may be about to be suspended. Without a user gesture the
    // promise stays pending, or rejects; `statechange` tells the outcome.
    this.context.resume().catch(() => {});
  }

  /** @param {object} user */
  rest(user) {
    this.#awake.delete(user);
    if (this.#awake.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sleep(), this.#linger());
  }

  /** @param {string} source */
  async #addModule(source) {
    const { audioWorklet } = this.context;
    if (!audioWorklet) throw new Error("This page has no AudioWorklet.");
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    try {
      await audioWorklet.addModule(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  /** An open audio device costs power and keeps some computers from sleeping. */
  #sleep() {
    if (this.users.size === 0) void this.context.close();
    else void this.context.suspend();
  }
}

/**
 * A player as the floor sees it.
 * @typedef {object} Speaker
 * @property {boolean} paused  It holds the floor without speaking, by its user's will.
 * @property {() => void} granted  It may speak now.
 * @property {() => void} interrupted  A user gave the floor to another.
 */

/** Whose turn it is: one speaks, the others wait in line. */
export class Floor {
  /** @type {Speaker | null} */
  holder = null;
  /** @type {Speaker[]} */
  queue = [];

  /**
   * A stream begins by itself: it waits while another speaks, but not for one that is paused.
   * @param {Speaker} speaker
   */
  begin(speaker) {
    if (!this.holder || this.holder.paused) this.#grant(speaker);
    else if (!this.queue.includes(speaker)) this.queue.push(speaker);
  }

  /**
   * A user wants to hear this one now.
   * @param {Speaker} speaker
   */
  take(speaker) {
    const previous = this.holder;
    this.#forget(speaker);
    this.holder = speaker;
    // First, so that the two are not heard together while the page draws.
    if (previous !== speaker) previous?.interrupted();
    this.#grant(speaker);
  }

  /**
   * Done speaking, or never will.
   * @param {Speaker} speaker
   */
  leave(speaker) {
    this.#forget(speaker);
    if (this.holder !== speaker) return;
    this.holder = null;
    const next = this.queue.shift();
    if (next) this.#grant(next);
  }

  /** @param {Speaker} speaker */
  #forget(speaker) {
    this.queue = this.queue.filter((other) => other !== speaker);
  }

  /** @param {Speaker} speaker */
  #grant(speaker) {
    this.holder = speaker;
    speaker.granted();
  }
}

export class Page {
  floor = new Floor();
  /** Milliseconds an audio device stays open after the last sound. */
  linger = 20_000;
  /** @type {Map<number, Output>} */
  #outputs = new Map();

  /**
   * The page's output at a sample rate.
   * @param {number} rate
   * @param {object} user  Until `release`.
   */
  acquire(rate, user) {
    let output = this.#outputs.get(rate);
    if (!output || output.context.state === "closed") {
      output = new Output(rate, () => this.linger);
      this.#outputs.set(rate, output);
    }
    output.users.add(user);
    return output;
  }

  /**
   * @param {Output} output
   * @param {object} user
   */
  release(output, user) {
    output.users.delete(user);
    output.rest(user);
  }
}

const PAGE = Symbol.for("jupyter_tts.page");

/** @returns {Page} */
export function page() {
  const shared = /** @type {{ [PAGE]?: Page }} */ (globalThis);
  return (shared[PAGE] ??= new Page());
}

/** Servers whose arrivals are remembered. */
const MEMORIES = 8;
const MEMORY = Symbol.for("jupyter_tts.arrivals.1");

/**
 * What the page has learned from the arrivals of a server.
 * @param {string} server  Its host; "" for the embedded voice.
 * @returns {ArrivalMemory}
 */
export function arrivalMemory(server) {
  const shared = /** @type {{ [MEMORY]?: Map<string, ArrivalMemory> }} */ (globalThis);
  const memories = (shared[MEMORY] ??= new Map());
  const memory = memories.get(server) ?? new ArrivalMemory(server === "");
  // The one last used goes to the end.
  memories.delete(server);
  memories.set(server, memory);
  if (memories.size > MEMORIES)
    memories.delete(/** @type {string} */ (memories.keys().next().value));
  return memory;
}
