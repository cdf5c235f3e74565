import { keepKeys } from "./keys.js";

/** Keys that edit or move in a text together with Ctrl, Cmd or Alt. */
const EDITING =
  "a c v x y z arrowleft arrowright arrowup arrowdown home end backspace delete".split(" ");

/**
 * Keep the keys typed in a panel from the notebook around it, which has uses of its own for arrows
 * and letters. Chords and Escape go on to it, but for those that edit the text under the cursor.
 * @param {HTMLElement} root
 * @param {() => void} [submit]  On Ctrl+Enter or Cmd+Enter, which would run the cell.
 * @returns {() => void} Ends it.
 */
export function keepTyped(root, submit) {
  if (!submit) return keepKeys(root, isTyped);
  root.addEventListener("keydown", (event) => {
    if (!isSubmit(event)) return;
    event.preventDefault();
    if (!event.repeat) submit();
  });
  return keepKeys(root, (event) => isSubmit(event) || isTyped(event));
}

/** @param {KeyboardEvent} event */
function isSubmit({ key, ctrlKey, metaKey }) {
  return key === "Enter" && (ctrlKey || metaKey);
}

/** @param {KeyboardEvent} event */
function isTyped(event) {
  const chord = event.ctrlKey || event.metaKey || event.altKey;
  // AltGr types characters, and counts as Ctrl+Alt on some systems.
  if (!chord || event.getModifierState("AltGraph")) return event.key !== "Escape";
  return isTextField(event.target) && EDITING.includes(event.key.toLowerCase());
}

/** @param {EventTarget | null} target */
function isTextField(target) {
  return (
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && target.type === "text")
  );
}
