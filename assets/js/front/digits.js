/* A digit that changes under the pointer: from left to right it becomes the next one, from top to bottom its line grows thick. Cells that the
   network drew beforehand (scripts/front_page.py), blended where the pointer stands between them. */

import { element } from "../parts/nodes.js";
import { draw, forgetColours } from "../parts/ink.js";
import { frames } from "./frames.js";

const SIDE = 32, COLUMNS = 28, ROWS = 5, STEPS = 3, REACH = 2, SEED = 23;
const FIRST = [0.335, 0.5]; // where it begins: at a 3
const ROUND = 40; // seconds from 0 to 9 when nobody points

/** The ink of every cell: rows of COLUMNS cells, each SIDE x SIDE numbers in [0, 1]. */
async function cells(address) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = element("canvas", { width: COLUMNS * SIDE, height: ROWS * SIDE });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return (column, row, x, y) => data[4 * ((row * SIDE + y) * canvas.width + column * SIDE + x)] / 255;
}

/** The blend at a place of the grid, both in [0, 1]. */
function blended(ink, across, down) {
  const [u, v] = [across * (COLUMNS - 1), down * (ROWS - 1)];
  const [left, top] = [Math.min(COLUMNS - 2, Math.floor(u)), Math.min(ROWS - 2, Math.floor(v))];
  const [a, b] = [u - left, v - top];
  const out = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < out.length; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const upper = ink(left, top, x, y) * (1 - a) + ink(left + 1, top, x, y) * a;
    out[i] = upper * (1 - b) + (ink(left, top + 1, x, y) * (1 - a) + ink(left + 1, top + 1, x, y) * a) * b;
  }
  return out;
}

/** The part of a link to the page Digits that shows what stands here. */
function link(across, down) {
  const u = (across * (COLUMNS - 1)) / STEPS, digit = Math.min(9, Math.floor(u)), blend = digit < 9 ? Math.round((u - digit) * 100) / 100 : 0;
  const parts = new URLSearchParams({ model: "digits", seed: SEED, digit });
  if (blend) Object.entries({ to: digit + 1, blend }).forEach(([name, value]) => parts.set(name, value));
  parts.set("x.weight", Math.round((2 * down - 1) * REACH * 100) / 100);
  return parts;
}

/** Start the tile; returns a function that is told whether it may move. */
export function digits(tile, tools) {
  const canvas = tile.querySelector("canvas"), door = tile.querySelector(".door");
  let ink = null, place = FIRST, pointed = false, time = Math.acos(1 - 2 * FIRST[0]) * (ROUND / Math.PI);
  const paint = () => ink && draw(canvas, blended(ink, ...place), SIDE, { side: 336 });
  const moving = frames((seconds) => {
    if (pointed) return;
    time += seconds;
    place = [(1 - Math.cos((time * Math.PI) / ROUND)) / 2, 0.5 + 0.35 * Math.sin(time / 3)];
    paint();
  });
  tile.addEventListener("pointermove", (event) => {
    const box = tile.querySelector(".sheet").getBoundingClientRect();
    place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((share) => Math.min(1, Math.max(0, share)));
    pointed = true;
    paint();
  });
  tile.addEventListener("pointerleave", () => (pointed = false));
  door.addEventListener("click", () => door.setAttribute("href", pointed ? `digits#${link(...place)}` : "digits"));
  tools.onTone(() => {
    forgetColours();
    paint();
  });
  cells(tools.staticUrl("pictures/front/digits.png")).then((known) => {
    ink = known;
    paint();
  });
  return moving;
}
