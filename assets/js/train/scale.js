/* Arithmetic of axes and smoothing; it needs no page. */

const STEPS = [1, 2, 2.5, 5, 10];

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `least`. */
export function nice(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * STEPS.find((step) => step * power >= least * 0.9999);
}

/** About `count` hairlines that hold low to high: {from, to, step}. */
export function axis(low, high, count = 4) {
  const span = Math.max(high - low, 1e-6);
  let step = nice(span / count);
  let [from, to] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  if ((to - from) / step > count + 1.5) {
    step = nice(step * 1.01);
    [from, to] = [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
  }
  return { from, to: Math.max(to, from + step), step };
}

/** Values at every step of an axis. */
export function stops({ from, to, step }) {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toPrecision(12)));
}

/** The axis to draw: the one before, if it fits and is at most twice too large, so that nothing jumps. */
export function steady(before, low, high) {
  const needed = axis(low, high);
  if (!before) return needed;
  const fits = before.from <= low && before.to >= high;
  return fits && before.to - before.from <= 2 * (needed.to - needed.from) ? before : needed;
}

/** Exponential mean over `reach` points, without a bias to the first value. Gaps (null) are skipped. */
export function smoothed(values, reach) {
  const keep = Math.exp(-1 / Math.max(reach, 1e-3));
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    if (value === null || value === undefined) return null;
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return sum / weight;
  });
}

/** The value below which a share of the values lies; null for none. */
export function quantile(values, share) {
  const known = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  return known.length ? known[Math.min(known.length - 1, Math.floor(share * known.length))] : null;
}

/** Index of the entry of a rising list nearest to `value`. */
export function nearest(list, value) {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - list[low - 1] <= list[low] - value ? low - 1 : low;
}

/** `count` entries of a list, evenly spread, the first and the last among them. */
export function spread(list, count) {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]);
}

/** The least and greatest height of a line through `points` [x, y], ordered by x, between `left` and `right`; null where it does not run. */
export function heights(points, left, right) {
  const found = points.filter(([x]) => x >= left && x <= right).map(([, y]) => y);
  for (const edge of [left, right]) {
    const after = points.findIndex(([x]) => x > edge);
    if (after <= 0) continue;
    const [[x, y], [further, other]] = points.slice(after - 1, after + 1);
    found.push(y + ((other - y) * (edge - x)) / (further - x));
  }
  return found.length ? [Math.min(...found), Math.max(...found)] : null;
}

const LETTERS = [12, 4]; // pixels of a name above and below its base line

/** The base line nearest to `wanted` at which a name covers none of these ranges of heights; `wanted` itself where there is none. */
export function free(wanted, taken, top, bottom) {
  const [above, below] = LETTERS;
  const first = Math.min(Math.max(wanted, top), bottom);
  for (let away = 0; away <= bottom - top; away += 2) {
    for (const y of [first - away, first + away]) {
      if (y >= top && y <= bottom && taken.every(([from, to]) => y + below < from || y - above > to)) return y;
    }
  }
  return first;
}
