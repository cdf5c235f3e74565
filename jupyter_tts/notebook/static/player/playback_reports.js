/** @typedef {import("./kernel_link.js").KernelLink} KernelLink */

/**
 * Times the sound ran dry, and the frames inserted there.
 * @typedef {{ underruns: number, gap: number }} Gaps
 */

/** Between progress messages while sound plays. */
const PROGRESS_MS = 1000;

/**
 * Reports of the playback to the kernel: a state when it changes, and progress about once a second.
 */
export class PlaybackReports {
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
   * @param {Gaps} gaps
   */
  progress(state, played, { underruns, gap }) {
    const now = performance.now();
    const due = state === "playing" && now - this.#progressAt >= PROGRESS_MS;
    if (state === this.#state && !due) return;
    this.#state = state;
    this.#progressAt = now;
    const { received } = this.#link;
    this.#link.send({ kind: "progress", played, received, state, underruns, gap });
  }

  /** @param {boolean} active  The user is using it: the view must not be replaced. */
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
   * @param {number} heard  Frames.
   * @param {Gaps} gaps
   */
  ended(heard, { underruns, gap }) {
    if (this.#ended) return;
    this.#ended = true;
    this.#link.send({ kind: "ended", underruns, gap, heard });
  }

  /** @param {string} message */
  error(message) {
    this.#link.send({ kind: "error", message });
  }
}
