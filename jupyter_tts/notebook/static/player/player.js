import { PlayerModel } from "./player_model.js";
import { PlayerView } from "./player_view.js";
import { prepareOutput } from "./playout/playout_sink.js";

/** @typedef {import("./kernel_link.js").Model} Model */

// After whatever waits for this code.
setTimeout(prepareOutput);

/**
 * The inline player, as an anywidget module. Its `PlayerModel` is made in `initialize`, once per
 * widget model, so that sound does not depend on a view. `initialize` must return at once, for
 * anywidget holds back the model's messages until then.
 */
export default () => {
  /** @type {PlayerModel} */
  let player;
  return {
    /** @param {{ model: Model }} props */
    initialize({ model }) {
      player = new PlayerModel(model);
      return () => player.close();
    },
    /** @param {{ model: Model, el: HTMLElement }} props */
    async render({ model, el }) {
      el.classList.add("jtts-place");
      await player.drawable;
      el.classList.remove("jtts-place");
      const view = new PlayerView(player, model, el);
      player.viewOpened(view);
      return () => {
        view.close();
        player.viewShut(view);
      };
    },
  };
};
