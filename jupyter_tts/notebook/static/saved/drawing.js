/**
 * The SVG that an image holds, which the page's style can reach.
 * @param {HTMLImageElement} image
 */
export function drawing(image) {
  const source = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
  const svg = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  return document.importNode(svg, true);
}
