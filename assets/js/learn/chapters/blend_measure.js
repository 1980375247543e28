/* What is seen of a game of the chapters, and numbers that say how well it goes. */

import { masses } from "../../parts/engine/data.js";
import { CELLS, covered, divergences, shares } from "../../parts/engine/measure.js";
import { Random } from "../../parts/engine/random.js";
import { SEEN, sampled } from "./blend.js";

const COUNT = 2048; // generated points behind every number
const PAIRS = 64; // of a point and its reconstruction
const HELD = 256; // points that were not trained on

/** What is drawn: points, data, and pairs of a point and what comes back of it. */
export function seen(blend) {
  const points = blend.samples(SEEN, 11), real = sampled(blend.data, new Random(17), SEEN);
  if (!blend.settings.coder) return { points, real };
  const from = sampled(blend.data, new Random(19), PAIRS);
  return { points, real, from, back: blend.rebuilt(from) };
}

/** Numbers: modes, share near the data, JS; `miss`, the mean distance from a new point to its reconstruction; of games with a pool of points
    also `copies` and `attack`. */
export function of(blend) {
  const { data, settings } = blend, points = blend.samples(COUNT, 23), cells = CELLS[data.dims];
  const inside = masses(data, cells), p = [...inside, Math.max(0, 1 - inside.reduce((sum, value) => sum + value, 0))];
  const { js } = divergences(p, shares(points, data.dims, cells), COUNT);
  const out = { tick: blend.tick, js, ...covered(data, points), miss: NaN, copies: NaN, attack: NaN };
  if (settings.coder) out.miss = missed(blend);
  if (blend.points) Object.assign(out, remembered(blend, points));
  return out;
}

function missed(blend) {
  const from = sampled(blend.data, new Random(29), SEEN), back = blend.rebuilt(from);
  return distances(from, back).reduce((sum, value) => sum + value, 0) / SEEN;
}

const distances = (a, b) => Array.from({ length: a.length / 2 }, (_, c) => Math.hypot(a[c] - b[c], a[a.length / 2 + c] - b[b.length / 2 + c]));

/** From each of `points` to the nearest of `others`, both in the plane as rows of units. */
export function nearest(points, others) {
  const n = points.length / 2, m = others.length / 2;
  return Float32Array.from({ length: n }, (_, c) => {
    let least = Infinity;
    for (let i = 0; i < m; i++) least = Math.min(least, (points[c] - others[i]) ** 2 + (points[n + c] - others[m + i]) ** 2);
    return Math.sqrt(least);
  });
}

/** How often a number of the first list is the greater one of a pair, draws counting half: the area under the ROC curve (Mann and Whitney
    1947). */
export function area(first, second) {
  const sorted = Float32Array.from(second).sort();
  const below = (value, equal) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value || (equal && sorted[middle] === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return first.reduce((sum, value) => sum + (below(value, false) + below(value, true)) / 2, 0) / (first.length * second.length);
}

/** copies: the share of generated points that lie nearer to a training point than all but one in twenty new points of the data do; attack:
    how often D's score tells a training point from a new one (1/2: not at all; Hayes et al. 2019). */
function remembered(blend, points) {
  const held = sampled(blend.data, new Random(31), HELD);
  const fresh = nearest(held, blend.points).sort(), near = fresh[Math.floor(HELD / 20)];
  const copies = nearest(points, blend.points).filter((distance) => distance < near).length / (points.length / 2);
  return { copies, attack: area(blend.scores(blend.points), blend.scores(held)) };
}
