/**
 * A stream's samples, and the way they are read.
 *
 * Nothing here knows a clock, a context or the page: the same two classes run inside the
 * AudioWorklet (playout.js sends their source there, so they may refer only to each other) and on
 * the main thread (scheduled.js). A frame is one mono sample; a position is a number of frames from
 * the start of the stream.
 */

/**
 * @typedef {"halted" | "filling" | "flowing" | "ended"} Mode
 *   halted: not to be heard now. filling: waiting for enough frames. flowing: being heard.
 *   ended: the last frame of a complete tape has been read.
 *
 * @typedef {{ kind: "write", samples: Int16Array }
 *   | { kind: "finish" }
 *   | { kind: "play", serial: number }
 *   | { kind: "pause", serial: number }
 *   | { kind: "seek", serial: number, frame: number }
 *   | { kind: "stop", serial: number, keep: boolean }} Command
 *
 * @typedef {object} Report  What a playout tells the page.
 * @property {number} serial  The last command obeyed.
 * @property {Mode} mode
 * @property {number} position  Next frame to be heard.
 * @property {number} heard  Frames rendered so far, repeats included.
 * @property {number} underruns
 * @property {number | null} startedAt  Context time (s) of the first frame ever rendered.
 */

/** A growing recording of signed 16-bit samples, in the order they were sent. */
export class Tape {
  /** @type {Int16Array[]} */
  #chunks = [];
  /** First frame of each chunk. @type {number[]} */
  #starts = [];
  #cursor = 0;

  frames = 0;
  /** No more frames will follow. */
  complete = false;

  /** @param {Int16Array} samples */
  append(samples) {
    if (samples.length === 0) return;
    this.#chunks.push(samples);
    this.#starts.push(this.frames);
    this.frames += samples.length;
  }

  /**
   * Forget everything from `frames` on.
   * @param {number} frames
   */
  truncate(frames) {
    while (this.#chunks.length > 0 && this.frames > frames) {
      const chunk = /** @type {Int16Array} */ (this.#chunks.pop());
      this.frames = /** @type {number} */ (this.#starts.pop());
      if (this.frames < frames) this.append(chunk.slice(0, frames - this.frames));
    }
    this.#cursor = 0;
  }

  /**
   * Add `count` frames from `position` on to `out`, as floats; s16 / 32768 is exact in float32.
   * @param {number} position
   * @param {Float32Array} out
   * @param {number} offset
   * @param {number} count  At most `frames - position`.
   */
  read(position, out, offset, count) {
    const last = offset + count;
    for (let at = offset, frame = position; at < last;) {
      this.#find(frame);
      const chunk = this.#chunks[this.#cursor];
      let from = frame - this.#starts[this.#cursor];
      const stop = Math.min(chunk.length, from + last - at);
      frame += stop - from;
      while (from < stop) out[at++] += chunk[from++] / 32768;
    }
  }

  /**
   * Put the cursor on the chunk that holds `frame`: nearly always this chunk or the next one.
   * @param {number} frame
   */
  #find(frame) {
    const starts = this.#starts;
    if (frame < (starts[this.#cursor] ?? 0)) this.#cursor = 0;
    while (frame >= (starts[this.#cursor + 1] ?? Infinity)) this.#cursor++;
  }
}

/**
 * The playout buffer of one stream: when to begin, when to wait for more, and what a user's hand
 * does.
 *
 * What is heard is the tape, sample for sample. Only where a user cuts the sound (pause, stop,
 * seek) it fades out over 5 ms, in frames heard again in full when it goes on, and fades in over
 * the 5 ms before the frame it goes on from: the unfaded parts, laid end to end, are the tape.
 */
export class Playout {
  static START_SECONDS = 0.1;
  static REFILL_SECONDS = 0.2;
  static REFILL_LIMIT_SECONDS = 1;
  static FADE_SECONDS = 0.005;

  tape = new Tape();
  /** @type {Mode} */
  mode = "halted";
  position = 0;
  heard = 0;
  /** Times the sound ran dry while more was to come. */
  underruns = 0;

  #rate;
  #fade;
  /** Frames that must be there before the sound begins. */
  #target;
  #dryAt = -1;
  /** Frames before `position` that are still to be faded in, and how many they were. */
  #lead = 0;
  #leadLength = 1;
  /** What a user cut off, still fading out. */
  #tail = new Float32Array(0);

  /** @param {number} rate  Frames per second. */
  constructor(rate) {
    this.#rate = rate;
    this.#fade = Math.round(Playout.FADE_SECONDS * rate);
    this.#target = Math.round(Playout.START_SECONDS * rate);
  }

  /** @param {Command} command */
  obey(command) {
    switch (command.kind) {
      case "write":
        return this.tape.append(command.samples);
      case "finish":
        return this.#finish();
      case "play":
        return this.#play();
      case "pause":
        return this.#pause();
      case "seek":
        return this.#seek(command.frame);
      case "stop":
        return this.#stop(command.keep);
    }
  }

  /**
   * Render the next frames.
   * @param {Float32Array} out  All zero.
   */
  render(out) {
    if (this.#tail.length > 0) this.#fadeOut(out);
    if (this.mode === "filling" && this.#filled) this.mode = "flowing";
    if (this.mode !== "flowing") return;
    const lead = this.#lead > 0 ? this.#fadeIn(out) : 0;
    const count = Math.min(out.length - lead, this.#available);
    this.tape.read(this.position, out, lead, count);
    this.position += count;
    this.heard += count;
    if (lead + count < out.length || this.#drained) this.starve();
  }

  /**
   * How many of the next `limit` frames can be rendered without running dry.
   * @param {number} limit
   */
  ready(limit) {
    if (this.mode === "flowing" || (this.mode === "filling" && this.#filled)) {
      return this.tape.complete ? limit : Math.min(limit, this.#lead + this.#available);
    }
    return Math.min(limit, this.#tail.length);
  }

  /**
   * Nothing is left to render now: the end, or an underrun, after which twice as much is waited
   * for.
   */
  starve() {
    if (this.#drained) {
      this.mode = "ended";
      return;
    }
    this.mode = "filling";
    this.underruns++;
    this.#dryAt = this.position;
    const [least, most] = [Playout.REFILL_SECONDS, Playout.REFILL_LIMIT_SECONDS];
    this.#target = Math.min(most * this.#rate, Math.max(least * this.#rate, 2 * this.#target));
  }

  /** What `restore` needs to take back everything rendered since. */
  snapshot() {
    const { mode, position, heard, underruns } = this;
    const [lead, target, tail] = [this.#lead, this.#target, this.#tail];
    return { mode, position, heard, underruns, lead, target, tail };
  }

  /** @param {ReturnType<Playout["snapshot"]>} state */
  restore({ mode, position, heard, underruns, lead, target, tail }) {
    Object.assign(this, { mode, position, heard, underruns });
    [this.#lead, this.#target, this.#tail] = [lead, target, tail];
  }

  get #available() {
    return this.tape.frames - this.position;
  }

  get #drained() {
    return this.tape.complete && this.#available === 0;
  }

  get #filled() {
    return this.tape.complete || this.#available >= this.#target;
  }

  #finish() {
    this.tape.complete = true;
    // The end was only announced late: nothing was missing from the sound.
    if (this.#dryAt === this.tape.frames) this.underruns--;
    this.#dryAt = -1;
  }

  #play() {
    if (this.mode === "flowing" || this.mode === "filling") return;
    this.#begin();
  }

  #pause() {
    this.#cut();
    if (this.mode !== "ended") this.mode = "halted";
  }

  /** @param {number} frame */
  #seek(frame) {
    const going = this.mode === "flowing" || this.mode === "filling";
    this.#cut();
    this.position = Math.max(0, Math.min(Math.round(frame), this.tape.frames));
    if (going) this.#begin();
    else this.mode = "halted";
  }

  /** @param {boolean} keep  Whether what was not heard yet stays on the tape. */
  #stop(keep) {
    this.#cut();
    this.mode = "halted";
    if (!keep) this.tape.truncate(this.position);
    this.tape.complete = true;
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
    if (this.mode !== "flowing") return;
    const tail = new Float32Array(this.#fade);
    const from = Math.max(0, this.position - this.#lead);
    this.tape.read(from, tail, 0, Math.min(this.#fade, this.tape.frames - from));
    const gain = this.#lead > 0 ? 1 - this.#lead / (this.#leadLength + 1) : 1;
    for (let i = 0; i < tail.length; i++) {
      tail[i] = tail[i] * gain * (1 - (i + 1) / (tail.length + 1)) + (this.#tail[i] ?? 0);
    }
    this.#tail = tail;
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
    const faded = new Float32Array(count);
    const silent = Math.min(Math.max(0, this.#lead - this.position), count);
    this.tape.read(this.position - this.#lead + silent, faded, silent, count - silent);
    for (let i = 0; i < count; i++, this.#lead--) {
      out[i] += faded[i] * (1 - this.#lead / (this.#leadLength + 1));
    }
    return count;
  }
}
