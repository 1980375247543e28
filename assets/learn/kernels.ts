/* assets/js/parts/engine/kernels.js, two numbers at a time: AssemblyScript, compiled to kernels.wasm beside it (see package.json). Same names,
   same meaning. Places are indexes of 64-bit numbers, so they are shifted by 3 to addresses; n is a multiple of 16. */

// @ts-ignore: decorator
@inline
function at(place: i32): usize {
  return (<usize>place) << 3;
}

// @ts-ignore: decorator
@inline
function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** See kernels.js. */
const GRID: f64 = 1.5 * 67108864;

/** Four rows of the result at once, four members of the batch at once: each load serves several products. */
export function affine(y: i32, x: i32, w: i32, b: i32, inputs: i32, outputs: i32, stepIn: i32, stepOut: i32, n: i32): void {
  const row = at(n), back = at(stepIn);
  let j = 0;
  for (; j + 4 <= outputs; j += 4) {
    const w0 = at(w + j * stepOut), w1 = w0 + at(stepOut), w2 = w1 + at(stepOut), w3 = w2 + at(stepOut);
    const b0 = f64x2.splat(b < 0 ? 0 : load<f64>(at(b + j))), b1 = f64x2.splat(b < 0 ? 0 : load<f64>(at(b + j + 1)));
    const b2 = f64x2.splat(b < 0 ? 0 : load<f64>(at(b + j + 2))), b3 = f64x2.splat(b < 0 ? 0 : load<f64>(at(b + j + 3)));
    for (let c: usize = 0; c < row; c += 32) {
      let p0 = b0, q0 = b0, p1 = b1, q1 = b1, p2 = b2, q2 = b2, p3 = b3, q3 = b3;
      let from = at(x) + c, step: usize = 0;
      for (let k = 0; k < inputs; k++, from += row, step += back) {
        const left = v128.load(from), right = v128.load(from, 16);
        const v0 = v128.load64_splat(w0 + step), v1 = v128.load64_splat(w1 + step);
        p0 = f64x2.add(p0, f64x2.mul(v0, left));
        q0 = f64x2.add(q0, f64x2.mul(v0, right));
        p1 = f64x2.add(p1, f64x2.mul(v1, left));
        q1 = f64x2.add(q1, f64x2.mul(v1, right));
        const v2 = v128.load64_splat(w2 + step), v3 = v128.load64_splat(w3 + step);
        p2 = f64x2.add(p2, f64x2.mul(v2, left));
        q2 = f64x2.add(q2, f64x2.mul(v2, right));
        p3 = f64x2.add(p3, f64x2.mul(v3, left));
        q3 = f64x2.add(q3, f64x2.mul(v3, right));
      }
      const to = at(y + j * n) + c;
      v128.store(to, p0);
      v128.store(to, q0, 16);
      v128.store(to + row, p1);
      v128.store(to + row, q1, 16);
      v128.store(to + 2 * row, p2);
      v128.store(to + 2 * row, q2, 16);
      v128.store(to + 3 * row, p3);
      v128.store(to + 3 * row, q3, 16);
    }
  }
  for (; j < outputs; j++) {
    const w0 = at(w + j * stepOut), b0 = f64x2.splat(b < 0 ? 0 : load<f64>(at(b + j)));
    for (let c: usize = 0; c < row; c += 64) {
      let p = b0, q = b0, r = b0, s = b0;
      let from = at(x) + c, step = w0;
      for (let k = 0; k < inputs; k++, from += row, step += back) {
        const v = v128.load64_splat(step);
        p = f64x2.add(p, f64x2.mul(v, v128.load(from)));
        q = f64x2.add(q, f64x2.mul(v, v128.load(from, 16)));
        r = f64x2.add(r, f64x2.mul(v, v128.load(from, 32)));
        s = f64x2.add(s, f64x2.mul(v, v128.load(from, 48)));
      }
      const to = at(y + j * n) + c;
      v128.store(to, p);
      v128.store(to, q, 16);
      v128.store(to, r, 32);
      v128.store(to, s, 48);
    }
  }
}

// @ts-ignore: decorator
@inline
function add(place: usize, value: v128): void {
  store<f64>(place, load<f64>(place) + total(value));
}

export function outer(dw: i32, db: i32, dy: i32, x: i32, inputs: i32, outputs: i32, n: i32): void {
  const row = at(n);
  for (let j = 0; j < outputs; j++) {
    const left = at(dy + j * n);
    let k = 0;
    for (; k + 4 <= inputs; k += 4) {
      const x0 = at(x + k * n), x1 = x0 + row, x2 = x1 + row, x3 = x2 + row;
      let p0 = f64x2.splat(0), p1 = p0, p2 = p0, p3 = p0, q0 = p0, q1 = p0, q2 = p0, q3 = p0;
      for (let c: usize = 0; c < row; c += 32) {
        const v = v128.load(left + c), u = v128.load(left + c, 16);
        p0 = f64x2.add(p0, f64x2.mul(v, v128.load(x0 + c)));
        q0 = f64x2.add(q0, f64x2.mul(u, v128.load(x0 + c, 16)));
        p1 = f64x2.add(p1, f64x2.mul(v, v128.load(x1 + c)));
        q1 = f64x2.add(q1, f64x2.mul(u, v128.load(x1 + c, 16)));
        p2 = f64x2.add(p2, f64x2.mul(v, v128.load(x2 + c)));
        q2 = f64x2.add(q2, f64x2.mul(u, v128.load(x2 + c, 16)));
        p3 = f64x2.add(p3, f64x2.mul(v, v128.load(x3 + c)));
        q3 = f64x2.add(q3, f64x2.mul(u, v128.load(x3 + c, 16)));
      }
      const to = at(dw + j * inputs + k);
      add(to, f64x2.add(p0, q0));
      add(to + 8, f64x2.add(p1, q1));
      add(to + 16, f64x2.add(p2, q2));
      add(to + 24, f64x2.add(p3, q3));
    }
    for (; k < inputs; k++) {
      let p = f64x2.splat(0);
      for (let c: usize = 0; c < row; c += 16) p = f64x2.add(p, f64x2.mul(v128.load(left + c), v128.load(at(x + k * n) + c)));
      add(at(dw + j * inputs + k), p);
    }
    if (db < 0) continue;
    let sum = f64x2.splat(0);
    for (let c: usize = 0; c < row; c += 16) sum = f64x2.add(sum, v128.load(left + c));
    add(at(db + j), sum);
  }
}

export function leaky(y: i32, a: i32, slope: f64, count: i32): void {
  leakySlope(y, a, a, slope, count);
}

export function leakySlope(y: i32, s: i32, a: i32, slope: f64, count: i32): void {
  const factor = f64x2.splat(slope), zero = f64x2.splat(0);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(s) + i);
    v128.store(at(y) + i, v128.bitselect(v, f64x2.mul(v, factor), f64x2.gt(v128.load(at(a) + i), zero)));
  }
}

export function scale(y: i32, x: i32, by: i32, rows: i32, n: i32): void {
  for (let j = 0; j < rows; j++) {
    for (let c: usize = 0; c < at(n); c += 16) v128.store(at(y + j * n) + c, f64x2.mul(v128.load(at(x + j * n) + c), v128.load(at(by) + c)));
  }
}

/* The three below run over whole sets of weights, whose room is a multiple of two numbers: what lies beyond the last is never read. */

export function adam(w: i32, g: i32, m: i32, v: i32, count: i32, rate: f64, beta1: f64, beta2: f64, first: f64, second: f64): void {
  const b1 = f64x2.splat(beta1), a1 = f64x2.splat(1 - beta1), b2 = f64x2.splat(beta2), a2 = f64x2.splat(1 - beta2);
  const by = f64x2.splat(rate / first), root = f64x2.splat(second), least = f64x2.splat(1e-8), grid = f64x2.splat(GRID);
  for (let i: usize = 0; i < at(count); i += 16) {
    const slope = v128.load(at(g) + i);
    const mean = f64x2.add(f64x2.mul(b1, v128.load(at(m) + i)), f64x2.mul(a1, slope));
    const square = f64x2.add(f64x2.mul(b2, v128.load(at(v) + i)), f64x2.mul(a2, f64x2.mul(slope, slope)));
    v128.store(at(m) + i, mean);
    v128.store(at(v) + i, square);
    const length = f64x2.add(f64x2.sqrt(f64x2.div(square, root)), least);
    v128.store(at(w) + i, f64x2.sub(f64x2.add(f64x2.sub(v128.load(at(w) + i), f64x2.div(f64x2.mul(by, mean), length)), grid), grid));
  }
}

export function momentum(w: i32, g: i32, m: i32, count: i32, rate: f64, beta: f64): void {
  const keep = f64x2.splat(beta), by = f64x2.splat(rate), grid = f64x2.splat(GRID);
  for (let i: usize = 0; i < at(count); i += 16) {
    const mean = f64x2.add(f64x2.mul(keep, v128.load(at(m) + i)), v128.load(at(g) + i));
    v128.store(at(m) + i, mean);
    v128.store(at(w) + i, f64x2.sub(f64x2.add(f64x2.sub(v128.load(at(w) + i), f64x2.mul(by, mean)), grid), grid));
  }
}

export function average(e: i32, w: i32, count: i32, keep: f64): void {
  const old = f64x2.splat(keep), fresh = f64x2.splat(1 - keep);
  for (let i: usize = 0; i < at(count); i += 16) v128.store(at(e) + i, f64x2.add(f64x2.mul(old, v128.load(at(e) + i)), f64x2.mul(fresh, v128.load(at(w) + i))));
}
