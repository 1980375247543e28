/* Pictures at another size, as Pillow resamples planes of single numbers (its Resample.c): separable, the filter widened where a picture
   becomes smaller, weights in double precision. So results are those of the server. Planes are Float32Array, row by row. */

const FILTERS = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: (x) => cubic(Math.abs(x), -0.5) },
  lanczos: { support: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

function cubic(x, a) {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** For each place of `to` along one side of `from` pixels: the first pixel that counts, and the weights. */
function plan(from, to, { support, at }) {
  const scale = from / to;
  const wide = Math.max(1, scale), reach = support * wide;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach + 0.5));
    const last = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Float64Array.from({ length: last - first }, (_, k) => at((k + first - centre + 0.5) / wide));
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, weights: sum === 0 ? weights : weights.map((w) => w / sum) };
  });
}

function across(plane, width, height, steps) {
  const made = new Float32Array(steps.length * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < steps.length; x++) {
      const { first, weights } = steps[x];
      let sum = 0;
      for (let k = 0, p = y * width + first; k < weights.length; k++, p++) sum += plane[p] * weights[k];
      made[y * steps.length + x] = sum;
    }
  }
  return made;
}

function down(plane, width, steps) {
  const made = new Float32Array(width * steps.length);
  const sums = new Float64Array(width);
  steps.forEach(({ first, weights }, y) => {
    sums.fill(0);
    for (let k = 0; k < weights.length; k++) {
      const w = weights[k];
      for (let x = 0, p = (first + k) * width; x < width; x++, p++) sums[x] += plane[p] * w;
    }
    made.set(sums, y * width);
  });
  return made;
}

/** A plane of width x height at another size; by: "bilinear", "bicubic" or "lanczos"; eight: of levels from 0 to 255, rounded after each
    direction, as Pillow does with pictures of 8 bits. */
export function resampled(plane, [width, height], [wide, high], by = "bicubic", eight = false) {
  const filter = FILTERS[by];
  const rounded = (values) => (eight ? values.map((each) => Math.min(255, Math.max(0, Math.floor(each + 0.5)))) : values);
  const rows = wide === width ? plane : rounded(across(plane, width, height, plan(width, wide, filter)));
  return high === height ? rows : rounded(down(rows, wide, plan(height, high, filter)));
}

/** The rows of a plane at another size, so many at a time: rows(top, bottom). */
export function strips(plane, [width, height], [wide, high], by = "bicubic") {
  const filter = FILTERS[by], steps = high === height ? null : plan(height, high, filter);
  const rows = wide === width ? plane : across(plane, width, height, plan(width, wide, filter));
  return (top, bottom) => (steps ? down(rows, wide, steps.slice(top, bottom)) : rows.slice(top * wide, bottom * wide));
}
