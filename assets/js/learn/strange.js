/* Finding what does not belong, as it is done with scans: a generator of healthy data cannot make it. */

/** Places that the reader has to judge. */
export const PLACES = { A: [-1.02, 0.3], B: [-0.6, -0.1], C: [0.3, -0.08], D: [0.95, 0.75], E: [-0.45, 0.55], F: [0.55, -0.6] };

/** Names of the places that are no points of the data: farther than four standard deviations from every centre. */
export function strange(data) {
  const far = ([x, y]) => data.centres.every((centre) => Math.hypot(x - centre[0], y - centre[1]) > 4 * data.spread);
  return Object.keys(PLACES).filter((name) => far(PLACES[name]));
}

/** From each place to the nearest generated point: how badly the generator can make it (Schlegl et al. 2017, in the plane). */
export function misfit(points) {
  const n = points.length / 2;
  const least = ([x, y]) => Math.sqrt(Array.from({ length: n }, (_, c) => (points[c] - x) ** 2 + (points[n + c] - y) ** 2).reduce((a, b) => Math.min(a, b), Infinity));
  return Object.fromEntries(Object.entries(PLACES).map(([name, where]) => [name, least(where)]));
}
