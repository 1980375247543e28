/* Colours as points in space: their mean and covariance, powers of that, and the two ways in which a picture takes colours of another one
   (ganapp/stylizing/palette.py, ganapp/nets/stylizer.py). Matrices are lists of three rows. */

import { nearestEven } from "../pictures/levels.js";

const LEAST = 0.01; // standard deviation, of [0, 1], below which colours count as having this much
const STEPS = 64; // parts of a channel's values whose borders are made equal
const APART = 1e-6;
const SWEEPS = 12;
const THUMBNAIL = 256; // most pixels of a side of the copy that a net's colours are taken from
const FLAT = 0.1; // the same as LEAST for a net, of [-1, 1]

const multiplied = (a, b) => a.map((row) => [0, 1, 2].map((j) => row[0] * b[0][j] + row[1] * b[1][j] + row[2] * b[2][j]));

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix: Jacobi 1846. */
function eigen(matrix) {
  const a = matrix.map((row) => [...row]), v = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const [p, q] of [[0, 1], [0, 2], [1, 2]]) {
      if (Math.abs(a[p][q]) < 1e-300) continue;
      const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1)), c = 1 / Math.sqrt(t * t + 1), s = t * c;
      for (let k = 0; k < 3; k++) [a[k][p], a[k][q]] = [c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]];
      for (let k = 0; k < 3; k++) [a[p][k], a[q][k]] = [c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]];
      for (let k = 0; k < 3; k++) [v[k][p], v[k][q]] = [c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]];
    }
  }
  return { values: [a[0][0], a[1][1], a[2][2]], vectors: v };
}

/** A symmetric power of a covariance; a standard deviation below `least` counts as that. */
function power(matrix, exponent, least) {
  const { values, vectors } = eigen(matrix);
  const scaled = values.map((each) => Math.max(each, least * least) ** exponent);
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => [0, 1, 2].reduce((sum, k) => sum + vectors[i][k] * scaled[k] * vectors[j][k], 0)));
}

/** Mean and covariance of three planes. */
function moments(planes) {
  const n = planes[0].length;
  const mean = planes.map((plane) => plane.reduce((sum, each) => sum + each, 0) / n);
  const spread = [0, 1, 2].map(() => [0, 0, 0]);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (planes[i][k] - mean[i]) * (planes[j][k] - mean[j]);
      spread[i][j] = spread[j][i] = sum / n;
    }
  }
  return { mean, spread };
}

/** Three planes in [-1, 1] -> mean and the matrix that gives their colours unit covariance, taken from a small copy. */
export function whitening(planes, width, height) {
  const shrink = Math.max(1, Math.ceil(Math.max(width, height) / THUMBNAIL));
  const small = shrink > 1 ? planes.map((plane) => pooled(plane, width, height, shrink)) : planes;
  const { mean, spread } = moments(small);
  return { mean, matrix: power(spread, -0.5, FLAT) };
}

/** Means over squares of so many pixels a side, of what is left of them at the far borders. */
function pooled(plane, width, height, side) {
  const [w, h] = [Math.ceil(width / side), Math.ceil(height / side)], made = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [right, bottom] = [Math.min(width, (x + 1) * side), Math.min(height, (y + 1) * side)];
      let sum = 0;
      for (let v = y * side; v < bottom; v++) for (let u = x * side; u < right; u++) sum += plane[v * width + u];
      made[y * w + x] = sum / ((right - x * side) * (bottom - y * side));
    }
  }
  return made;
}

/** Three planes turned by a matrix, about a mean. */
export function turned(planes, { mean, matrix }, to = [0, 0, 0]) {
  const n = planes[0].length, made = [0, 1, 2].map(() => new Float32Array(n));
  for (let k = 0; k < n; k++) {
    const [r, g, b] = [planes[0][k] - mean[0], planes[1][k] - mean[1], planes[2][k] - mean[2]];
    for (let i = 0; i < 3; i++) made[i][k] = matrix[i][0] * r + matrix[i][1] * g + matrix[i][2] * b + to[i];
  }
  return made;
}

/** The values at the borders of STEPS parts. */
function quantiles(values) {
  const ordered = values.slice().sort();
  return Float32Array.from({ length: STEPS + 1 }, (_, i) => ordered[nearestEven((i / STEPS) * (ordered.length - 1))]);
}

/** Values with the histogram of others. */
function levelled(values, wanted) {
  const from = quantiles(values).map((each, i) => each + APART * i), to = quantiles(wanted);
  return values.map((x) => {
    if (x <= from[0]) return to[0];
    if (x >= from[STEPS]) return to[STEPS];
    let [low, high] = [0, STEPS];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (from[middle] <= x) low = middle;
      else high = middle;
    }
    return to[low] + ((x - from[low]) / (from[high] - from[low])) * (to[high] - to[low]);
  });
}

/** Three painted planes with the histograms of the original's colours. */
export function matched(made, original) {
  const [now, wanted] = [moments(made), moments(original)];
  const [root, inverse] = [power(now.spread, 0.5, 0), power(now.spread, -0.5, LEAST)];
  const turn = multiplied(multiplied(inverse, power(multiplied(multiplied(root, wanted.spread), root), 0.5, 0)), inverse);
  const moved = turned(made, { mean: now.mean, matrix: turn }, wanted.mean);
  return moved.map((plane, i) => levelled(plane, original[i]).map((each) => Math.min(1, Math.max(0, each))));
}
