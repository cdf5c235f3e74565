import { SampleBuffer } from "./sample_buffer.js";

/**
 * @typedef {"halted" | "filling" | "flowing" | "ended"} Mode
 *   halted: not to be heard now. filling: waiting for enough frames. flowing: being heard.
 *   ended: the last frame of a complete stream has been read.
 *
 * @typedef {object} Write  The next samples, and what is expected of those to come.
 * @property {"write"} kind
 * @property {Int16Array} samples
 * @property {number} target  Frames to have in hand; passing time counts as much.
 * @property {number} patience  Frames of time after which the next samples are overdue.
 *
 * @typedef {Write
 *   | { kind: "finish" }
 *   | { kind: "play", serial: number }
 *   | { kind: "pause", serial: number }
 *   | { kind: "seek", serial: number, frame: number }
 *   | { kind: "stop", serial: number, keep: boolean }} Command
 *
 * @typedef {object} Report  What a sink reports to the page.
 * @property {number} serial  The last command obeyed.
 * @property {Mode} mode
 * @property {number} position  Next frame to be heard.
 * @property {number} at  Context time (s) for which the position holds.
 * @property {number} heard  Frames rendered so far, repeats included.
 * @property {number} underruns
 * @property {number} gap  Frames inserted where the sound ran dry.
 * @property {number | null} startedAt  Context time (s) of the first frame ever rendered.
 */

/**
 * The playout buffer of one stream: when to begin, when to wait for more, and what play, pause, seek
 * and stop do. It knows no clock, context or page. It runs on the main thread (fallback_sink.js), and
 * in the AudioWorklet, to which worklet_sink.js sends its source: it may refer only to `SampleBuffer`.
 *
 * What is heard is what was received, sample for sample. Only where the sound is cut (by a user, or
 * because it ran dry) it fades out over 5 ms, in frames heard again in full when it goes on, and
 * fades in over the 5 ms before the frame it goes on from: the unfaded parts, laid end to end, are
 * the received samples.
 */
export class JitterBuffer {
  static FADE_SECONDS = 0.005;
  /** A pause: so long, and so much of the last sound may wait beyond one. */
  static PAUSE_SECONDS = 0.02;
  static HOLD_SECONDS = 0.25;

  samples = new SampleBuffer();
  /** @type {Mode} */
  mode = "halted";
  position = 0;
  heard = 0;
  /** Times the sound ran dry while more was to come. */
  underruns = 0;
  /** Frames of silence, and of fades, that this took. */
  gap = 0;

  #fade;
  #pause;
  #hold;
  #target = 0;
  #patience = 0;
  /** Frames of time since the last write. -Infinity: elapsed time does not count until the next. */
  #since = -Infinity;
  /** Cached `#end` while stalled: a pause to stop in, not inside a word. @type {number | null} */
  #pauseFrame = null;
  /** Where it last ran dry, and the gap until then: `#finish` may take that underrun back. */
  #dryAt = -1;
  #dryGap = 0;
  /** It ran dry and has not gone on yet. */
  #dry = false;
  /** Frames before `position` that are still to be faded in, and how many they were. */
  #lead = 0;
  #leadLength = 1;
  /** What was cut off, still fading out. */
  #tail = new Float32Array(0);

  /** @param {number} rate  Frames per second. */
  constructor(rate) {
    this.#fade = Math.round(JitterBuffer.FADE_SECONDS * rate);
    this.#pause = Math.round(JitterBuffer.PAUSE_SECONDS * rate);
    this.#hold = Math.round(JitterBuffer.HOLD_SECONDS * rate);
  }

  /** @param {Command} command */
  obey(command) {
    switch (command.kind) {
      case "write":
        return this.#write(command);
      case "finish":
        return this.#finish();
      case "play":
        return this.#play();
      case "pause":
        return this.#halt();
      case "seek":
        return this.#seek(command.frame);
      case "stop":
        return this.#stop(command.keep);
    }
  }

  /**
   * Time passes.
   * @param {number} frames
   */
  elapse(frames) {
    this.#since += frames;
  }

  /**
   * Render the next frames.
   * @param {Float32Array} out  All zero.
   */
  render(out) {
    this.#fadeOut(out);
    if (this.mode === "filling" && this.#filled) this.mode = "flowing";
    if (this.mode !== "flowing") return this.skip(out.length);
    const lead = this.#lead > 0 ? this.#fadeIn(out) : 0;
    const count = Math.min(out.length - lead, this.#end - this.position);
    this.samples.read(this.position, out, lead, count);
    this.position += count;
    this.heard += count;
    const rest = out.subarray(lead + count);
    if (rest.length === 0 && !this.#drained) return;
    this.starve();
    this.#fadeOut(rest);
    this.skip(rest.length);
  }

  /**
   * Nothing is rendered for so many frames.
   * @param {number} frames
   */
  skip(frames) {
    if (this.#dry && this.mode === "filling") this.gap += frames;
  }

  /**
   * How many of the next `limit` frames can be rendered without running dry.
   * @param {number} limit
   */
  ready(limit) {
    if (this.mode === "flowing" || (this.mode === "filling" && this.#filled)) {
      return this.samples.complete
        ? limit
        : Math.min(limit, this.#lead + this.#end - this.position);
    }
    return Math.min(limit, this.#tail.length);
  }

  /** The next samples are overdue, and there is little left. */
  get stalled() {
    const overdue = !this.samples.complete && this.#since > this.#patience;
    return overdue && this.samples.frames - this.position <= this.#hold;
  }

  /** Nothing is left to render now: the end, or an underrun. */
  starve() {
    if (this.#drained) {
      this.mode = "ended";
      return;
    }
    this.#cut();
    this.#begin();
    this.underruns++;
    this.#dry = true;
    this.#dryAt = this.position;
    this.#dryGap = this.gap;
    // What little is left waits for more: played alone, it would only run dry again.
    if (this.#available <= this.#hold) this.#since = -Infinity;
  }

  /** What `restore` needs to take back everything rendered since. */
  snapshot() {
    const { mode, position, heard, underruns, gap } = this;
    const [lead, leadLength, tail] = [this.#lead, this.#leadLength, this.#tail];
    const [dry, dryAt, dryGap] = [this.#dry, this.#dryAt, this.#dryGap];
    const shown = { mode, position, heard, underruns, gap };
    return { shown, lead, leadLength, tail, dry, dryAt, dryGap };
  }

  /** @param {ReturnType<JitterBuffer["snapshot"]>} state */
  restore({ shown, lead, leadLength, tail, dry, dryAt, dryGap }) {
    Object.assign(this, shown);
    [this.#lead, this.#leadLength, this.#tail] = [lead, leadLength, tail];
    [this.#dry, this.#dryAt, this.#dryGap] = [dry, dryAt, dryGap];
    this.#pauseFrame = null; // it was looked for from another position
  }

  get #available() {
    return this.samples.frames - this.position;
  }

  get #drained() {
    return this.samples.complete && this.#available === 0;
  }

  get #filled() {
    if (this.samples.complete) return true;
    // Time counts as much as frames do: see `PlayoutDelay.target`.
    return this.#available > 0 && this.#available + this.#since >= this.#target;
  }

  /** The frame before which the sound stops unless more comes. */
  get #end() {
    if (!this.stalled) return this.samples.frames;
    const step = Math.round(this.#pause / 4);
    this.#pauseFrame ??= this.samples.lastPause(this.position, step, 4) ?? this.samples.frames;
    return this.#pauseFrame;
  }

  /** @param {Write} command */
  #write({ samples, target, patience }) {
    this.samples.append(samples);
    [this.#target, this.#patience] = [target, patience];
    this.#since = 0;
    this.#pauseFrame = null;
  }

  #finish() {
    this.samples.complete = true;
    // The sound ran dry at its very end, which was only announced late: that was no underrun.
    if (this.#dryAt === this.samples.frames) {
      this.underruns--;
      this.gap = this.#dryGap;
      this.#dry = false;
    }
    this.#dryAt = -1;
  }

  #play() {
    if (this.mode === "flowing" || this.mode === "filling") return;
    this.#begin();
  }

  #halt() {
    this.#cut();
    this.#dry = false;
    // A pause that meets the end must not hide it from the page, which has yet to hear of it.
    if (this.mode !== "ended") this.mode = "halted";
  }

  /** @param {number} frame */
  #seek(frame) {
    const going = this.mode === "flowing" || this.mode === "filling";
    this.#halt();
    this.position = Math.max(0, Math.min(Math.round(frame), this.samples.frames));
    this.#pauseFrame = null;
    if (going) this.#begin();
    else this.mode = "halted";
  }

  /** @param {boolean} keep  Whether what was not heard yet is kept. */
  #stop(keep) {
    this.#halt();
    this.mode = "halted";
    if (!keep) this.samples.truncate(this.position);
    this.samples.complete = true;
  }

  #begin() {
    this.mode = "filling";
    // With nothing before the position to fade in, what fades out still has to be over first.
    this.#lead = this.#leadLength = Math.max(
      Math.min(this.#fade, this.position),
      this.#tail.length,
    );
  }

  /** Let what would have been heard next fade out beside whatever comes instead. */
  #cut() {
    if (this.mode === "flowing") this.#tail = this.ending;
  }

  /**
   * How it fades out if it is cut now. Where there are no more samples, the last ones are taken
   * backwards: they join without a step, too.
   */
  get ending() {
    const { frames } = this.samples;
    const from = Math.max(0, this.position - this.#lead);
    const next = Math.min(this.#fade, frames - from);
    const back = Math.min(this.#fade - next, frames);
    const tail = new Float32Array(next + back);
    this.samples.read(frames - back, tail, next, back);
    tail.subarray(next).reverse();
    this.samples.read(from, tail, 0, next);
    const gain = this.#lead > 0 ? 1 - this.#lead / (this.#leadLength + 1) : 1;
    for (let i = 0; i < tail.length; i++) {
      tail[i] = tail[i] * gain * (1 - (i + 1) / (tail.length + 1)) + (this.#tail[i] ?? 0);
    }
    return tail;
  }

  /** @param {Float32Array} out */
  #fadeOut(out) {
    const count = Math.min(this.#tail.length, out.length);
    for (let i = 0; i < count; i++) out[i] += this.#tail[i];
    this.#tail = this.#tail.subarray(count);
  }

  /**
   * @param {Float32Array} out
   * @returns {number} Frames of `out` taken.
   */
  #fadeIn(out) {
    const count = Math.min(this.#lead, out.length);
    if (this.#dry) this.gap += count;
    const faded = new Float32Array(count);
    const silent = Math.min(Math.max(0, this.#lead - this.position), count);
    this.samples.read(this.position - this.#lead + silent, faded, silent, count - silent);
    for (let i = 0; i < count; i++, this.#lead--) {
      out[i] += faded[i] * (1 - this.#lead / (this.#leadLength + 1));
    }
    if (this.#lead === 0) this.#dry = false;
    return count;
  }
}
