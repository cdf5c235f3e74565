/** @typedef {import("../player/kernel_link.js").Model} Model */
/** @typedef {import("./fields/settings.js").Settings} Settings */

/** Quiet time after the last change: a movement of a slider is one change. */
const SPEAK_AFTER_MS = 600;

/** Speaks a moment after the user's last change, while the user wants that. */
export class SpeakOnChange {
  #settings;
  #model;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Settings} settings
   * @param {Model} model
   */
  constructor(settings, model) {
    this.#settings = settings;
    this.#model = model;
    settings.changedByUser = () => this.#wait();
    model.on("change:speak_on_change", this.#cancel);
  }

  close() {
    this.#cancel();
    this.#settings.changedByUser = () => {};
    this.#model.off("change:speak_on_change", this.#cancel);
  }

  #cancel = () => clearTimeout(this.#timer);

  #wait() {
    this.#cancel();
    if (this.#isWanted) this.#timer = setTimeout(() => this.#speak(), SPEAK_AFTER_MS);
  }

  #speak() {
    if (!this.#isWanted) return;
    if (this.#settings.isHeld) this.#wait();
    else this.#settings.send({ kind: "speak", on_change: true });
  }

  get #isWanted() {
    const isAllowed = this.#model.get("speak_on_change") && !this.#model.get("change_bar");
    return isAllowed && this.#settings.text.trim() !== "";
  }
}
