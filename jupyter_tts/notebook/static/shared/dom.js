/** Outlines in a 16 × 16 box; the filled ones are the buttons'. */
export const SHAPES = {
  play: "M4 2.2v11.6a.8.8 0 0 0 1.2.7l9-5.8a.8.8 0 0 0 0-1.4l-9-5.8A.8.8 0 0 0 4 2.2z",
  pause: "M3.5 2h3v12h-3zM9.5 2h3v12h-3z",
  download: "M8 2.2v7.6M4.8 6.8L8 10l3.2-3.2M2.8 13.3h10.4",
  duplicate: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  done: "M3 8.5l3.2 3.2L13 4.8",
};

/** @typedef {keyof typeof SHAPES | import("./live_shapes.js").LiveShape} Shape */

const SVG = "http://www.w3.org/2000/svg";

/** @param {Shape} shape */
export function icon(shape) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  setIcon(svg, shape);
  return svg;
}

/**
 * @param {SVGSVGElement} svg
 * @param {Shape} shape
 */
export function setIcon(svg, shape) {
  if (svg.dataset.shape === shape) return;
  svg.dataset.shape = shape;
  svg.firstElementChild?.setAttribute("d", /** @type {Record<string, string>} */ (SHAPES)[shape]);
}

/**
 * An element with attributes and children. Strings become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Set an attribute only where that changes something: a screen reader may announce every change.
 * @param {Element} target
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(target, name, value) {
  if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/**
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * Whole seconds as `m:ss` or `h:mm:ss`.
 * @param {number} seconds
 */
export function clock(seconds) {
  const pad = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = pad(Math.floor(seconds) % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/**
 * A time in three digits or so, as the kernel's `short_time()` writes it: `78 ms`, `1.2 s`.
 * @param {number} seconds
 */
export function shortTime(seconds) {
  if (seconds < 0.9995) return `${Math.round(1000 * seconds)} ms`;
  return `${Number(seconds.toPrecision(3))} s`;
}
