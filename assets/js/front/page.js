/* The front page: each tile is started when it comes into sight. Nothing here asks the server. See ganapp/ui/page.py. */

import { digits } from "./digits.js";
import { game } from "./game.js";
import { photo } from "./photo.js";
import { poem } from "./poem.js";

const TILES = { digits, learn: game, repair: photo, write: poem };
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Links of before there was this page: this address was the laboratory's, and before that the digits'. */
function forward() {
  const hash = new URLSearchParams(location.hash.slice(1));
  if (![...hash].some(([, value]) => value)) return false;
  location.replace(new URL((hash.has("digit") ? "digits" : "learn") + location.hash, document.baseURI));
  return true;
}

/** Tell a tile, after each change, whether it is in sight and may move. */
function watch(tile, moves) {
  let seen = false;
  const say = () => moves(seen && !document.hidden && !still.matches);
  new IntersectionObserver(([entry]) => {
    seen = entry.isIntersecting;
    say();
  }).observe(tile);
  document.addEventListener("visibilitychange", say);
  still.addEventListener("change", say);
}

export function start(root, server, tools) {
  if (forward()) return;
  for (const [name, live] of Object.entries(TILES)) {
    const tile = root.querySelector(`[data-tile=${name}]`);
    watch(tile, live(tile, tools, still));
  }
}
