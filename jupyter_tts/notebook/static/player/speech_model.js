/** @typedef {import("./kernel_link.js").Model} Model */

/**
 * A lasting player's model as one of its speeches sees it. Messages say which speech they belong to,
 * since one about the speech before may still be on its way.
 * @implements {Model}
 */
export class SpeechModel {
  #model;
  #number;
  /** @type {[name: string, handler: (...args: any[]) => void, listener: (...args: any[]) => void][]} */
  #listening = [];

  /**
   * @param {Model} model
   * @param {number} number
   */
  constructor(model, number) {
    this.#model = model;
    this.#number = number;
  }

  get widget_manager() {
    return this.#model.widget_manager;
  }

  /** @param {string} name */
  get(name) {
    return this.#model.get(name);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  set(name, value) {
    this.#model.set(name, value);
  }

  save_changes() {
    this.#model.save_changes();
  }

  /** @param {object} content */
  send(content) {
    this.#model.send({ ...content, speech: this.#number });
  }

  /**
   * @param {string} name
   * @param {(...args: any[]) => void} handler
   */
  on(name, handler) {
    /** @type {(...args: any[]) => void} */
    const ifOwn = (content, ...rest) => {
      if (content.speech === this.#number) handler(content, ...rest);
    };
    const listener = name === "msg:custom" ? ifOwn : handler;
    this.#listening.push([name, handler, listener]);
    this.#model.on(name, listener);
  }

  /**
   * @param {string} name
   * @param {(...args: any[]) => void} handler
   */
  off(name, handler) {
    for (const [known, registered, listener] of this.#listening) {
      if (known === name && registered === handler) this.#model.off(name, listener);
    }
  }
}
