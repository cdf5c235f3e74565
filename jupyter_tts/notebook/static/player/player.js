import { EventLoopThread } from "./player_model.js";
import { PlayerView } from "./player_view.js";

/** @typedef {import("./kernel_link.js").Model} Model */

/**
 * The inline player, as an anywidget module. The engine is made in `initialize`, once per model, so
 * that sound does not depend on a view; it must return at once, for anywidget holds back the
 * model's messages until then.
 */
export default () => {
  /** @type {EventLoopThread} */
  let engine;
  return {
    /** @param {{ model: Model }} props */
    initialize({ model }) {
      engine = new EventLoopThread(model);
      return () => engine.close();
    },
    /** @param {{ model: Model, el: HTMLElement }} props */
    render({ model, el }) {
      const view = new PlayerView(engine, model, el);
      return () => view.close();
    },
  };
};
