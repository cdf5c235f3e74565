/** @typedef {import("../player/kernel_link.js").Model} Model */

/** The messages that a model gets before there is code to handle them. */
export class HeldMessages {
  #model;
  /** @type {[content: any, buffers: any][]} */
  #held = [];
  /** @type {((content: any, buffers: any) => void)[]} */
  #handlers = [];

  /** @param {Model} model */
  constructor(model) {
    this.#model = model;
    model.on("msg:custom", this.#hold);
  }

  /**
   * Have a function listen to the model as if it had from the start.
   * @template T
   * @param {(model: Model) => T} listen
   * @returns {T}
   */
  handOver(listen) {
    const model = this.#model;
    const result = listen({
      get: (name) => model.get(name),
      set: (name, value) => model.set(name, value),
      save_changes: () => model.save_changes(),
      send: (content) => model.send(content),
      on: (name, handler) => {
        if (name === "msg:custom") this.#handlers.push(handler);
        model.on(name, handler);
      },
      off: (name, handler) => model.off(name, handler),
      widget_manager: model.widget_manager,
    });
    this.close();
    for (const [content, buffers] of this.#held) {
      for (const handle of this.#handlers) handle(content, buffers);
    }
    return result;
  }

  close() {
    this.#model.off("msg:custom", this.#hold);
  }

  /**
   * @param {any} content
   * @param {any} buffers
   */
  #hold = (content, buffers) => void this.#held.push([content, buffers]);
}
