/** @typedef {import("../player/kernel_link.js").Model} Model */

/** How long the kernel may take to acknowledge a message. */
const PATIENCE_MS = 5000;

/** Messages to the kernel, which answers every one at once, if only to acknowledge it. */
export class KernelChannel {
  /** Whether it has not answered for long: it is busy, or no longer there. */
  silent = false;

  #model;
  #changed;
  /** @type {ReturnType<typeof setTimeout> | undefined} Runs while an answer is awaited. */
  #timer;

  /**
   * @param {Model} model
   * @param {() => void} changed  Called when the kernel answers again, and whenever it has not or
   *   cannot be reached.
   */
  constructor(model, changed) {
    this.#model = model;
    this.#changed = changed;
    model.on("msg:custom", this.#onMessage);
  }

  /** @param {{ kind: string, [field: string]: unknown }} content */
  send(content) {
    this.#timer ??= setTimeout(this.#onSilence, PATIENCE_MS);
    try {
      this.#model.send(content);
    } catch (error) {
      console.warn("[jupyter_tts] the kernel cannot be reached:", error);
      this.#onSilence();
    }
  }

  close() {
    clearTimeout(this.#timer);
    this.#model.off("msg:custom", this.#onMessage);
  }

  #onSilence = () => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.silent = true;
    this.#changed();
  };

  /** Any message at all shows that it is there. */
  #onMessage = () => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.silent) return;
    this.silent = false;
    this.#changed();
  };
}
