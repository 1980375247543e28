/* Two equal heaps on a line, a gap apart: their Jensen-Shannon divergence, their Wasserstein distance, and the critic that shows it. */

const CELLS = 600, REACH = 3;
const SPREAD = 0.2;

const bell = (x, centre) => Math.exp(-(((x - centre) / SPREAD) ** 2) / 2) / (SPREAD * Math.sqrt(2 * Math.PI));
export const places = Array.from({ length: CELLS }, (_, i) => -REACH + ((i + 0.5) * 2 * REACH) / CELLS);
const width = (2 * REACH) / CELLS;

/** gap: between the middles of N(-gap/2, SPREAD) and N(gap/2, SPREAD). p and q at `places`; js; work: the Wasserstein distance, the area
    between the two sums (Vallender 1974); critic: a best function of slope at most 1, highest where p is in excess. */
export function carried(gap) {
  const p = places.map((x) => bell(x, -gap / 2)), q = places.map((x) => bell(x, gap / 2)), critic = [];
  let js = 0, work = 0, above = 0, height = 0;
  for (let i = 0; i < CELLS; i++) {
    const half = (p[i] + q[i]) / 2, part = (share) => (share > 0 ? 0.5 * share * Math.log(share / half) * width : 0);
    js += part(p[i]) + part(q[i]);
    above += (p[i] - q[i]) * width;
    work += Math.abs(above) * width;
    height -= (Math.abs(above) < 1e-9 ? 0 : Math.sign(above)) * width; // it falls where mass of p has to be carried to the right
    critic.push(height);
  }
  return { p, q, critic, js, work };
}
