/** @typedef {import("./kernel_link.js").KernelLink} KernelLink */

/**
 * Times the sound ran dry, and the frames inserted there.
 * @typedef {{ underruns: number, gap: number }} Gaps
 */

/** Between progress messages while sound plays. */
const PROGRESS_MS = 1000;

/** States in which the sound could begin and has to wait, and those that a user brings about. */
const WAITS = ["waiting", "blocked", "paused"];
const USERS = ["paused", "stopped", "elsewhere"];

/** States that the kernel takes for granted, until a page that it hands the sound to tells one. */
const BEGINS = ["connecting", "buffering"];

/** States that begin before the audio thread has said where the sound came to rest. */
const RESTS = ["paused", "stopped"];

/** Seconds of waiting that a user would notice. */
const WORTH_SAYING = 0.05;

/**
 * Reports of the playback to the kernel: a state when it changes, and progress about once a second.
 */
export class PlaybackReports {
  #link;
  /** As the kernel knows it, and whether this page has told it since it sounds. */
  #state = "";
  #told = false;
  #played = 0;
  #progressAt = 0;
  #settled = true;
  #active = false;
  #ended = false;
  #begun = false;
  /** Frames heard until the user first paused, moved or stopped it. */
  #steady = 0;
  #disturbed = false;
  /** What the sound waited for before it began: a state. */
  #waitedFor = "";
  /** Where the sound ran dry: after how many frames, and how many were inserted before. */
  #dry = /** @type {{ at: number, before: number, silent: boolean }[]} */ ([]);
  #gap = 0;

  /** @param {KernelLink} link */
  constructor(link) {
    this.#link = link;
  }

  /**
   * @param {string} state
   * @param {number} played  Frames: the place in the sound.
   * @param {number} heard  Frames, repeats included.
   * @param {Gaps} gaps
   */
  progress(state, played, heard, gaps) {
    this.#watch(state, played, heard, gaps);
    if (state === "elsewhere") {
      this.#state = "";
      this.#told = false;
      return;
    }
    if (!this.#told && BEGINS.includes(state)) return;
    const now = performance.now();
    const due = state === "playing" && now - this.#progressAt >= PROGRESS_MS;
    const settles = !this.#settled && played !== this.#played;
    if (state === this.#state && !due && !settles) return;
    this.#settled = state === this.#state || !RESTS.includes(state);
    this.#state = state;
    this.#told = true;
    this.#played = played;
    this.#progressAt = now;
    const { received } = this.#link;
    const { underruns, gap } = gaps;
    this.#link.send({
      kind: "progress",
      played,
      received,
      state,
      underruns,
      gap,
      ...this.#playout(gap),
    });
  }

  /**
   * @param {string} state
   * @param {number} played
   * @param {number} heard
   * @param {Gaps} gaps
   */
  #watch(state, played, heard, { underruns, gap }) {
    if (!this.#begun && WAITS.includes(state)) this.#waitedFor = state;
    this.#disturbed ||= this.#begun && (USERS.includes(state) || played !== heard);
    if (!this.#disturbed) this.#steady = played;
    // An underrun is taken back if it turns out to have been the end.
    this.#dry.length = Math.min(this.#dry.length, underruns);
    while (this.#dry.length < underruns)
      this.#dry.push({ at: played, before: this.#gap, silent: false });
    this.#gap = gap;
    // Where sound is scheduled ahead, it is known before it is heard that it will run dry.
    const last = this.#dry.at(-1);
    if (!last || last.silent) return;
    last.at = played;
    last.silent = state !== "playing";
  }

  /**
   * What the picture of the latency needs of the playback.
   * @param {number} gap
   */
  #playout(gap) {
    const dry = this.#dry.map(({ at, before }, i) => [
      at,
      (this.#dry[i + 1]?.before ?? gap) - before,
    ]);
    return { steady: this.#steady, dry };
  }

  /** The kernel has said that it was paused on the page before. */
  pausedBefore() {
    this.#state = "paused";
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
   * @param {number} waited  Seconds.
   * @param {number} underruns
   */
  started(delay, latency, waited, underruns) {
    const milliseconds = (/** @type {number} */ seconds) => Math.round(seconds * 10_000) / 10;
    const hasWaited = waited >= WORTH_SAYING && this.#waitedFor !== "";
    this.#begun = true;
    this.#link.send({
      kind: "started",
      playout_delay_ms: milliseconds(delay),
      output_latency_ms: milliseconds(latency),
      waited_ms: hasWaited ? milliseconds(waited) : 0,
      waited_for: hasWaited ? this.#waitedFor : "",
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
