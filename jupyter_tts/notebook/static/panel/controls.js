import { ControlsView } from "./controls_view.js";
import { Settings } from "./fields/settings.js";
import { SavedPanel } from "./saved_panel.js";
import { SpeakOnChange } from "./speak_on_change.js";

/** @typedef {import("../player/kernel_link.js").Model} Model */

/**
 * The panel's controls, as an anywidget module. What is set belongs to the model, so that all its
 * views stand alike.
 */
export default () => {
  /** @type {Settings} */
  let settings;
  let focused = false;
  let near = false;
  return {
    /** @param {{ model: Model }} props */
    initialize({ model }) {
      settings = new Settings(model);
      const speakOnChange = new SpeakOnChange(settings, model);
      const saved = new SavedPanel(model);
      return () => {
        saved.close();
        speakOnChange.close();
        settings.close();
      };
    },
    /** @param {{ model: Model, el: HTMLElement }} props */
    render({ model, el }) {
      const view = new ControlsView(settings, model, el);
      const onFocus = () => {
        if (!focused) settings.send({ kind: "focus" });
        focused = true;
      };
      const onNear = () => {
        // Straight to the model: a pointer passing by must not raise "the kernel does not answer".
        if (!near) model.send({ kind: "near" });
        near = true;
      };
      el.addEventListener("focusin", onFocus, { once: true });
      el.addEventListener("pointerenter", onNear, { once: true });
      return () => {
        el.removeEventListener("focusin", onFocus);
        el.removeEventListener("pointerenter", onNear);
        view.close();
      };
    },
  };
};
