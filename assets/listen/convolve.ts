/* A convolution along time, four channels of the result and eight moments at once: AssemblyScript, compiled to assets/js/listen/convolve.wasm
   (see package.json). assets/js/listen/vocoder.js calls it. */

/** y[j][t] = b[j] + sum over k, i of w[j][k][i] x[k][t + i * dilation], single precision, all places in bytes. Rows of x and y are `row`
    numbers long; weights lie four channels of y beside each other, [j / 4][k][i][4]; outputs is a multiple of 4. Of each row of y the first
    `frames` are right, and up to seven after them are overwritten. */
export function convolve(y: usize, x: usize, w: usize, b: usize, inputs: i32, outputs: i32, taps: i32, dilation: i32, frames: i32, row: i32): void {
  const wide = (<usize>row) << 2, apart = (<usize>dilation) << 2;
  for (let j = 0; j < outputs; j += 4, y += 4 * wide, b += 16, w += (<usize>(inputs * taps)) << 4) {
    const b0 = v128.load32_splat(b), b1 = v128.load32_splat(b, 4), b2 = v128.load32_splat(b, 8), b3 = v128.load32_splat(b, 12);
    for (let t = 0; t < frames; t += 8) {
      let p0 = b0, q0 = b0, p1 = b1, q1 = b1, p2 = b2, q2 = b2, p3 = b3, q3 = b3;
      let from = x + ((<usize>t) << 2), weight = w;
      for (let k = 0; k < inputs; k++, from += wide) {
        let place = from;
        for (let i = 0; i < taps; i++, place += apart, weight += 16) {
          const left = v128.load(place), right = v128.load(place, 16);
          const w0 = v128.load32_splat(weight), w1 = v128.load32_splat(weight, 4);
          p0 = f32x4.add(p0, f32x4.mul(w0, left));
          q0 = f32x4.add(q0, f32x4.mul(w0, right));
          p1 = f32x4.add(p1, f32x4.mul(w1, left));
          q1 = f32x4.add(q1, f32x4.mul(w1, right));
          const w2 = v128.load32_splat(weight, 8), w3 = v128.load32_splat(weight, 12);
          p2 = f32x4.add(p2, f32x4.mul(w2, left));
          q2 = f32x4.add(q2, f32x4.mul(w2, right));
          p3 = f32x4.add(p3, f32x4.mul(w3, left));
          q3 = f32x4.add(q3, f32x4.mul(w3, right));
        }
      }
      const to = y + ((<usize>t) << 2);
      v128.store(to, p0);
      v128.store(to, q0, 16);
      v128.store(to + wide, p1);
      v128.store(to + wide, q1, 16);
      v128.store(to + 2 * wide, p2);
      v128.store(to + 2 * wide, q2, 16);
      v128.store(to + 3 * wide, p3);
      v128.store(to + 3 * wide, q3, 16);
    }
  }
}
