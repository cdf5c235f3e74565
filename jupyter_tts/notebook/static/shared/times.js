import { clock } from "./dom.js";

/** Below so many seconds times have a decimal. */
const SHORT = 9.95;

/** Seconds that a key moves the position. */
export const KEY_STEPS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -5,
  PageUp: 5,
  Home: -Infinity,
  End: Infinity,
});

/**
 * How much has been heard, and of how much, in words.
 * @param {number} seconds
 * @param {number} length
 * @param {boolean} [known]  Whether the length is final.
 * @returns {[elapsed: string, total: string]}
 */
export function timeTexts(seconds, length, known = true) {
  const isShort = length < SHORT;
  const whole = isShort ? length.toFixed(1) : clock(Math.round(length));
  const begun = isShort ? (Math.floor(10 * seconds) / 10).toFixed(1) : clock(seconds);
  return [known && seconds >= length ? whole : begun, `${whole}${isShort ? " s" : ""}`];
}
