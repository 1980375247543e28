/* A scratched photograph that is whole to the left of a line, which moves by itself or follows the pointer. */

import { frames } from "./frames.js";

const ROUND = 5; // seconds from one side to the other
const LEFT = 0.08; // the share that the line never passes

export function photo(tile, tools) {
  const sheet = tile.querySelector(".sheet");
  let pointed = false, time = ROUND / 2;
  for (const picture of tile.querySelectorAll("img")) picture.src = tools.staticUrl(`pictures/front/${picture.dataset.picture}.webp`);
  const put = (share) => sheet.style.setProperty("--at", `${100 * Math.min(1 - LEFT, Math.max(LEFT, share))}%`);
  tile.addEventListener("pointermove", (event) => {
    const box = sheet.getBoundingClientRect();
    pointed = true;
    put((event.clientX - box.left) / box.width);
  });
  tile.addEventListener("pointerleave", () => (pointed = false));
  return frames((seconds) => {
    if (pointed) return;
    time += seconds;
    put(LEFT + ((1 - 2 * LEFT) * (1 - Math.cos((time * Math.PI) / ROUND))) / 2);
  });
}
