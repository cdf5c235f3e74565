import { KernelChannel } from "../shared/kernel_channel.js";
import { pageAudio } from "../player/playout/page_audio.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */

/** Hz. The embedded voice's previews have it; the browser converts others. */
const RATE = 44100;

const SILENT = "The kernel does not answer. It may be busy, or have ended.";
const UNPLAYABLE = "This browser cannot play the preview.";

/** Plays one voice's preview at a time, in turn with the players on the page. */
export class PreviewPlayer {
  /** Asked of the page's playback queue: whether the user has paused it. */
  paused = false;
  /** Id of the voice that is heard, or about to be. */
  voice = "";
  /** Its sound has come. */
  sounding = false;
  /** A sentence for the user. */
  message = "";

  #model;
  #channel;
  #changed;
  /** Of the last request, so that an answer to an earlier one is told apart. */
  #number = 0;
  /** @type {import("../player/playout/page_audio.js").AudioOutput | null} */
  #output = null;
  /** @type {AudioBufferSourceNode | null} */
  #source = null;

  /**
   * @param {Model} model
   * @param {() => void} changed
   */
  constructor(model, changed) {
    this.#model = model;
    this.#changed = changed;
    this.#channel = new KernelChannel(model, this.#onSilence);
    model.on("msg:custom", this.#onMessage);
  }

  /**
   * Hear a voice, or no longer.
   * @param {string} voice
   */
  toggle(voice) {
    const again = voice === this.voice;
    this.stop();
    if (again) return;
    this.voice = voice;
    this.message = "";
    const audio = pageAudio();
    this.#output = audio.acquire(RATE, this);
    // Now, while the user's gesture lets the page sound.
    this.#output.wake(this);
    audio.floor.take(this);
    this.#number += 1;
    this.#channel.send({ kind: "preview", number: this.#number, voice });
    this.#changed();
  }

  stop() {
    this.#source?.disconnect();
    this.#source = null;
    const audio = pageAudio();
    if (this.#output) audio.release(this.#output, this);
    this.#output = null;
    if (this.voice) audio.floor.leave(this);
    this.voice = "";
    this.sounding = false;
    this.#number += 1;
    this.#changed();
  }

  close() {
    this.stop();
    this.#channel.close();
    this.#model.off("msg:custom", this.#onMessage);
  }

  granted() {}

  interrupted() {
    this.stop();
  }

  #onSilence = () => {
    if (this.#channel.silent) this.#fail(SILENT);
  };

  /** @param {string} message */
  #fail(message) {
    this.stop();
    this.message = message;
    this.#changed();
  }

  /**
   * @param {{ kind: string, number?: number, message?: string }} content
   * @param {(ArrayBuffer | ArrayBufferView)[]} buffers
   */
  #onMessage = (content, buffers) => {
    if (content.number !== this.#number || !this.voice) return;
    if (content.kind === "failed") this.#fail(String(content.message));
    else if (content.kind === "sound") void this.#play(this.#number, bytes(buffers[0]));
  };

  /**
   * @param {number} number
   * @param {ArrayBuffer} sound
   */
  async #play(number, sound) {
    const output = this.#output;
    if (!output) return;
    let buffer;
    try {
      buffer = await output.context.decodeAudioData(sound);
    } catch {
      if (number === this.#number) this.#fail(UNPLAYABLE);
      return;
    }
    if (number !== this.#number) return;
    const source = new AudioBufferSourceNode(output.context, { buffer });
    source.connect(output.bus);
    source.addEventListener("ended", () => {
      if (this.#source === source) this.stop();
    });
    source.start();
    this.#source = source;
    this.sounding = true;
    this.#changed();
  }
}

/**
 * A binary buffer as front ends deliver it, copied.
 * @param {ArrayBuffer | ArrayBufferView} buffer
 * @returns {ArrayBuffer}
 */
function bytes(buffer) {
  if (buffer instanceof ArrayBuffer) return buffer.slice(0);
  const { byteOffset, byteLength } = buffer;
  return /** @type {ArrayBuffer} */ (buffer.buffer.slice(byteOffset, byteOffset + byteLength));
}
