/* What is seen of a game, and numbers that say how well it goes. Nothing here changes the game or its chance. */

import { REACH, cellOf, draw, masses, noise } from "./data.js";
import { SEEN } from "./game.js";
import { LOSSES, generator } from "./losses.js";
import { Random } from "./random.js";

export const CELLS = { 1: 128, 2: 48 }; // along each side of the window, by the dimensions of the data
const COUNT = 4096; // generated points behind every number
const MESH = 21; // lines each way of the warped grid
const EMPTY = 0.02; // points that an empty cell counts as; without it KL would be infinite
const COARSE = 8; // cells each way for unrest
const SOFT = [1, 4, 6, 4, 1].map((weight) => weight / 16); // a bell over neighbouring cells
const NEAR = 4; // standard deviations within which a point belongs to a centre
const FAIR = 0.2; // of its fair share, a part of the data counts as covered

/** Points and weights to look with: the running mean where there is one. */
const weights = (game) => (game.settings.ema ? game.mean : game.G.at);

/** `count` rows-of-units points: out[c] and, in the plane, out[count + c]. */
function generated(game, random, count) {
  const { heap, G, data, settings, look } = game;
  const out = new Float32Array(data.dims * count);
  for (let from = 0; from < count; from += SEEN) {
    noise(settings.noise, settings.dims, random, heap, look.made.h[0], SEEN);
    G.forward(look.made, weights(game));
    for (let row = 0; row < data.dims; row++) out.set(heap.subarray(look.made.output + row * SEEN, look.made.output + (row + 1) * SEEN), row * count + from);
  }
  return out;
}

function real(data, random, count) {
  const out = new Float32Array(data.dims * count);
  draw(data, random, out, 0, count);
  return out;
}

/** Scores of D at points given as rows of units. */
function scores(game, points) {
  const { heap, D, data, look } = game;
  const count = points.length / data.dims, out = new Float32Array(count);
  for (let from = 0; from < count; from += SEEN) {
    const size = Math.min(SEEN, count - from);
    for (let row = 0; row < data.dims; row++) heap.set(points.subarray(row * count + from, row * count + from + size), look.real.h[0] + row * SEEN);
    D.forward(look.real);
    out.set(heap.subarray(look.real.output, look.real.output + size), from);
  }
  return out;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Middles of the cells of the window, as rows of units. */
function middles(dims) {
  const cells = CELLS[dims], at = (i) => -REACH + ((i + 0.5) * 2 * REACH) / cells;
  const count = cells ** dims, out = new Float32Array(dims * count);
  for (let i = 0; i < count; i++) {
    out[i] = at(i % cells);
    if (dims === 2) out[count + i] = at(Math.floor(i / cells));
  }
  return out;
}

/** Shares of points in the cells of the window; one more at the end for what lies outside. */
export function shares(points, dims, cells) {
  const out = new Float64Array(cells ** dims + 1), count = points.length / dims;
  for (let c = 0; c < count; c++) {
    const cell = cellOf(points[c], dims === 2 ? points[count + c] : 0, cells, dims);
    out[cell < 0 ? out.length - 1 : cell] += 1 / count;
  }
  return out;
}

/** The share that must move to make one list of shares of the other. */
const moved = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]) / 2, 0);

/** Each of `side` numbers in a row, `apart` from each other, with its neighbours' under a bell. */
function blurred(values, side, apart) {
  return values.map((_, at) => {
    const i = Math.floor(at / apart) % side;
    return SOFT.reduce((sum, weight, k) => (i + k >= 2 && i + k < side + 2 ? sum + weight * values[at + (k - 2) * apart] : sum), 0);
  });
}

/** KL(p || q) and the Jensen-Shannon divergence, in nats, of two lists of shares; q from `count` points. */
export function divergences(p, q, count) {
  let kl = 0, js = 0;
  const whole = count + EMPTY * q.length;
  for (let i = 0; i < p.length; i++) {
    if (p[i] > 0) kl += p[i] * Math.log((p[i] * whole) / (q[i] * count + EMPTY));
    const half = (p[i] + q[i]) / 2;
    if (p[i] > 0) js += 0.5 * p[i] * Math.log(p[i] / half);
    if (q[i] > 0) js += 0.5 * q[i] * Math.log(q[i] / half);
  }
  return { kl, js };
}

/** Parts of the data that hold at least FAIR of their fair share of the points, and the share of points that lie near any centre. */
export function covered(data, points) {
  const { centres, spread, modes, dims } = data, count = points.length / dims, limit = (NEAR * spread) ** 2;
  const held = new Array(modes).fill(0);
  let near = 0;
  for (let c = 0; c < count; c++) {
    let nearest = -1, least = limit;
    for (let i = 0; i < centres.length; i++) {
      const distance = (points[c] - centres[i][0]) ** 2 + (dims === 2 ? (points[count + c] - centres[i][1]) ** 2 : 0);
      if (distance < least) [nearest, least] = [i, distance];
    }
    if (nearest < 0) continue;
    near += 1;
    held[Math.floor((nearest * modes) / centres.length)] += 1;
  }
  return { modes: held.filter((each) => each >= (FAIR * count) / modes).length, good: near / count };
}

/** Measures one game. */
export class Measure {
  constructor(game) {
    this.game = game;
    const { data } = game;
    this.cells = CELLS[data.dims];
    const inside = masses(data, this.cells);
    this.p = new Float64Array([...inside, Math.max(0, 1 - inside.reduce((sum, value) => sum + value, 0))]);
    this.middles = middles(data.dims);
    const [one, other] = [7, 8].map((seed) => real(data, new Random(seed), COUNT));
    const unrest = moved(shares(one, data.dims, COARSE), shares(other, data.dims, COARSE));
    this.floor = { ...divergences(this.p, shares(one, data.dims, this.cells), COUNT), unrest }; // what real points get
    this.before = null;
  }

  /** The score that stands for "undecided": 0, or half-way between both means where the loss fixes differences only. */
  middle() {
    const { game } = this;
    if (!LOSSES[game.settings.loss].floating) return 0;
    const random = new Random(11);
    return (mean(scores(game, generated(game, random, SEEN))) + mean(scores(game, real(game.data, random, SEEN)))) / 2;
  }

  /** D's belief at every cell's middle, in [0, 1]. */
  field() {
    const { belief } = LOSSES[this.game.settings.loss], middle = this.middle();
    return scores(this.game, this.middles).map((s) => belief(s - middle));
  }

  /** Shares of generated points in the cells, and of those outside. */
  counted() {
    return shares(generated(this.game, new Random(13), COUNT), this.game.data.dims, this.cells);
  }

  /** Shares as a density to look at: the cells alone, without the noise of counting. */
  soft(q) {
    const { dims } = this.game.data, across = blurred(Float32Array.from(q.subarray(0, this.cells ** dims)), this.cells, 1);
    return dims === 1 ? across : blurred(across, this.cells, this.cells);
  }

  /** p / (p + q) in each cell from exact p and counted q; NaN where both are next to nothing. */
  best(q = this.counted()) {
    return Float32Array.from({ length: this.middles.length / this.game.data.dims }, (_, i) => (this.p[i] + q[i] > 1e-5 ? this.p[i] / (this.p[i] + q[i]) : NaN));
  }

  /** SEEN generated points and, for each, minus the gradient of the chosen L_G: where the generator is asked to move it. */
  seen() {
    const { game } = this, { heap, D, G, data, look, settings } = game, rows = data.dims * SEEN;
    const random = new Random(11);
    noise(settings.noise, settings.dims, random, heap, look.made.h[0], SEEN);
    G.forward(look.made, weights(game));
    const others = real(data, random, SEEN);
    heap.set(others, look.real.h[0]);
    D.forward(look.real);
    D.forward(look.fake);
    const part = (at) => heap.subarray(at, at + SEEN);
    generator(settings.loss, part(look.real.output), part(look.fake.output), part(look.fake.t.at(-1)));
    D.sweep(look.fake);
    const kept = (at, count) => Float32Array.from(heap.subarray(at, at + count));
    const arrows = kept(look.fake.s[0], rows).map((slope) => -slope * SEEN);
    return { points: kept(look.made.output, rows), arrows, real: others, scores: kept(look.fake.output, SEEN) };
  }

  /** D's score at one place, and its mean scores of real and generated points. */
  at(place) {
    const { game } = this, random = new Random(11), { dims } = game.data;
    const [fake, others] = [generated(game, random, SEEN), real(game.data, random, SEEN)].map((points) => mean(scores(game, points)));
    return { place, score: scores(game, Float32Array.from(place.slice(0, dims)))[0], fake, real: others };
  }

  /** Where G takes a grid of noise: MESH x MESH points, or 256 along a line, as rows of units. */
  mesh() {
    const { game } = this, { heap, G, data, look, settings } = game;
    const end = settings.noise === "uniform" ? 1 : 2, count = settings.dims === 2 ? MESH * MESH : SEEN;
    const out = new Float32Array(data.dims * count);
    for (let from = 0; from < count; from += SEEN) {
      const size = Math.min(SEEN, count - from);
      for (let c = 0; c < size; c++) {
        const i = from + c;
        if (settings.dims === 2) {
          heap[look.made.h[0] + c] = -end + (2 * end * (i % MESH)) / (MESH - 1);
          heap[look.made.h[0] + SEEN + c] = -end + (2 * end * Math.floor(i / MESH)) / (MESH - 1);
        } else heap[look.made.h[0] + c] = -end + (2 * end * i) / (count - 1);
      }
      G.forward(look.made, weights(game));
      for (let row = 0; row < data.dims; row++) out.set(heap.subarray(look.made.output + row * SEEN, look.made.output + row * SEEN + size), row * count + from);
    }
    return out;
  }

  covered(points) {
    return covered(this.game.data, points);
  }

  /** All numbers of the present state. chance: so that each time other points are drawn. unrest: share of the mass that moved since the
      last call. */
  take(chance) {
    const { game } = this, { dims } = game.data;
    const points = generated(game, new Random(chance), COUNT);
    const q = shares(points, dims, this.cells);
    const coarse = shares(points, dims, COARSE);
    const unrest = this.before && !game.lost() ? moved(this.before, coarse) : NaN;
    this.before = coarse;
    return { ...divergences(this.p, q, COUNT), ...this.covered(points), unrest, error: this._error(q) };
  }

  /** Mean of |D - D*| over where data and samples lie; NaN for losses whose best D is not p / (p + q). */
  _error(q) {
    if (!LOSSES[this.game.settings.loss].best) return NaN;
    const field = this.field(), best = this.best(q);
    return field.reduce((sum, d, i) => (Number.isNaN(best[i]) ? sum : sum + ((this.p[i] + q[i]) / 2) * Math.abs(d - best[i])), 0);
  }
}
