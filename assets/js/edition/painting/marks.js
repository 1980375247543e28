/* Where a photo is repainted: its marks with a soft edge, as Pillow blurs (three boxes, its BoxBlur.c) and ganapp/stylizing/region.py asks. */

const SOFT = 0.006; // of the photo's short side: standard deviation of the edge
const PASSES = 3, ONE = 2 ** 24;

/** The radius of the boxes that, one after the other, blur like a Gaussian of that deviation: Gwosdek et al. 2011. */
function radiusOf(deviation) {
  const variance = deviation ** 2 / PASSES, length = Math.sqrt(12 * variance + 1), low = Math.floor((length - 1) / 2);
  return low + ((2 * low + 1) * (low * (low + 1) - 3 * variance)) / (6 * (variance - (low + 1) ** 2));
}

/** Rows of levels (length of each) blurred by one box. */
function boxed(levels, length, radius) {
  const made = new Uint8Array(levels.length), whole = Math.floor(radius);
  const inner = Math.floor(ONE / (radius * 2 + 1)), outer = Math.floor((ONE - (whole * 2 + 1) * inner) / 2);
  for (let row = 0; row < levels.length; row += length) {
    const at = (x) => levels[row + Math.min(length - 1, Math.max(0, x))];
    let sum = 0;
    for (let k = -whole; k <= whole; k++) sum += at(k);
    for (let x = 0; x < length; x++) {
      made[row + x] = (sum * inner + (at(x - whole - 1) + at(x + whole + 1)) * outer + ONE / 2) / ONE;
      sum += at(x + whole + 1) - at(x - whole);
    }
  }
  return made;
}

function transposed(levels, width) {
  const height = levels.length / width, made = new Uint8Array(levels.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) made[x * height + y] = levels[y * width + x];
  return made;
}

/** The levels (0 to 255) of how much of each pixel changes; null for all of every pixel. rgba: the mask's own bytes, white where marked;
    where: "inside" or "outside". */
export function softened(rgba, width, height, where) {
  let levels = new Uint8Array(width * height);
  for (let i = 0; i < levels.length; i++) levels[i] = Math.max(rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]) > 127 === (where !== "outside") ? 255 : 0;
  if (levels.every(Boolean)) return null;
  const radius = radiusOf(SOFT * Math.min(width, height));
  for (const length of [width, height]) {
    for (let pass = 0; pass < PASSES; pass++) levels = boxed(levels, length, radius);
    levels = transposed(levels, length);
  }
  return levels;
}
