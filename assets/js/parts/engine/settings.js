/* All that decides a run, with its bounds: a link may say anything, so everything is brought within them. */

import { SETS } from "./data.js";
import { LOSSES } from "./losses.js";
import { UNITS } from "./net.js";

export const DEFAULTS = {
  data: "eight", drawn: [], noise: "gaussian", dims: 2, g: [32, 32], d: [32, 32], unit: "leaky", loss: "non_saturating", r1: 0, r2: 0, gp: 0,
  optimizer: "adam", rateD: 0.001, rateG: 0.001, beta1D: 0.5, beta1G: 0.5, beta2D: 0.999, beta2G: 0.999, k: 1, ema: 0, batch: 128, seed: 1,
};
export const CHOICES = {
  data: [...Object.keys(SETS), "drawn"], noise: ["uniform", "gaussian"], dims: [1, 2], unit: Object.keys(UNITS), loss: Object.keys(LOSSES),
  optimizer: ["adam", "sgd"], batch: [16, 32, 64, 128, 256, 512], k: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
};
/** [least, greatest] of each number. Below beta 2 = 0.5 Adam divides by hardly more than the newest gradient, and where that is next to nothing
    it leaps: no two programs leap alike. */
const BOUNDS = {
  r1: [0, 100], r2: [0, 100], gp: [0, 100], rateD: [1e-6, 1], rateG: [1e-6, 1], beta1D: [0, 0.999], beta1G: [0, 0.999],
  beta2D: [0.5, 0.9999], beta2G: [0.5, 0.9999], ema: [0, 0.9999], seed: [0, 2 ** 32 - 1],
};
export const LAYERS = [1, 5];
const NEURONS = [2, 64];
/** Settings that make other networks: a change begins a new run. All others may change on the way. */
export const SHAPING = ["data", "drawn", "noise", "dims", "g", "d", "unit", "batch", "seed"];
const MOST_DRAWN = 200;

const bounded = (value, [low, high]) => Math.min(high, Math.max(low, value));
const layers = (value, otherwise) => {
  const sizes = (Array.isArray(value) ? value : []).map(Number).filter(Number.isFinite).slice(0, LAYERS[1]).map((size) => bounded(Math.round(size), NEURONS));
  return sizes.length >= LAYERS[0] ? sizes : [...otherwise];
};

/** A whole and possible record of settings from any object. */
export function settled(given = {}) {
  const out = {};
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    const value = given[name] ?? standard;
    if (CHOICES[name]) out[name] = CHOICES[name].find((choice) => String(choice) === String(value)) ?? standard;
    else if (BOUNDS[name]) out[name] = Number.isFinite(Number(value)) ? bounded(Number(value), BOUNDS[name]) : standard;
    else if (name === "drawn") out.drawn = points(value);
    else out[name] = layers(value, standard);
  }
  out.seed = Math.round(out.seed);
  if (out.data === "drawn" && !out.drawn.length) out.data = DEFAULTS.data;
  return out;
}

/** Points of [-1.5, 1.5] x [-1.5, 1.5], on the grid of a link (one byte a coordinate). */
function points(given) {
  const pairs = (Array.isArray(given) ? given : []).filter((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite));
  return pairs.slice(0, MOST_DRAWN).map((pair) => pair.map((x) => (Math.round((bounded(x, [-1.5, 1.5]) / 1.5) * 127) * 1.5) / 127));
}
