/* The picture of a model: its own, else one of what its task makes, else a sign of the kind of text it writes. */

import { element } from "../parts/nodes.js";

const PICTURES = { repair: "front/mended.webp", upscale: "upscale/launch.jpg" };
const INK = "front/digits.png"; // drawn by the network "digits", white on black
const SIGNS = { sample: "3", classify: "3?", write: "诗", reply: "“ ”", caption: "Aa", speak: "♪", pronounce: "♪", listen: "3♪", vocode: "∿", illustrate: "△○", stanza: "abab" };

const OF_JUDGES = { "write-judge": "△?", "speech-judge": "♪?" }; // what they judge is no digit

export function cover({ id, task, picture }, { staticUrl }) {
  const name = id === "digits" ? INK : PICTURES[task], address = picture || (name && staticUrl(`pictures/${name}`));
  const shown = address ? element("img", { src: address, alt: "", width: 240, height: 135, loading: "lazy" }) : element("span", { className: "sign", textContent: OF_JUDGES[id] ?? SIGNS[task] ?? "" });
  shown.setAttribute("aria-hidden", "true");
  shown.classList.toggle("ink", name === INK);
  return element("div", { className: "cover sheet" }, shown);
}
