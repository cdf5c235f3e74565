import { offerCopies } from "../shared/copy.js";

// The script of a view without sound.
const own = document.currentScript?.closest(".jtts-view");
if (own && !own.querySelector(".jtts-duplicate")) offerCopies(own);
