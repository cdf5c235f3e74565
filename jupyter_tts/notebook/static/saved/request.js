import { offerCopies } from "../shared/copy.js";
import { drawing } from "./drawing.js";

// The script of a view without sound.
const own = document.currentScript?.closest(".jtts-view");
if (own && !own.querySelector(".jtts-duplicate")) {
  const latency = /** @type {HTMLImageElement | null} */ (
    own.querySelector("img.jtts-latency-picture")
  );
  latency?.replaceWith(drawing(latency));
  offerCopies(own);
}
