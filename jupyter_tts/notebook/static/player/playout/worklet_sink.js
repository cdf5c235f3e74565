import { Playout } from "./jitter_buffer.js";
import { ScheduledSink } from "./fallback_sink.js";
import { Tape } from "./sample_buffer.js";

/** @typedef {import("./jitter_buffer.js").Command} Command */
/** @typedef {import("./jitter_buffer.js").Report} Report */
/** @typedef {import("./page_audio.js").Output} Output */

/**
 * Where commands go: the worklet's port, or its stand-in on the main thread.
 * @typedef {{ post(command: Command): void, close(): void }} Sink
 */

const REPORT_SECONDS = 0.04;

/**
 * Runs in the AudioWorkletGlobalScope, to which its source is sent: it may use only its arguments
 * and that scope.
 * @param {string} name
 * @param {number} period  Seconds between reports while sound flows.
 * @param {typeof Playout} Reader
 */
function registerPlayout(name, period, Reader) {
  class PlayoutProcessor extends AudioWorkletProcessor {
    #playout = new Reader(sampleRate);
    #serial = 0;
    /** @type {number | null} */
    #startedAt = null;
    #open = true;
    #mode = "halted";
    #reportedAt = 0;

    constructor() {
      super();
      this.port.onmessage = ({ data }) => {
        if (data === null) this.#open = false;
        else this.#obey(data);
      };
    }

    /**
     * @param {Float32Array[][]} _inputs
     * @param {Float32Array[][]} outputs
     */
    process(_inputs, [[out]]) {
      if (!this.#open) {
        this.port.postMessage(null);
        return false;
      }
      const playout = this.#playout;
      playout.elapse(out.length);
      playout.render(out);
      if (this.#startedAt === null && playout.heard > 0) this.#startedAt = currentTime;
      const due = playout.mode === "flowing" && currentTime - this.#reportedAt >= period;
      const after = currentTime + out.length / sampleRate;
      if (due || playout.mode !== this.#mode) this.#report(after);
      return true;
    }

    /** @param {Command} command */
    #obey(command) {
      this.#playout.obey(command);
      if (!("serial" in command)) return;
      this.#serial = command.serial;
      this.#report(currentTime);
    }

    /** @param {number} at  Context time (s) of the frame to be rendered next. */
    #report(at) {
      const { mode, position, heard, underruns, gap } = this.#playout;
      this.#mode = mode;
      this.#reportedAt = currentTime;
      const [serial, startedAt] = [this.#serial, this.#startedAt];
      this.port.postMessage({ serial, mode, position, at, heard, underruns, gap, startedAt });
    }
  }
  registerProcessor(name, PlayoutProcessor);
}

/**
 * A short name for a text, the same for the same text.
 * @param {string} text
 */
function digest(text) {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  return hash.toString(36);
}

const WORKLET_PARTS = [Tape, Playout, registerPlayout].join("\n");
/** A page that outlives an upgrade of this package has processors of both versions. */
const PROCESSOR = `jupyter-tts-${digest(WORKLET_PARTS)}`;
const WORKLET_SOURCE = `${WORKLET_PARTS}
registerPlayout("${PROCESSOR}", ${REPORT_SECONDS}, Playout);`;

/**
 * The playout in the AudioWorklet: the tape lives there, so the sound outlives a busy page.
 * @implements {Sink}
 */
class WorkletSink {
  #node;

  /**
   * @param {Output} output
   * @param {(report: Report) => void} report
   * @param {() => void} broken
   */
  constructor(output, report, broken) {
    this.#node = new AudioWorkletNode(output.context, PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [1],
    });
    this.#node.port.onmessage = ({ data }) => report(data);
    this.#node.onprocessorerror = broken;
    this.#node.connect(output.bus);
  }

  /** @param {Command} command */
  post(command) {
    this.#node.port.postMessage(command, "samples" in command ? [command.samples.buffer] : []);
  }

  close() {
    // The browser keeps a processor until it is called and says that it has finished.
    this.#node.port.onmessage = ({ data }) => data === null && this.#node.disconnect();
    this.#node.port.postMessage(null);
  }
}

/** One stream's playout. Takes commands at once; they wait here until there is a sink. */
export class Playback {
  /** @type {Sink | null} */
  #sink = null;
  /** @type {Command[]} */
  #waiting = [];
  #closed = false;
  #report;
  #fail;

  /**
   * @param {(report: Report) => void} report
   * @param {(message: string) => void} fail  The browser cannot play.
   */
  constructor(report, fail) {
    this.#report = report;
    this.#fail = fail;
  }

  /** @param {Output} output */
  open(output) {
    const worklet = () => new WorkletSink(output, this.#report, this.#onProcessorError);
    // A page whose security policy forbids blob: scripts refuses the module; the main thread then
    // does the work.
    const scheduled = () => new ScheduledSink(output.context, output.bus, this.#report);
    output
      .load(WORKLET_SOURCE)
      .then(worklet, scheduled)
      .then((sink) => this.#connect(sink))
      .catch((error) => this.#fail(`The browser could not open its audio output: ${error}`));
  }

  /** @param {Command} command */
  post(command) {
    if (this.#closed) return;
    if (this.#sink) this.#sink.post(command);
    else this.#waiting.push(command);
  }

  close() {
    this.#closed = true;
    this.#waiting = [];
    this.#sink?.close();
  }

  /** @param {Sink} sink */
  #connect(sink) {
    this.#sink = sink;
    if (this.#closed) sink.close();
    for (const command of this.#waiting.splice(0)) sink.post(command);
  }

  #onProcessorError = () => this.#fail("The browser's audio worklet stopped with an error.");
}
