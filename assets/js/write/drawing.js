/* Draws that follow from seed, draft and place, as ganapp/writing/compose.py has them, and a score's place among real ones. */

/** A number in [0, 1) for a seed, a draft from 0 and a place (murmur3's finaliser). */
export function uniform(seed, draft, place) {
  let h = seed ^ Math.imul(draft + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** A token drawn from scores[start ... end - 1] where `allowed`, by a number in [0, 1). */
export function draw(scores, start, end, allowed, temperature, number) {
  const odds = new Float64Array(end - start).fill(-Infinity);
  let top = -Infinity;
  for (let i = start; i < end; i++) {
    if (!allowed(i)) continue;
    odds[i - start] = scores[i] / temperature;
    if (odds[i - start] > top) top = odds[i - start];
  }
  let total = 0;
  const sums = odds.map((each) => (total += Math.exp(each - top)));
  const found = sums.findIndex((sum) => sum > number * total);
  return start + (found < 0 ? end - start - 1 : found);
}

/** The share of real lines or poems that the critic finds less real than `score`; marks: quantiles of theirs, lowest first. */
export function share(score, marks) {
  const below = marks.filter((mark) => mark < score).length;
  if (below === 0 || below === marks.length) return below / marks.length;
  const [low, high] = [marks[below - 1], marks[below]];
  return (below - 1 + (score - low) / Math.max(high - low, 1e-9)) / (marks.length - 1);
}

export const rounded = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits;
export const mean = (scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length;
