import { JitterBuffer } from "./jitter_buffer.js";
import { SampleBuffer } from "./sample_buffer.js";

/** @typedef {import("./jitter_buffer.js").Command} Command */
/** @typedef {import("./jitter_buffer.js").Report} Report */
/** @typedef {import("./page_audio.js").AudioOutput} AudioOutput */
/** @typedef {import("./playout_sink.js").Sink} Sink */

const REPORT_SECONDS = 0.1;

/**
 * Runs in the AudioWorkletGlobalScope, to which its source is sent: it may use only its arguments
 * and that scope.
 * @param {string} name
 * @param {number} period  Seconds between reports while sound flows.
 * @param {typeof JitterBuffer} Buffer
 */
function registerPlayout(name, period, Buffer) {
  class PlayoutProcessor extends AudioWorkletProcessor {
    #buffer = new Buffer(sampleRate);
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
      const buffer = this.#buffer;
      buffer.elapse(out.length);
      buffer.render(out);
      if (this.#startedAt === null && buffer.heard > 0) this.#startedAt = currentTime;
      const due = buffer.mode === "flowing" && currentTime - this.#reportedAt >= period;
      const after = currentTime + out.length / sampleRate;
      if (due || buffer.mode !== this.#mode) this.#report(after);
      return true;
    }

    /** @param {Command} command */
    #obey(command) {
      this.#buffer.obey(command);
      if (!("serial" in command)) return;
      this.#serial = command.serial;
      this.#report(currentTime);
    }

    /** @param {number} at  Context time (s) of the frame to be rendered next. */
    #report(at) {
      const { mode, position, heard, underruns, gap } = this.#buffer;
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

const WORKLET_PARTS = [SampleBuffer, JitterBuffer, registerPlayout].join("\n");
/** A page that outlives an upgrade of this package has processors of both versions. */
const PROCESSOR = `jupyter-tts-${digest(WORKLET_PARTS)}`;
export const WORKLET_SOURCE = `${WORKLET_PARTS}
registerPlayout("${PROCESSOR}", ${REPORT_SECONDS}, JitterBuffer);`;

/**
 * The jitter buffer in the AudioWorklet. The samples live there: a busy page does not stop them.
 * @implements {Sink}
 */
export class WorkletSink {
  #node;

  /**
   * @param {AudioOutput} output
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
