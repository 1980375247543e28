/* What is to be learned: every set is a mixture of equal round Gaussians, so it can be drawn from and its density is known exactly. Curves are
   mixtures of many close ones. Coordinates run from -REACH to REACH. */

export const REACH = 1.6;

const circle = (count, radius, turn = 0) => Array.from({ length: count }, (_, i) => (2 * Math.PI * i) / count + turn).map((a) => [radius * Math.cos(a), radius * Math.sin(a)]);
const along = (count, place) => Array.from({ length: count }, (_, i) => place(i / (count - 1)));
const grid5 = [-1, -0.5, 0, 0.5, 1].flatMap((x) => [-1, -0.5, 0, 0.5, 1].map((y) => [x, y]));
const moon = (t) => [-0.45 + 0.75 * Math.cos(Math.PI * t), -0.2 + 0.75 * Math.sin(Math.PI * t)];

/** dims: coordinates of a point; spread: standard deviation of each Gaussian; centres; modes: into how many parts of equal share it is
    divided where it is asked how many were found. */
export const SETS = {
  gaussian: { dims: 2, spread: 0.35, centres: [[0.2, 0.1]], modes: 1 },
  line: { dims: 2, spread: 0.05, centres: along(60, (t) => [-1.1 + 2.2 * t, -0.55 + 1.1 * t]), modes: 10 },
  ring: { dims: 2, spread: 0.05, centres: circle(120, 1), modes: 12 },
  eight: { dims: 2, spread: 0.05, centres: circle(8, 1), modes: 8 },
  grid: { dims: 2, spread: 0.04, centres: grid5, modes: 25 },
  moons: { dims: 2, spread: 0.06, centres: [...along(50, moon), ...along(50, (t) => moon(t).map((x) => -x))], modes: 10 },
  spiral: { dims: 2, spread: 0.04, centres: along(120, (t) => [(0.15 + t) * Math.cos(4 * Math.PI * t), (0.15 + t) * Math.sin(4 * Math.PI * t)]), modes: 12 },
  blobs: { dims: 2, spread: 0.15, centres: [[-0.9, 0.6], [0.9, -0.6]], modes: 2 },
  bell: { dims: 1, spread: 0.3, centres: [[0.5]], modes: 1 },
  two: { dims: 1, spread: 0.15, centres: [[-0.8], [0.6]], modes: 2 },
};
const HAND = 0.06; // spread of data drawn by hand

/** The set of a name; "drawn" is the points that the reader drew, [[x, y], ...] in [-1, 1]. */
export function dataOf(name, drawn = []) {
  if (name === "drawn" && drawn.length) return { dims: 2, spread: HAND, centres: drawn, modes: Math.min(drawn.length, 10) };
  return SETS[name] ?? SETS.eight;
}

/** Fill `dims` rows of n at `at` of the heap with points of the set. */
export function draw(set, random, heap, at, n) {
  const { centres, spread, dims } = set;
  for (let c = 0; c < n; c++) {
    const centre = centres[Math.floor(random.uniform() * centres.length)];
    const { a, b } = random.pair();
    heap[at + c] = centre[0] + spread * a;
    if (dims === 2) heap[at + n + c] = centre[1] + spread * b;
  }
}

/** Fill `dims` rows of n at `at` with noise, "uniform" in [-1, 1] or "gaussian". */
export function noise(kind, dims, random, heap, at, n) {
  for (let c = 0; c < n; c++) {
    const uniform = kind === "uniform";
    const pair = uniform ? null : random.pair();
    heap[at + c] = uniform ? 2 * random.uniform() - 1 : pair.a;
    if (dims === 2) heap[at + n + c] = uniform ? 2 * random.uniform() - 1 : pair.b;
  }
}

/** erf by its Chebyshev-like fit, error below 1.2e-7 (Numerical Recipes, erfc). */
function erf(x) {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  const terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  const tail = t * Math.exp(terms.reduceRight((sum, term) => sum * t + term, 0) - x * x);
  return x >= 0 ? 1 - tail : tail - 1;
}

/** Probability of each of `cells` equal cells of [-REACH, REACH] under N(centre, spread). */
function cellsOf(centre, spread, cells) {
  const below = Array.from({ length: cells + 1 }, (_, i) => 0.5 * (1 + erf((-REACH + (2 * REACH * i) / cells - centre) / (spread * Math.SQRT2))));
  return below.slice(1).map((value, i) => value - below[i]);
}

/** Exact probability of each cell of a grid over the window, row by row from the lowest y (in one dimension: one row). What is missing to 1
    lies outside. */
export function masses(set, cells) {
  const all = new Float64Array(set.dims === 2 ? cells * cells : cells);
  for (const centre of set.centres) {
    const [across, up] = centre.map((x) => cellsOf(x, set.spread, cells));
    for (let i = 0; i < all.length; i++) all[i] += (across[i % cells] * (up ? up[Math.floor(i / cells)] : 1)) / set.centres.length;
  }
  return all;
}

/** The cell of a point, or -1 outside the window. */
export function cellOf(x, y, cells, dims) {
  const i = Math.floor(((x + REACH) / (2 * REACH)) * cells), j = dims === 2 ? Math.floor(((y + REACH) / (2 * REACH)) * cells) : 0;
  return i >= 0 && i < cells && j >= 0 && j < cells ? j * cells + i : -1;
}
