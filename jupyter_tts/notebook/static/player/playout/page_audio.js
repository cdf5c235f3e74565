import { PlaybackQueue } from "./playback_queue.js";
import { ArrivalMemory } from "./playout_delay.js";
import { takeTurnsWithSavedViews } from "./saved_views.js";

/**
 * What all players on a page share: one audio output per sample rate, and one playback queue.
 * A page may import this module many times (once per widget), so the first import keeps it under a
 * global symbol and the others find it there.
 */

/** A running AudioContext and the bus every player feeds. */
export class AudioOutput {
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
   * @param {() => number} linger  Milliseconds to keep the device open with no player sounding.
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

/** Its public names stay: after an upgrade, players of two versions share one on an open page. */
export class PageAudio {
  floor = new PlaybackQueue();
  /** Milliseconds an audio device stays open after the last sound. */
  linger = 20_000;
  /** @type {Map<number, AudioOutput>} */
  #outputs = new Map();

  /**
   * The page's output at a sample rate.
   * @param {number} rate
   * @param {object} user  Until `release`.
   */
  acquire(rate, user) {
    let output = this.#outputs.get(rate);
    if (!output || output.context.state === "closed") {
      output = new AudioOutput(rate, () => this.linger);
      this.#outputs.set(rate, output);
    }
    output.users.add(user);
    return output;
  }

  /**
   * @param {AudioOutput} output
   * @param {object} user
   */
  release(output, user) {
    output.users.delete(user);
    output.rest(user);
  }
}

const PAGE = Symbol.for("jupyter_tts.page");

/** @returns {PageAudio} */
export function pageAudio() {
  const shared = /** @type {{ [PAGE]?: PageAudio }} */ (globalThis);
  if (!shared[PAGE]) {
    shared[PAGE] = new PageAudio();
    takeTurnsWithSavedViews(shared[PAGE].floor);
  }
  return shared[PAGE];
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
