import { PlayerModel } from "./player_model.js";
import { PlayerView } from "./player_view.js";
import { SpeechModel } from "./speech_model.js";
import { element } from "../shared/dom.js";

/** @typedef {import("./kernel_link.js").Model} Model */

/** One view of a lasting player: of the speech there is now, or of none yet. */
class LastingView {
  #host;
  /** @type {PlayerView | null} */
  #view = null;
  #empty = element("div", { class: "jtts-player jtts-speech" }, "Nothing has been spoken yet.");

  /** @param {HTMLElement} host */
  constructor(host) {
    this.#host = host;
    host.append(this.#empty);
  }

  /**
   * @param {PlayerModel} player
   * @param {Model} model
   */
  show(player, model) {
    this.close();
    this.#view = new PlayerView(player, model, this.#host);
  }

  close() {
    this.#empty.remove();
    this.#view?.close();
  }
}

/**
 * A player that stays and plays one speech after another, as an anywidget module. Each speech has a
 * `PlayerModel` of its own, made as its number comes.
 */
export default () => {
  /** @type {PlayerModel | undefined} */
  let player;
  /** @type {Model | undefined} */
  let speech;
  /** @type {Set<LastingView>} */
  const views = new Set();
  return {
    /** @param {{ model: Model }} props */
    initialize({ model }) {
      const begin = () => {
        player?.close();
        speech = new SpeechModel(model, model.get("number"));
        player = new PlayerModel(speech);
        for (const view of views) view.show(player, speech);
      };
      if (model.get("number") > 0) begin();
      model.on("change:number", begin);
      return () => {
        model.off("change:number", begin);
        player?.close();
      };
    },
    /** @param {{ model: Model, el: HTMLElement }} props */
    render({ el }) {
      const view = new LastingView(el);
      if (player && speech) view.show(player, speech);
      views.add(view);
      return () => {
        views.delete(view);
        view.close();
      };
    },
  };
};
