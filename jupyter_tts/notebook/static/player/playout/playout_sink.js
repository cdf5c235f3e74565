import { FallbackSink } from "./fallback_sink.js";
import { pageAudio } from "./page_audio.js";
import { WORKLET_SOURCE, WorkletSink } from "./worklet_sink.js";

/** @typedef {import("./jitter_buffer.js").Command} Command */
/** @typedef {import("./jitter_buffer.js").Report} Report */
/** @typedef {import("./page_audio.js").AudioOutput} AudioOutput */

/**
 * Where commands go: the worklet's port, or its stand-in on the main thread.
 * @typedef {{ post(command: Command): void, close(): void }} Sink
 */

/** Hz, of the format that the notebook asks for where none is named. */
const DEFAULT_RATE = 24_000;

/**
 * Open the page's output before a player needs it: the first time takes a browser a tenth of a
 * second. It then stays, at rest. Before a user gesture browsers do not allow it, and would warn.
 */
export function prepareOutput() {
  if (!navigator.userActivation?.hasBeenActive) return;
  const page = pageAudio();
  try {
    const output = page.acquire(DEFAULT_RATE, page);
    output.rest(page);
    output.load(WORKLET_SOURCE).catch(() => {});
  } catch {
    // A player that needs it says so.
  }
}

/** Takes a stream's commands to the worklet or its stand-in. They wait here until it is open. */
export class PlayoutSink {
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

  /** @param {AudioOutput} output */
  open(output) {
    const worklet = () => new WorkletSink(output, this.#report, this.#onProcessorError);
    // A page whose security policy forbids blob: scripts refuses the module; the main thread then
    // does the work.
    const fallback = () => new FallbackSink(output.context, output.bus, this.#report);
    output
      .load(WORKLET_SOURCE)
      .then(worklet, fallback)
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
