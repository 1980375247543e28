/* Finds the details of a picture that are worth a look: where the brightness changes most over short distances. */

import { element } from "../nodes.js";

const SIDE = 160; // pixels of the longer side of the reduced picture that is searched
const SHARE = 0.16; // of the shorter side: half the width of a detail

/** Sum of |difference to the right and below| for each pixel of a grey picture. */
function edges(grey, width, height) {
  const energy = new Float32Array(width * height);
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const i = y * width + x;
      energy[i] = Math.abs(grey[i] - grey[i + 1]) + Math.abs(grey[i] - grey[i + width]);
    }
  return energy;
}

function greyOf(drawable, width, height) {
  const context = element("canvas", { width, height }).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(drawable, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return Float32Array.from({ length: width * height }, (_, i) => 0.3 * data[4 * i] + 0.59 * data[4 * i + 1] + 0.11 * data[4 * i + 2]);
}

/** Sum of the energy in a square of half-width r around (x, y), as far as it lies inside the picture. */
function around(energy, width, height, x, y, r) {
  let sum = 0;
  for (let v = Math.max(0, y - r); v <= Math.min(height - 1, y + r); v++)
    for (let u = Math.max(0, x - r); u <= Math.min(width - 1, x + r); u++) sum += energy[v * width + u];
  return sum;
}

/** Up to `count` places of a drawable, as shares of its width and height, apart from each other, the one with most detail first. */
export function lively(drawable, count) {
  const scale = Math.min(1, SIDE / Math.max(drawable.width, drawable.height));
  const [width, height] = [drawable.width, drawable.height].map((each) => Math.max(2, Math.round(each * scale)));
  const energy = edges(greyOf(drawable, width, height), width, height);
  const r = Math.max(1, Math.round(Math.min(width, height) * SHARE));
  const step = Math.max(1, r >> 1);
  const places = [];
  for (let n = 0; n < count; n++) {
    let best = { sum: -1 };
    for (let y = Math.min(r, height >> 1); y <= Math.max(height >> 1, height - 1 - r); y += step)
      for (let x = Math.min(r, width >> 1); x <= Math.max(width >> 1, width - 1 - r); x += step) {
        if (places.some((each) => Math.max(Math.abs(each.x - x), Math.abs(each.y - y)) < 1.5 * r)) continue;
        const sum = around(energy, width, height, x, y, r);
        if (sum > best.sum) best = { sum, x, y };
      }
    if (best.sum < 0) break;
    places.push(best);
  }
  return places.map(({ x, y }) => [(x + 0.5) / width, (y + 0.5) / height]);
}
