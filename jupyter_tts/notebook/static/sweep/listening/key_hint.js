import { element } from "../../shared/dom.js";

/**
 * Shows the key that does the same. It is drawn by the style, so that it is no part of a name.
 * @param {string} key
 */
export function keyHint(key) {
  return element("span", { class: "jtts-l-key", "aria-hidden": "true", "data-key": key });
}
