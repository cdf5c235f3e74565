import { pageAudio } from "./playout/page_audio.js";
import { PlayoutSink } from "./playout/playout_sink.js";
import { AutoplayWatch } from "./playout/autoplay.js";

/** @typedef {import("./playout/page_audio.js").AudioOutput} AudioOutput */
/** @typedef {import("./playout/jitter_buffer.js").Report} Report */

/**
 * @typedef {object} TransportEvents
 * @property {() => void} changed
 * @property {() => void} moved  It has gone on, and nothing else has changed.
 * @property {(delay: number, latency: number, waited: number) => void} started  The first frame
 *   was rendered. `delay`: seconds the playout buffered. `latency`: seconds from rendering to the
 *   ear. `waited`: seconds that it had to wait for another player, or for its user.
 * @property {() => void} ended  The last frame has been heard.
 * @property {(frame: number) => void} cut  A stop threw away what came after this frame.
 * @property {(message: string) => void} broken  The browser cannot play.
 */

/** The position is estimated this far (s) beyond the last report, at most. */
const ESTIMATE = 0.5;

/** Play, pause, seek and stop of one stream on the page's audio output, and where it is. */
export class Transport {
  #rate;
  #events;
  #autoplay;
  /** @type {AudioOutput | null} */
  #output = null;
  #sink;
  #serial = 0;
  #cutSerial = -1;
  /** @type {Report} */
  #last = {
    serial: 0,
    mode: "halted",
    position: 0,
    at: 0,
    heard: 0,
    underruns: 0,
    gap: 0,
    startedAt: null,
  };
  /** @type {number | null} */
  #delay = null;
  #firstAudioAt = 0;
  #allowedAt = 0;

  /**
   * @param {number} rate  Hz
   * @param {TransportEvents} events
   */
  constructor(rate, events) {
    this.#rate = rate;
    this.#events = events;
    this.#autoplay = new AutoplayWatch(events.changed);
    this.#sink = new PlayoutSink(this.#onReport, events.broken);
  }

  /** Take a place at the page's audio output. What was written before is not lost. */
  open() {
    if (this.#output) return;
    try {
      this.#output = pageAudio().acquire(this.#rate, this);
    } catch (error) {
      this.#events.broken(`The browser cannot play sound at ${this.#rate} Hz: ${error}`);
      return;
    }
    this.#output.context.addEventListener("statechange", this.#onContext);
    this.#sink.open(this.#output);
    if (this.#last.mode === "filling") this.#output.wake(this);
    else this.#output.rest(this);
    this.#watch();
  }

  /** The browser does not let the page sound before a user gesture. */
  get blocked() {
    return this.#autoplay.blocked;
  }

  /** It does not sound after one either. */
  get silent() {
    return this.#autoplay.silent;
  }

  /** Sound comes out; its end takes a moment to go through the device. */
  get flowing() {
    const { mode } = this.#last;
    return (mode === "flowing" || mode === "ended") && this.#output?.running === true;
  }

  /** Next frame to be heard, as last reported. */
  get played() {
    return this.#last.position;
  }

  /** Frame being heard now, by the clock of the audio device: it may falter. */
  get position() {
    const { position, at } = this.#last;
    if (!this.flowing || !this.#output) return position;
    const since = this.#output.context.currentTime - at;
    return position + Math.max(0, Math.min(since, ESTIMATE)) * this.#rate;
  }

  /** Frame that reaches the ear now. */
  get sounding() {
    const latency = this.flowing ? (this.#output?.latency ?? 0) : 0;
    return Math.max(0, this.position - latency * this.#rate);
  }

  get heard() {
    return this.#last.heard;
  }

  get underruns() {
    return this.#last.underruns;
  }

  /** Frames inserted where the sound ran dry. */
  get gap() {
    return this.#last.gap;
  }

  /** Seconds the playout buffered before it began, null until then. */
  get delay() {
    return this.#delay;
  }

  /**
   * @param {Int16Array} samples  Given away.
   * @param {number} target  Seconds of sound to have in hand after these.
   * @param {number} patience  Seconds after which the next are overdue.
   */
  write(samples, target, patience) {
    this.#firstAudioAt ||= performance.now();
    const frames = { target: target * this.#rate, patience: patience * this.#rate };
    this.#sink.post({ kind: "write", samples, ...frames });
  }

  finish() {
    this.#sink.post({ kind: "finish" });
  }

  play() {
    this.open();
    this.#allowedAt = performance.now();
    this.#output?.wake(this);
    this.#last = { ...this.#last, mode: "filling" };
    this.#sink.post({ kind: "play", serial: ++this.#serial });
    this.#watch();
  }

  pause() {
    this.#last = { ...this.#last, mode: "halted" };
    this.#sink.post({ kind: "pause", serial: ++this.#serial });
    this.rest();
  }

  /** @param {number} frame */
  seek(frame) {
    const going = this.#last.mode === "flowing" || this.#last.mode === "filling";
    this.#last = { ...this.#last, mode: going ? "filling" : "halted", position: frame };
    this.#sink.post({ kind: "seek", frame, serial: ++this.#serial });
  }

  /** @param {boolean} keep  Whether what was not heard yet can still be replayed. */
  stop(keep) {
    this.#last = { ...this.#last, mode: "halted" };
    this.#sink.post({ kind: "stop", keep, serial: ++this.#serial });
    if (!keep) this.#cutSerial = this.#serial;
    this.rest();
  }

  /** A user gesture: the browser may now allow what it blocked. */
  wake() {
    const { mode } = this.#last;
    if (mode === "halted" || mode === "ended" || !this.#output || this.#output.running) return;
    this.#allowedAt = performance.now();
    this.#output.wake(this);
    this.#autoplay.gesture();
  }

  /** The audio device is not needed now. */
  rest() {
    this.#output?.rest(this);
    this.#watch();
  }

  close() {
    this.#autoplay.settle();
    this.#sink.close();
    this.#output?.context.removeEventListener("statechange", this.#onContext);
    if (this.#output) pageAudio().release(this.#output, this);
    this.#output = null;
  }

  /** @param {Report} report */
  #onReport = (report) => {
    if (report.startedAt !== null && this.#delay === null) this.#start(report.startedAt);
    if (report.serial !== this.#serial) return;
    const { mode, serial } = this.#last;
    const moved = report.mode === mode && report.serial === serial;
    this.#last = report;
    if (report.serial === this.#cutSerial) {
      this.#cutSerial = -1;
      this.#events.cut(report.position);
    }
    if (report.mode === "ended") this.#end(report.serial);
    this.#watch();
    if (moved) this.#events.moved();
    else this.#events.changed();
  };

  #onContext = () => {
    // The wait for a device is no delay of the playout either.
    if (this.silent && this.#output?.running) this.#allowedAt = performance.now();
    this.#watch();
    this.#events.changed();
  };

  /** @param {number} startedAt  Context time (s). */
  #start(startedAt) {
    const { context, latency } = /** @type {AudioOutput} */ (this.#output);
    const renderedAt = performance.now() - 1000 * (context.currentTime - startedAt);
    // Neither another player's turn nor a wait for a click is delay of the playout.
    const since = Math.max(this.#firstAudioAt, this.#allowedAt);
    this.#delay = Math.max(0, renderedAt - since) / 1000;
    this.#events.started(this.#delay, latency, (since - this.#firstAudioAt) / 1000);
  }

  /**
   * The last frame was rendered; it is heard when it has gone through the device.
   * @param {number} serial
   */
  #end(serial) {
    const end = () => {
      if (this.#output && serial === this.#serial) this.#events.ended();
    };
    setTimeout(end, 1000 * (this.#output?.latency ?? 0));
  }

  /** Notice an output that ought to run and does not. */
  #watch() {
    const wanted = this.#last.mode === "filling" || this.#last.mode === "flowing";
    if (wanted && this.#output && !this.#output.running) this.#autoplay.expect();
    else this.#autoplay.settle();
  }
}
