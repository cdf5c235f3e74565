import { SHAPES } from "./dom.js";

/** Those that no saved view has, where every byte stands in every output. */
const LIVE_SHAPES = {
  stop: "M4 3h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z",
  connecting: "M3 8h.01M8 8h.01M13 8h.01",
};

/** @typedef {keyof typeof LIVE_SHAPES} LiveShape */

/**
 * The name of such a shape, with which it can be drawn.
 * @param {LiveShape} name
 */
export function liveShape(name) {
  Object.assign(SHAPES, LIVE_SHAPES);
  return name;
}
