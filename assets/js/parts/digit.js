/* A drawing as the networks know a digit: 32 x 32, 1 = ink, as MNIST was made. See ganapp/digits/digit.py, which does the same; here the paper
   is white, and no dust lies on it. */

const SIZE = 32;
const [BOX, THINNEST, FULL] = [20, 1.56, 0.98]; // pixels of the box, of the finest stroke; the share of the box that may be fainter than full ink
const MIDDLE = SIZE / 2 + 0.5;

/** Twice the ink over the length of its outline: the width of the stroke in pixels. */
export function stroke(ink, w, h) {
  const at = (x, y) => (x < 0 || y < 0 || x >= w || y >= h ? 0 : ink[y * w + x]);
  let [mass, outline] = [0, 0];
  for (let y = -1; y < h; y++) {
    for (let x = -1; x < w; x++) {
      if (x >= 0 && y >= 0) mass += ink[y * w + x];
      outline += Math.hypot(at(x, y + 1) - at(x, y), at(x + 1, y) - at(x, y));
    }
  }
  return (2 * mass) / Math.max(outline, 1e-6);
}

/** The part of a picture in which it is darker than half, {ink, w, h}, or null for an empty sheet. */
function cut(ink, w, h) {
  let [left, right, top, bottom] = [w, -1, h, -1];
  ink.forEach((value, i) => {
    if (value <= 0.5) return;
    [left, right] = [Math.min(left, i % w), Math.max(right, i % w)];
    [top, bottom] = [Math.min(top, Math.floor(i / w)), Math.max(bottom, Math.floor(i / w))];
  });
  if (right < 0) return null;
  const [wide, high] = [right - left + 1, bottom - top + 1];
  return { ink: Float32Array.from({ length: wide * high }, (_, i) => ink[(top + Math.floor(i / wide)) * w + left + (i % wide)]), w: wide, h: high };
}

/** Strokes too fine for the box made as wide as the finer ones of MNIST. */
function thickened({ ink, w, h }) {
  const reach = Math.round((THINNEST * (Math.max(w, h) / BOX) - stroke(ink, w, h)) / 2);
  if (reach < 1) return { ink, w, h };
  const [wide, high] = [w + 2 * reach, h + 2 * reach];
  const rows = new Float32Array(wide * h);
  for (let y = 0; y < h; y++) for (let x = 0; x < wide; x++) for (let i = Math.max(0, x - 2 * reach); i <= Math.min(w - 1, x); i++) rows[y * wide + x] = Math.max(rows[y * wide + x], ink[y * w + i]);
  const made = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) for (let i = Math.max(0, y - 2 * reach); i <= Math.min(h - 1, y); i++) for (let x = 0; x < wide; x++) made[y * wide + x] = Math.max(made[y * wide + x], rows[i * wide + x]);
  return { ink: made, w: wide, h: high };
}

/** Weights of the old places for each of `count` new ones: what of them it covers. */
const shares = (n, count) =>
  Array.from({ length: count }, (_, i) => {
    const [from, to] = [(i * n) / count, ((i + 1) * n) / count];
    return Array.from({ length: Math.min(n, Math.ceil(to)) - Math.floor(from) }, (_, j) => {
      const place = Math.floor(from) + j;
      return [place, (Math.min(place + 1, to) - Math.max(place, from)) / (to - from)];
    });
  });

/** The longer side brought to 20 pixels, the darkest place to full ink. */
function fitted({ ink, w, h }) {
  const scale = BOX / Math.max(w, h);
  const [wide, high] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  const [across, down] = [shares(w, wide), shares(h, high)];
  const made = Float32Array.from({ length: wide * high }, (_, i) =>
    down[Math.floor(i / wide)].reduce((sum, [y, part]) => sum + part * across[i % wide].reduce((row, [x, share]) => row + share * ink[y * w + x], 0), 0),
  );
  const sorted = made.slice().sort();
  const place = FULL * (sorted.length - 1);
  const [low, high2] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  const full = Math.max(1e-3, low + (place - Math.floor(place)) * (high2 - low));
  return { ink: made.map((value) => Math.min(1, value / full)), w: wide, h: high };
}

/** In the middle of 32 x 32 by its centre of mass. */
function centred({ ink, w, h }) {
  let [mass, row, column] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    row += value * (Math.floor(i / w) + 0.5);
    column += value * ((i % w) + 0.5);
  });
  const place = (at, length) => Math.min(Math.max(Math.round(MIDDLE - at / mass), 0), SIZE - length);
  const [top, left] = [place(row, h), place(column, w)];
  const page = new Float32Array(SIZE * SIZE);
  ink.forEach((value, i) => (page[(top + Math.floor(i / w)) * SIZE + left + (i % w)] = value));
  return page;
}

/** The digit (32 x 32) in a picture of w x h values, 1 = ink; null where nothing is drawn. */
export function digit(ink, w, h) {
  const found = cut(ink, w, h);
  return found && centred(fitted(thickened(found)));
}

/** The same from what a canvas shows, dark on white or on nothing. */
export function fromCanvas(canvas) {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const ink = new Float32Array(width * height);
  for (let i = 0; i < ink.length; i++) {
    const grey = (0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]) / 255;
    ink[i] = (1 - grey) * (data[4 * i + 3] / 255);
  }
  return digit(ink, width, height);
}
