/** @typedef {import("../player/kernel_link.js").Model} Model */

/** @returns {number} How likely it is that this page has just run a cell. */
function involvement() {
  if (navigator.userActivation?.isActive) return 3;
  if (document.hasFocus()) return 2;
  return document.visibilityState === "visible" ? 1 : 0;
}

/**
 * A page's answer to a kernel that asks which pages show its widgets. It has no view.
 */
export default () => ({
  /** @param {{ model: Model }} props */
  initialize({ model }) {
    /** @param {any} content */
    const answer = ({ kind, number }) => {
      if (kind !== "ask") return;
      const client = model.widget_manager?.kernel?.clientId ?? "";
      model.send({ kind: "here", number, client, involvement: involvement() });
    };
    model.on("msg:custom", answer);
    return () => model.off("msg:custom", answer);
  },
});
