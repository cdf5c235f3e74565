import { element, icon, setAttribute } from "./dom.js";

/** @typedef {import("./dom.js").Shape} Shape */

/**
 * A button that keeps the focus when it does not apply.
 * @param {string} name
 * @param {Shape} shape
 * @param {() => void} press
 */
export function iconButton(name, shape, press) {
  const button = element(
    "button",
    { type: "button", class: `jtts-button jtts-${shape}` },
    icon(shape),
  );
  setName(button, name);
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") press();
  });
  return button;
}

/**
 * Name a button, for screen readers and as its tooltip.
 * @param {HTMLButtonElement} button
 * @param {string} name
 */
export function setName(button, name) {
  setAttribute(button, "aria-label", name);
  setAttribute(button, "title", name);
}
