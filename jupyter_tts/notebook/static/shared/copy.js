import { iconButton, setName } from "./buttons.js";
import { element, setIcon } from "./dom.js";

/** Milliseconds for which a button says what it has done. */
const SAID_MS = 2000;

/**
 * Put a button beside each part of a card that is worth copying.
 * @param {Element} card
 */
export function offerCopies(card) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[data-copy]")))
    part.after(copyButton(part, `Copy ${part.dataset.copy}`));
}

/**
 * @param {HTMLElement} part
 * @param {string} name
 * @param {() => string} [text]  What of the part is copied.
 */
export function copyButton(part, name, text = () => part.textContent ?? "") {
  const button = iconButton(name, "duplicate", async () => {
    const copied = await copyText(text());
    if (!copied) getSelection()?.selectAllChildren(part);
    show(copied ? "Copied" : "The browser does not let the page copy; it is selected.", copied);
    setTimeout(() => show(name, false), SAID_MS);
  });
  /**
   * @param {string} words
   * @param {boolean} done
   */
  const show = (words, done) => {
    setName(button, words);
    setIcon(/** @type {SVGSVGElement} */ (button.firstElementChild), done ? "done" : "duplicate");
  };
  return button;
}

/**
 * Put a text into the clipboard, if the browser allows it.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text); // no permission; or an insecure page, which has no clipboard
  }
}

/** @param {string} text */
function copySelected(text) {
  const focused = document.activeElement;
  const style = "position: fixed; opacity: 0";
  const field = element("textarea", { style, "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
