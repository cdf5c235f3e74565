import { drawing } from "./drawing.js";

// The script of a sweep's results: its pictures take the page's colours.
const own = document.currentScript?.closest(".jtts-sweep");
for (const root of own ? [own] : document.querySelectorAll(".jtts-sweep")) {
  for (const image of root.querySelectorAll("img.jtts-s-image")) {
    image.replaceWith(drawing(/** @type {HTMLImageElement} */ (image)));
  }
}
