/* assets/js/learn/engine/kernels.js, four numbers at a time: AssemblyScript, compiled to kernels.wasm beside it (see package.json). Same names,
   same meaning. Places are indexes of 32-bit numbers, so they are shifted by 2 to addresses; n is a multiple of 16. */

// @ts-ignore: decorator
@inline
function at(place: i32): usize {
  return (<usize>place) << 2;
}

// @ts-ignore: decorator
@inline
function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Four rows of the result at once, eight members of the batch at once: each load serves several products. */
export function affine(y: i32, x: i32, w: i32, b: i32, inputs: i32, outputs: i32, stepIn: i32, stepOut: i32, n: i32): void {
  const row = at(n), back = at(stepIn);
  let j = 0;
  for (; j + 4 <= outputs; j += 4) {
    const w0 = at(w + j * stepOut), w1 = w0 + at(stepOut), w2 = w1 + at(stepOut), w3 = w2 + at(stepOut);
    const b0 = f32x4.splat(b < 0 ? 0 : load<f32>(at(b + j))), b1 = f32x4.splat(b < 0 ? 0 : load<f32>(at(b + j + 1)));
    const b2 = f32x4.splat(b < 0 ? 0 : load<f32>(at(b + j + 2))), b3 = f32x4.splat(b < 0 ? 0 : load<f32>(at(b + j + 3)));
    for (let c: usize = 0; c < row; c += 32) {
      let p0 = b0, q0 = b0, p1 = b1, q1 = b1, p2 = b2, q2 = b2, p3 = b3, q3 = b3;
      let from = at(x) + c, step: usize = 0;
      for (let k = 0; k < inputs; k++, from += row, step += back) {
        const left = v128.load(from), right = v128.load(from, 16);
        const v0 = v128.load32_splat(w0 + step), v1 = v128.load32_splat(w1 + step);
        p0 = f32x4.add(p0, f32x4.mul(v0, left));
        q0 = f32x4.add(q0, f32x4.mul(v0, right));
        p1 = f32x4.add(p1, f32x4.mul(v1, left));
        q1 = f32x4.add(q1, f32x4.mul(v1, right));
        const v2 = v128.load32_splat(w2 + step), v3 = v128.load32_splat(w3 + step);
        p2 = f32x4.add(p2, f32x4.mul(v2, left));
        q2 = f32x4.add(q2, f32x4.mul(v2, right));
        p3 = f32x4.add(p3, f32x4.mul(v3, left));
        q3 = f32x4.add(q3, f32x4.mul(v3, right));
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
    const w0 = at(w + j * stepOut), b0 = f32x4.splat(b < 0 ? 0 : load<f32>(at(b + j)));
    for (let c: usize = 0; c < row; c += 64) {
      let p = b0, q = b0, r = b0, s = b0;
      let from = at(x) + c, step = w0;
      for (let k = 0; k < inputs; k++, from += row, step += back) {
        const v = v128.load32_splat(step);
        p = f32x4.add(p, f32x4.mul(v, v128.load(from)));
        q = f32x4.add(q, f32x4.mul(v, v128.load(from, 16)));
        r = f32x4.add(r, f32x4.mul(v, v128.load(from, 32)));
        s = f32x4.add(s, f32x4.mul(v, v128.load(from, 48)));
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
  store<f32>(place, load<f32>(place) + total(value));
}

export function outer(dw: i32, db: i32, dy: i32, x: i32, inputs: i32, outputs: i32, n: i32): void {
  const row = at(n);
  for (let j = 0; j < outputs; j++) {
    const left = at(dy + j * n);
    let k = 0;
    for (; k + 4 <= inputs; k += 4) {
      const x0 = at(x + k * n), x1 = x0 + row, x2 = x1 + row, x3 = x2 + row;
      let p0 = f32x4.splat(0), p1 = p0, p2 = p0, p3 = p0, q0 = p0, q1 = p0, q2 = p0, q3 = p0;
      for (let c: usize = 0; c < row; c += 32) {
        const v = v128.load(left + c), u = v128.load(left + c, 16);
        p0 = f32x4.add(p0, f32x4.mul(v, v128.load(x0 + c)));
        q0 = f32x4.add(q0, f32x4.mul(u, v128.load(x0 + c, 16)));
        p1 = f32x4.add(p1, f32x4.mul(v, v128.load(x1 + c)));
        q1 = f32x4.add(q1, f32x4.mul(u, v128.load(x1 + c, 16)));
        p2 = f32x4.add(p2, f32x4.mul(v, v128.load(x2 + c)));
        q2 = f32x4.add(q2, f32x4.mul(u, v128.load(x2 + c, 16)));
        p3 = f32x4.add(p3, f32x4.mul(v, v128.load(x3 + c)));
        q3 = f32x4.add(q3, f32x4.mul(u, v128.load(x3 + c, 16)));
      }
      const to = at(dw + j * inputs + k);
      add(to, f32x4.add(p0, q0));
      add(to + 4, f32x4.add(p1, q1));
      add(to + 8, f32x4.add(p2, q2));
      add(to + 12, f32x4.add(p3, q3));
    }
    for (; k < inputs; k++) {
      let p = f32x4.splat(0);
      for (let c: usize = 0; c < row; c += 16) p = f32x4.add(p, f32x4.mul(v128.load(left + c), v128.load(at(x + k * n) + c)));
      add(at(dw + j * inputs + k), p);
    }
    if (db < 0) continue;
    let sum = f64x2.splat(0);
    for (let c: usize = 0; c < row; c += 8) sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.load64_zero(left + c)));
    const place = at(db + j);
    store<f32>(place, load<f32>(place) + <f32>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
  }
}

export function leaky(y: i32, a: i32, slope: f32, count: i32): void {
  leakySlope(y, a, a, slope, count);
}

export function leakySlope(y: i32, s: i32, a: i32, slope: f32, count: i32): void {
  const factor = f32x4.splat(slope), zero = f32x4.splat(0);
  for (let i: usize = 0; i < at(count); i += 16) {
    const v = v128.load(at(s) + i);
    v128.store(at(y) + i, v128.bitselect(v, f32x4.mul(v, factor), f32x4.gt(v128.load(at(a) + i), zero)));
  }
}

export function scale(y: i32, x: i32, by: i32, rows: i32, n: i32): void {
  for (let j = 0; j < rows; j++) {
    for (let c: usize = 0; c < at(n); c += 16) v128.store(at(y + j * n) + c, f32x4.mul(v128.load(at(x + j * n) + c), v128.load(at(by) + c)));
  }
}

/* The three below run over whole sets of weights, whose room is a multiple of four numbers: what lies beyond the last is never read. */

export function adam(w: i32, g: i32, m: i32, v: i32, count: i32, rate: f32, beta1: f32, beta2: f32, first: f32, second: f32): void {
  const b1 = f32x4.splat(beta1), a1 = f32x4.splat(1 - beta1), b2 = f32x4.splat(beta2), a2 = f32x4.splat(1 - beta2);
  const by = f32x4.splat(rate / first), root = f32x4.splat(second), least = f32x4.splat(1e-8);
  for (let i: usize = 0; i < at(count); i += 16) {
    const slope = v128.load(at(g) + i);
    const mean = f32x4.add(f32x4.mul(b1, v128.load(at(m) + i)), f32x4.mul(a1, slope));
    const square = f32x4.add(f32x4.mul(b2, v128.load(at(v) + i)), f32x4.mul(a2, f32x4.mul(slope, slope)));
    v128.store(at(m) + i, mean);
    v128.store(at(v) + i, square);
    const length = f32x4.add(f32x4.sqrt(f32x4.div(square, root)), least);
    v128.store(at(w) + i, f32x4.sub(v128.load(at(w) + i), f32x4.div(f32x4.mul(by, mean), length)));
  }
}

export function momentum(w: i32, g: i32, m: i32, count: i32, rate: f32, beta: f32): void {
  const keep = f32x4.splat(beta), by = f32x4.splat(rate);
  for (let i: usize = 0; i < at(count); i += 16) {
    const mean = f32x4.add(f32x4.mul(keep, v128.load(at(m) + i)), v128.load(at(g) + i));
    v128.store(at(m) + i, mean);
    v128.store(at(w) + i, f32x4.sub(v128.load(at(w) + i), f32x4.mul(by, mean)));
  }
}

export function average(e: i32, w: i32, count: i32, keep: f32): void {
  const old = f32x4.splat(keep), fresh = f32x4.splat(1 - keep);
  for (let i: usize = 0; i < at(count); i += 16) v128.store(at(e) + i, f32x4.add(f32x4.mul(old, v128.load(at(e) + i)), f32x4.mul(fresh, v128.load(at(w) + i))));
}
