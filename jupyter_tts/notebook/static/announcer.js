/** @typedef {import("./link.js").KernelLink} KernelLink */

/** Between progress messages while sound plays. */
const PROGRESS_MS = 1000;

/**
 * What the kernel is told about the listening: each thing when it changes, and progress about once
 * a second.
 */
export class Announcer {
  #link;
  #state = "";
  #progressAt = 0;
  #active = false;
  #ended = false;

  /** @param {KernelLink} link */
  constructor(link) {
    this.#link = link;
  }

  /**
   * @param {string} state
   * @param {number} played  Frames.
   */
  progress(state, played) {
    const now = performance.now();
    const due = state === "playing" && now - this.#progressAt >= PROGRESS_MS;
    if (state === this.#state && !due) return;
    this.#state = state;
    this.#progressAt = now;
    this.#link.send({ kind: "progress", played, received: this.#link.received, state });
  }

  /** @param {boolean} active  The user is at it: the view must not be taken away. */
  interaction(active) {
    if (active === this.#active) return;
    this.#active = active;
    this.#link.send({ kind: "interaction", active });
  }

  /**
   * @param {number} delay  Seconds.
   * @param {number} latency  Seconds.
   * @param {number} underruns
   */
  started(delay, latency, underruns) {
    const milliseconds = (/** @type {number} */ seconds) => Math.round(seconds * 10_000) / 10;
    this.#link.send({
      kind: "started",
      playout_delay_ms: milliseconds(delay),
      output_latency_ms: milliseconds(latency),
      underruns,
    });
  }

  /**
   * The stream has been heard to its end; a replay says nothing new.
   * @param {number} underruns
   * @param {number} heard  Frames.
   */
  ended(underruns, heard) {
    if (this.#ended) return;
    this.#ended = true;
    this.#link.send({ kind: "ended", underruns, heard });
  }

  /** @param {string} message */
  error(message) {
    this.#link.send({ kind: "error", message });
  }
}
