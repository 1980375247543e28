/* From the net's picture (size x size values, 1 = ink) to what is seen: the true pixels, or a smooth shape of ink.

   The smooth view is a cubic enlargement whose edge is then drawn crisp: ink is where the value passes about half of the
   ink around it, so a faint stroke stays a stroke, and stays faint. Nothing is added that the pixels do not hold.
   Separable, inside the box that holds ink, with the weights of each scale kept: cheap enough for every frame. */

import { element } from "./nodes.js";

const LOW = 0.38; // share of the surrounding ink where the edge begins ...
const HIGH = 0.56; // ... and where it is full
const FULL = 0.5; // surrounding ink from which a stroke counts as wholly black
const FLOOR = 0.2; // below this, nothing is sharpened: noise stays soft
const TRACE = 0.02; // values up to this count as no ink

/* From the family of Mitchell and Netravali (1988): close to the B-spline, so that a staircase of pixels becomes a line, but not so close
   that the small loop of an 8 closes. */
const B = 0.75;
const C = (1 - B) / 2;

function kernel(x) {
  const a = Math.abs(x);
  if (a < 1) return ((12 - 9 * B - 6 * C) * a ** 3 + (-18 + 12 * B + 6 * C) * a ** 2 + 6 - 2 * B) / 6;
  return a < 2 ? ((-B - 6 * C) * a ** 3 + (6 * B + 30 * C) * a ** 2 + (-12 * B - 48 * C) * a + 8 * B + 24 * C) / 6 : 0;
}

const plans = new Map();

/** First source index and four weights of every output position of an enlargement size -> side. */
function plan(size, side) {
  const key = size * 65536 + side;
  if (!plans.has(key)) {
    const start = new Int16Array(side);
    const weights = new Float32Array(side * 4);
    for (let i = 0; i < side; i++) {
      const centre = ((i + 0.5) * size) / side - 0.5;
      start[i] = Math.floor(centre) - 1;
      for (let k = 0; k < 4; k++) weights[i * 4 + k] = kernel(start[i] + k - centre);
    }
    plans.set(key, { start, weights });
  }
  return plans.get(key);
}

/** One value per pixel from its neighbours up to `reach` rows or columns away: `step` folds them, along one axis after the other. */
function spread(picture, size, reach, step) {
  let from = picture;
  for (const [major, minor] of [[size, 1], [1, size]]) {
    const to = new Float32Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        let folded = 0;
        for (let d = Math.max(0, b - reach); d <= Math.min(size - 1, b + reach); d++) folded = step(folded, from[a * major + d * minor]);
        to[a * major + b * minor] = folded;
      }
    }
    from = to;
  }
  return from;
}

/** The ink around each pixel: the most within `reach` pixels, smoothed. */
function surroundings(picture, size, reach) {
  const most = spread(picture, size, reach, (a, b) => (a > b ? a : b));
  return spread(most, size, 1, (a, b) => a + b / 3);
}

/** The box of output positions that may hold ink: [left, right, top, bottom), or null for an empty picture. */
function inked(picture, size, side) {
  let [left, right, top, bottom] = [size, -1, size, -1];
  for (let i = 0; i < picture.length; i++) {
    if (picture[i] <= TRACE) continue;
    const [r, c] = [Math.floor(i / size), i % size];
    left = Math.min(left, c);
    right = Math.max(right, c);
    top = Math.min(top, r);
    bottom = Math.max(bottom, r);
  }
  if (right < 0) return null;
  const scale = side / size;
  const [low, high] = [(v) => Math.max(0, Math.floor((v - 2) * scale)), (v) => Math.min(side, Math.ceil((v + 3) * scale))];
  return [low(left), high(right), low(top), high(bottom)];
}

/** Rows enlarged sideways, (size, side), inside [left, right). */
function sideways(picture, size, side, [left, right]) {
  const { start, weights } = plan(size, side);
  const out = new Float32Array(size * side);
  for (let r = 0; r < size; r++) {
    for (let i = left; i < right; i++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) {
        const c = start[i] + k;
        if (c >= 0 && c < size) sum += weights[i * 4 + k] * picture[r * size + c];
      }
      out[r * side + i] = sum;
    }
  }
  return out;
}

/** The picture enlarged to side x side, row by row: `row(y, values)` is called for each output row in the box. */
function enlarge(picture, size, side, box, row) {
  const { start, weights } = plan(size, side);
  const wide = sideways(picture, size, side, box);
  const values = new Float32Array(side);
  const source = (r) => Math.min(size - 1, Math.max(0, r)) * side;
  for (let y = box[2]; y < box[3]; y++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((k) => source(start[y] + k));
    const [wa, wb, wc, wd] = weights.subarray(y * 4, y * 4 + 4);
    for (let i = box[0]; i < box[1]; i++) values[i] = wa * wide[a + i] + wb * wide[b + i] + wc * wide[c + i] + wd * wide[d + i];
    row(y, values);
  }
}

/** Coverage (0 to 255) of the smooth shape, side x side. */
function shape(picture, size, side) {
  const coverage = new Uint8ClampedArray(side * side);
  const box = inked(picture, size, side);
  if (!box) return coverage;
  const around = surroundings(picture, size, 2);
  const relative = picture.map((value, i) => value / Math.max(FLOOR, around[i]));
  enlarge(relative, size, side, box, (y, values) => {
    for (let x = box[0], at = y * side + x; x < box[1]; x++, at++) {
      if (values[x] <= LOW) continue;
      const t = Math.min(1, (values[x] - LOW) / (HIGH - LOW));
      coverage[at] = 255 * t * t * (3 - 2 * t);
    }
  });
  const nearby = surroundings(picture, size, 4); // wider than the edge, which would become pale otherwise
  if (nearby.some((value, i) => value < FULL && picture[i] > FLOOR / 2)) {
    enlarge(nearby, size, side, box, (y, values) => {
      for (let x = box[0], at = y * side + x; x < box[1]; x++, at++) if (values[x] < FULL) coverage[at] *= values[x] / FULL;
    });
  }
  return coverage;
}

const colours = new Map();

/** A colour of the page now, [r, g, b], by the name of its custom property. Cached until `forgetColours`, since reading it costs a frame.
    */
export function colour(name) {
  if (!colours.has(name)) {
    const probe = element("canvas").getContext("2d");
    probe.fillStyle = getComputedStyle(document.body).getPropertyValue(name).trim();
    probe.fillRect(0, 0, 1, 1);
    colours.set(name, probe.getImageData(0, 0, 1, 1).data.slice(0, 3));
  }
  return colours.get(name);
}

/** The same colour as CSS writes it. */
export const css = (name) => `rgb(${[...colour(name)].join(",")})`;

/** To be called when the page changes between light and dark. */
export const forgetColours = () => colours.clear();

let page = null; // filled anew for each picture, since a new one for each frame is a lot of memory

function fill(canvas, coverage, side) {
  const [r, g, b] = colour("--ink");
  if (canvas.width !== side || canvas.height !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext("2d");
  if (page?.width !== side) page = new ImageData(side, side);
  const words = new Uint32Array(page.data.buffer);
  const rgb = (b << 16) | (g << 8) | r;
  for (let i = 0; i < words.length; i++) words[i] = coverage[i] ? (coverage[i] << 24) | rgb : 0;
  context.putImageData(page, 0, 0);
}

const small = () => (small.canvas ??= element("canvas"));

/** Draw a picture that is not ink on paper: "grey" (1 = dark) or "colour" (all red values, then green, then blue). */
function opaque(canvas, picture, size, side, look) {
  const n = size * size;
  const image = new ImageData(size, size);
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 3; c++) image.data[i * 4 + c] = 255 * (look === "colour" ? picture[c * n + i] : 1 - picture[i]);
    image.data[i * 4 + 3] = 255;
  }
  if (canvas.width !== side || canvas.height !== side) Object.assign(canvas, { width: side, height: side });
  const context = canvas.getContext("2d");
  if (side === size) return context.putImageData(image, 0, 0);
  Object.assign(small(), { width: size, height: size });
  small().getContext("2d").putImageData(image, 0, 0);
  context.imageSmoothingQuality = "high";
  return context.drawImage(small(), 0, 0, side, side);
}

/** Paint a picture on a canvas: "ink" at side x side, or "pixels" as they are (css enlarges them without smoothing). look: what it is,
    ink on paper or an opaque picture. */
export function draw(canvas, picture, size, { view = "ink", side = size * 14, look = "ink" } = {}) {
  canvas.classList.toggle("px", view === "pixels");
  if (look !== "ink") opaque(canvas, picture, size, view === "pixels" ? size : Math.max(side, size), look);
  else if (view === "pixels") fill(canvas, Uint8ClampedArray.from(picture, (value) => value * 255), size);
  else fill(canvas, shape(picture, size, side), side);
}
