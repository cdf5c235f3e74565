import { JitterBuffer } from "./jitter_buffer.js";

/** @typedef {import("./jitter_buffer.js").Command} Command */
/** @typedef {import("./jitter_buffer.js").Report} Report */

/**
 * One rendered stretch of sound on its way to the speaker.
 * @typedef {object} Block
 * @property {AudioBufferSourceNode} node
 * @property {number} start  Context frame of its first frame.
 * @property {number} frames
 * @property {ReturnType<JitterBuffer["snapshot"]>} before
 * @property {{ position: number, heard: number }} after
 */

/**
 * Frames to start early, so that the start time stands for a whole frame in floating point too: the
 * browser interpolates samples that start the least bit beside one.
 * @param {number} frame
 * @param {number} rate
 */
function padding(frame, rate) {
  let early = 0;
  while (((frame - early) / rate) * rate !== frame - early) early++;
  return early;
}

/**
 * The playout where AudioWorklet does not exist (pages served over plain http from another host):
 * the same JitterBuffer, rendered ahead of time into AudioBufferSourceNodes that start at whole
 * frames and so join without a seam. What is rendered ahead is taken back when the user acts.
 */
export class FallbackSink {
  static BLOCK_SECONDS = 0.02;
  /** Background tabs may run their timers only once a second. */
  static AHEAD_SECONDS = 1.5;
  static PERIOD_MS = 40;

  #context;
  #destination;
  #report;
  #buffer;
  /** @type {Block[]} */
  #blocks = [];
  /** How the last block fades out unless more comes in time. @type {AudioBufferSourceNode | null} */
  #fade = null;
  /** Context frame up to which sound is scheduled. */
  #end = 0;
  /** Context frame up to which time has passed for the playout. */
  #at;
  #stalled = false;
  #serial = 0;
  /** @type {number | null} */
  #startFrame = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {AudioContext} context
   * @param {AudioNode} destination
   * @param {(report: Report) => void} report
   */
  constructor(context, destination, report) {
    this.#context = context;
    this.#destination = destination;
    this.#report = report;
    this.#buffer = new JitterBuffer(context.sampleRate);
    this.#at = this.#now;
  }

  /** @param {Command} command */
  post(command) {
    this.#advance();
    if ("serial" in command) {
      this.#takeBack();
      this.#serial = command.serial;
    }
    this.#buffer.obey(command);
    this.#pump();
  }

  close() {
    clearTimeout(this.#timer);
    for (const { node } of this.#blocks) node.disconnect();
    this.#blocks = [];
    this.#dropFade();
  }

  get #now() {
    return Math.round(this.#context.currentTime * this.#context.sampleRate);
  }

  /** Frames ahead of the clock at which a start is still certain to be on time. */
  get #margin() {
    return Math.ceil((0.02 + 2 * this.#context.baseLatency) * this.#context.sampleRate);
  }

  /**
   * What starts at the end of the sound may be too late: the page was held up since it looked at the
   * clock. Of a start in the past, the first samples would be lost.
   */
  get #late() {
    return this.#end < this.#now + this.#margin / 2;
  }

  /** Let the time pass that has passed. */
  #advance() {
    const now = this.#now;
    this.#buffer.elapse(now - this.#at);
    this.#at = now;
    const earliest = now + this.#margin;
    if (this.#end >= earliest) return;
    if (this.#buffer.mode === "flowing") this.#starve();
    this.#buffer.skip(earliest - this.#end);
    this.#end = earliest;
  }

  #pump() {
    clearTimeout(this.#timer);
    const { sampleRate } = this.#context;
    const period = (FallbackSink.PERIOD_MS / 1000) * sampleRate;
    // Decided while what the sound is to fade out in can still be scheduled.
    const due = this.#end < this.#now + this.#margin + period;
    this.#advance();
    const now = this.#at;
    this.#takeBackIfStalled();
    if (due && this.#emptied) this.#starve();
    const size = Math.round(FallbackSink.BLOCK_SECONDS * sampleRate);
    const horizon = now + FallbackSink.AHEAD_SECONDS * sampleRate;
    while (this.#end < horizon) {
      if (this.#late) this.#advance();
      const frames = this.#buffer.ready(size);
      if (frames === 0) break;
      this.#schedule(frames);
    }
    if (this.#emptied) this.#fade ??= this.#start(this.#buffer.ending);
    this.#reportHeard(now);
    const waiting = this.#buffer.mode === "filling" || this.#buffer.mode === "flowing";
    if (waiting || this.#blocks.length > 0) {
      this.#timer = setTimeout(() => this.#pump(), FallbackSink.PERIOD_MS);
    }
  }

  /** Where the next samples are overdue, take back what may have to stop at a pause. */
  #takeBackIfStalled() {
    if (this.#stalled === this.#buffer.stalled) return;
    this.#stalled = !this.#stalled;
    if (this.#stalled) this.#takeBack();
  }

  /** All that may be heard is scheduled, and more is to come. */
  get #emptied() {
    return this.#buffer.mode === "flowing" && this.#buffer.ready(1) === 0;
  }

  /** No more has come in time: the fade is heard that was scheduled while this was not known. */
  #starve() {
    this.#buffer.starve();
    if (this.#fade) this.#render(new Float32Array(this.#buffer.ready(Infinity)), this.#fade);
    this.#fade = null;
  }

  /** @param {number} frames */
  #schedule(frames) {
    this.#dropFade();
    this.#render(new Float32Array(frames));
  }

  /**
   * @param {Float32Array} samples  All zero.
   * @param {AudioBufferSourceNode} [scheduled]  What is to play them already.
   */
  #render(samples, scheduled) {
    const before = this.#buffer.snapshot();
    this.#buffer.render(samples);
    const { position, heard } = this.#buffer;
    const end = this.#end;
    const node = scheduled ?? this.#start(samples);
    if (before.dry) this.#buffer.gap += this.#end - end;
    const after = { position, heard };
    this.#blocks.push({ node, start: this.#end, frames: samples.length, before, after });
    if (before.shown.heard === 0 && heard > 0) this.#startFrame = this.#end;
    this.#end += samples.length;
  }

  /**
   * Have samples play behind those that are scheduled. With none before them they may begin later.
   * @param {Float32Array} samples
   * @returns {AudioBufferSourceNode}
   */
  #start(samples) {
    const { sampleRate } = this.#context;
    const early = padding(this.#end, sampleRate);
    const buffer = new AudioBuffer({ length: early + samples.length, sampleRate });
    buffer.getChannelData(0).set(samples, early);
    const node = new AudioBufferSourceNode(this.#context, { buffer });
    if (this.#blocks.length === 0 && this.#late) {
      this.#end = this.#now + this.#margin;
      return this.#start(samples);
    }
    node.connect(this.#destination);
    node.start((this.#end - early) / sampleRate);
    return node;
  }

  #dropFade() {
    this.#fade?.disconnect();
    this.#fade = null;
  }

  /** Take back every block that is sure not to have begun. */
  #takeBack() {
    const safe = this.#now + this.#margin;
    const first = this.#blocks.findIndex((block) => block.start >= safe);
    this.#dropFade();
    if (first < 0) return;
    const recalled = this.#blocks.splice(first);
    for (const { node } of recalled) node.disconnect();
    this.#buffer.restore(recalled[0].before);
    this.#end = recalled[0].start;
    if (this.#startFrame !== null && this.#startFrame >= this.#end) this.#startFrame = null;
  }

  /**
   * Report what is being heard now, which lags behind what is rendered.
   * @param {number} now
   */
  #reportHeard(now) {
    while (this.#blocks.length > 0 && this.#blocks[0].start + this.#blocks[0].frames <= now) {
      this.#blocks.shift()?.node.disconnect();
    }
    const playing = this.#blocks[0];
    let { mode, position, heard } = this.#buffer;
    if (playing) {
      const done = Math.max(
        0,
        Math.min(now - playing.start, playing.after.heard - playing.before.shown.heard),
      );
      [position, heard] = [playing.before.shown.position + done, playing.before.shown.heard + done];
      if (mode !== "halted") mode = playing.start > now ? "filling" : "flowing";
    }
    const begun = this.#startFrame !== null && this.#startFrame <= now;
    this.#report({
      serial: this.#serial,
      mode,
      position,
      at: now / this.#context.sampleRate,
      heard,
      underruns: this.#buffer.underruns,
      gap: this.#buffer.gap,
      startedAt: begun ? /** @type {number} */ (this.#startFrame) / this.#context.sampleRate : null,
    });
  }
}
