const IDS = Symbol.for("jupyter_tts.ids");

/**
 * An id that no other element on the page has. Every widget imports its own copy of this module, so
 * the count is kept on the page.
 * @param {string} name
 */
export function uniqueId(name) {
  const scope = /** @type {Record<symbol, number>} */ (/** @type {unknown} */ (globalThis));
  scope[IDS] = (scope[IDS] ?? 0) + 1;
  return `jtts-${name}-${scope[IDS]}`;
}
