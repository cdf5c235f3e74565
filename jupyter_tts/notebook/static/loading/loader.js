import { HeldMessages } from "./held_messages.js";
import { pageCode } from "./page_code.js";

/**
 * @typedef {import("./held_messages.js").Model} Model
 * @typedef {import("./page_code.js").Widget} Widget
 */

/** How long the code may take by itself, and an answer to the question for it. */
const PATIENCE_MS = 500;
const ANSWER_MS = 3000;

/**
 * Ask the kernel for the code until it has come: a front end may not show a widget the others.
 * @param {Model} model
 * @returns {() => void} Ends the asking.
 */
function askForCode(model) {
  /** @param {any} content */
  const onMessage = ({ kind, code }) => {
    if (kind !== "code") return;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    void import(url).finally(() => URL.revokeObjectURL(url));
  };
  const ask = () => {
    timer = setTimeout(ask, ANSWER_MS);
    model.send({ kind: "code" });
  };
  let timer = setTimeout(ask, PATIENCE_MS);
  model.on("msg:custom", onMessage);
  return () => {
    clearTimeout(timer);
    model.off("msg:custom", onMessage);
  };
}

/**
 * Stands for a widget whose code is in the page already, or comes in another model. `initialize`
 * returns at once, for anywidget loses a model's messages if it takes two seconds.
 */
export default () => {
  /** @type {Promise<Widget>} */
  let ready;
  return {
    /** @param {{ model: Model }} props */
    initialize(props) {
      const { model } = props;
      const code = pageCode(model.get("code_hash"));
      if (code.make) {
        const widget = code.make();
        ready = Promise.resolve(widget);
        return widget.initialize?.(props);
      }
      const messages = new HeldMessages(model);
      const endAsking = askForCode(model);
      let closed = false;
      /** @type {any} */
      let close;
      ready = code.ready.then((make) => {
        endAsking();
        const widget = make();
        if (!closed) {
          close = messages.handOver((model) => widget.initialize?.({ ...props, model }));
        }
        return widget;
      });
      return () => {
        closed = true;
        endAsking();
        messages.close();
        close?.();
      };
    },
    /** @param {{ model: Model, el: HTMLElement }} props */
    async render(props) {
      const widget = await ready;
      requestAnimationFrame(() => pageCode(props.model.get("code_hash")).styleAround(props.el));
      return widget.render?.(props);
    },
  };
};
