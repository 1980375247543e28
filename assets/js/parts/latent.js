/* Seeds, latents and sliders: the arithmetic that the page and the server (ganapp/digits/latent.py) share, to the last digit but rounding.
   Latents are Float32Array; sums are carried in double precision and rounded once, as on the server. */

/** The first n 32-bit numbers of the mulberry32 generator (Tommy Ettinger, public domain). */
function mulberry32(seed, n) {
  let state = seed >>> 0;
  const numbers = new Array(n);
  for (let i = 0; i < n; i++) {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    numbers[i] = (t ^ (t >>> 14)) >>> 0;
  }
  return numbers;
}

/** n numbers from N(0, 1) that depend on `seed` (its low 32 bits) alone: Box and Muller 1958 on mulberry32. */
export function fromSeed(seed, n) {
  const uniform = mulberry32(seed, n + (n % 2)).map((x) => (x + 0.5) / 2 ** 32);
  const normal = new Float32Array(n);
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(uniform[i]));
    const turn = 2 * Math.PI * uniform[i + 1];
    normal[i] = radius * Math.cos(turn);
    if (i + 1 < n) normal[i + 1] = radius * Math.sin(turn);
  }
  return normal;
}

/** Sum of products of two vectors of one length. */
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** z times a number. */
export function scaled(z, factor) {
  return Float32Array.from(z, (x) => x * factor);
}

/** Where the sliders stand for latent z: its coordinate along each direction, in standard deviations of the prior. */
export function coordinates(z, directions) {
  return Object.fromEntries(Object.entries(directions).map(([name, d]) => [name, dot(z, d)]));
}

/** z with the coordinate along each direction named in `values` set to its value; directions are orthonormal. */
export function moved(z, directions, values) {
  const out = Float64Array.from(z);
  for (const [name, value] of Object.entries(values)) {
    const d = directions[name];
    const step = value - dot(z, d);
    for (let i = 0; i < out.length; i++) out[i] += step * d[i];
  }
  return Float32Array.from(out);
}

/** Directions by name from a model's description: a vector, or a list of one for each class, null where a class has none. */
export function tables(entries) {
  const floats = (vector) => vector && Float32Array.from(vector);
  return Object.fromEntries(entries.map(({ name, vector, vectors }) => [name, vector ? floats(vector) : vectors.map(floats)]));
}

const LEAST = 1e-3; // length that must be left of a direction for it to be one

/** The orthonormal vectors of the directions that there are under class weights y, in their order. A direction is a vector, or a list of one
    for each class, null where the class has none: then it is the mean under y. From each is taken what it shares with those before it (Gram
    and Schmidt); one of which nothing is left is not there. */
export function frame(directions, y) {
  const out = {};
  const taken = [];
  for (const [name, given] of Object.entries(directions)) {
    const byClass = Array.isArray(given);
    if (byClass && given.length !== y.length) continue;
    const parts = byClass ? given.map((vector, i) => [vector, y[i]]).filter(([vector, share]) => vector && share) : [[given, 1]];
    if (!parts.length) continue;
    const vector = new Float64Array(parts[0][0].length);
    for (const [part, share] of parts) for (let i = 0; i < vector.length; i++) vector[i] += share * part[i];
    for (const other of taken) {
      const along = dot(vector, other);
      for (let i = 0; i < vector.length; i++) vector[i] -= along * other[i];
    }
    const length = Math.sqrt(dot(vector, vector));
    if (length <= LEAST) continue;
    taken.push(vector.map((x) => x / length));
    out[name] = Float32Array.from(taken.at(-1));
  }
  return out;
}

/** Class weights (n) summing to 1: `digit`, or a blend (0 to 1) from it to `digitTo`. */
export function classes(n, digit, digitTo = null, blend = 0) {
  const y = new Float32Array(n);
  y[digit] = 1;
  if (digitTo !== null && blend) {
    y[digit] *= 1 - blend;
    y[digitTo] += blend;
  }
  return y;
}

function mixed(a, b, t) {
  return Float32Array.from(a, (x, i) => (1 - t) * x + t * b[i]);
}

/** Between latents a and b at t in [0, 1]: spherical in direction (Shoemake 1985; White 2016), linear in length. */
export function slerp(a, b, t) {
  const la = Math.sqrt(dot(a, a));
  const lb = Math.sqrt(dot(b, b));
  if (la === 0 || lb === 0) return mixed(a, b, t);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(a, b) / (la * lb))));
  const sine = Math.sin(angle);
  if (sine < 1e-6) return mixed(a, b, t);
  const length = (1 - t) * la + t * lb;
  const wa = (Math.sin((1 - t) * angle) / la / sine) * length;
  const wb = (Math.sin(t * angle) / lb / sine) * length;
  return Float32Array.from(a, (x, i) => wa * x + wb * b[i]);
}

/** Latents of the plane through z, row by row: rows along `down`, columns along `across`, coordinates set to `values`. */
export function grid(z, across, down, values) {
  const both = { across, down };
  return values.flatMap((d) => values.map((a) => moved(z, both, { across: a, down: d })));
}
