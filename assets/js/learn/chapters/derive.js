/* The derivation of the best discriminator, in numbers: from the shares p of the data, q of the generated points and D's beliefs d in the
   cells of a grid. p and q each sum to 1; d may be shorter than they are, and is taken as the best one beyond its end. */

const LEAST = 1e-6; // of a belief, under a logarithm
const term = (share, part) => (share > 0 ? -share * Math.log(Math.max(part, LEAST)) : 0);

/** What a place costs D at belief d: -p log d - q log(1 - d). */
export const cost = (p, q, d) => term(p, d) + term(q, 1 - d);

/** The belief of 1/1000, 2/1000, ... that costs least: by trying them all. */
export function cheapest(p, q) {
  let best = 0.001;
  for (let i = 2; i < 1000; i++) if (cost(p, q, i / 1000) < cost(p, q, best)) best = i / 1000;
  return best;
}

/** least: D's loss at its best, sum of -p log(p / (p + q)) - q log(q / (p + q)); klP and klQ: KL divergences of p and q from their mean; js;
    now: D's loss at its own beliefs. In nats. */
export function derive(p, q, d) {
  const out = { least: 0, klP: 0, klQ: 0, now: 0 };
  for (let i = 0; i < p.length; i++) {
    const whole = p[i] + q[i];
    if (!whole) continue;
    const best = p[i] / whole, here = cost(p[i], q[i], best);
    out.least += here;
    if (p[i]) out.klP += p[i] * Math.log(2 * best);
    if (q[i]) out.klQ += q[i] * Math.log(2 * (1 - best));
    out.now += i < d.length ? cost(p[i], q[i], d[i]) : here;
  }
  return { ...out, js: (out.klP + out.klQ) / 2 };
}
