/* A quatrain that appears sign by sign at a press: the network wrote it beforehand, and the door leads to the page that writes it again. */

import { element } from "../parts/nodes.js";
import { POEMS } from "./poems.js";

const APART = 70; // milliseconds from sign to sign
const SIGNS = ["，", "。", "，", "。"];

export function poem(tile, tools, still) {
  const place = tile.querySelector(".poem"), button = tile.querySelector("button"), door = tile.querySelector(".door");
  let next = 0, waiting = [];
  function show(at_once) {
    waiting.forEach(clearTimeout);
    const { seed, lines } = POEMS[next++ % POEMS.length];
    const signs = lines.map((line, i) => [...line, SIGNS[i]].map((sign) => element("i", { className: at_once ? "" : "yet", textContent: sign })));
    place.replaceChildren(...signs.map((line) => element("span", {}, ...line)));
    waiting = signs.flat().map((sign, i) => setTimeout(() => sign.classList.remove("yet"), i * APART));
    door.setAttribute("href", `write#seed=${seed}`);
  }
  button.addEventListener("click", () => show(still.matches));
  show(true);
  return () => {};
}
