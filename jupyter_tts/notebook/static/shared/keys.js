/** Lumino, which JupyterLab and Notebook are made of, takes no key from an element marked so. */
const SUPPRESS = "data-lm-suppress-shortcuts";

/**
 * Keep some keys pressed within an element from the notebook around it.
 * @param {HTMLElement} root
 * @param {(event: KeyboardEvent) => boolean} isKept
 * @returns {() => void} Ends it.
 */
export function keepKeys(root, isKept) {
  /** @param {KeyboardEvent} event */
  const onCapture = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (root.contains(target)) target.toggleAttribute(SUPPRESS, isKept(event));
  };
  root.addEventListener("keydown", (event) => {
    if (isKept(event)) event.stopPropagation();
  });
  // Notebook 7 looks at keys on their way down, where only the window comes before it. Nothing is
  // to hold on to a panel that was taken off the page.
  root.addEventListener("focusin", () => window.addEventListener("keydown", onCapture, true));
  root.addEventListener("focusout", () => window.removeEventListener("keydown", onCapture, true));
  return () => window.removeEventListener("keydown", onCapture, true);
}
