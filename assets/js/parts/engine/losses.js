/* The games. Each loss is a function of scores s = D(x) before any sigmoid, with its derivative; the server's are ganapp/losses.

   real, fake   what the discriminator pays for a real and for a generated point
   own          what the generator pays for a point of its own
   paired       the three depend on the difference of a generated and a real score, s(G(z)) - s(x)
   balance      {d, g}: both losses where p = q and D is at its best; null where that is no single number */

/** 1 / (1 + e^-s). */
const sigmoid = (s) => 1 / (1 + Math.exp(-s));

/** log(1 + e^s), never infinite. */
const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));

const judged = { real: (s) => softplus(-s), realSlope: (s) => -sigmoid(-s), fake: softplus, fakeSlope: sigmoid };
const clamped = (value) => Math.min(1, Math.max(0, value));

export const LOSSES = {
  // Goodfellow et al. 2014, equation 1
  minimax: { ...judged, own: (s) => -softplus(s), ownSlope: (s) => -sigmoid(s), balance: { d: Math.log(4), g: -Math.log(2) }, belief: sigmoid, best: true },
  // the same paper, section 3
  non_saturating: { ...judged, own: (s) => softplus(-s), ownSlope: (s) => -sigmoid(-s), balance: { d: Math.log(4), g: Math.log(2) }, belief: sigmoid, best: true },
  // Mao et al. 2017, equation 9
  least_squares: {
    real: (s) => 0.5 * (s - 1) ** 2, realSlope: (s) => s - 1, fake: (s) => 0.5 * s * s, fakeSlope: (s) => s,
    own: (s) => 0.5 * (s - 1) ** 2, ownSlope: (s) => s - 1, balance: { d: 0.25, g: 0.125 }, belief: clamped, best: true,
  },
  // Lim and Ye 2017
  hinge: {
    real: (s) => Math.max(0, 1 - s), realSlope: (s) => (s < 1 ? -1 : 0), fake: (s) => Math.max(0, 1 + s), fakeSlope: (s) => (s > -1 ? 1 : 0),
    own: (s) => -s, ownSlope: () => -1, balance: { d: 2, g: null }, belief: (s) => clamped((s + 1) / 2), best: false,
  },
  // Arjovsky et al. 2017, equation 2; with the penalty of Gulrajani et al. 2017
  wasserstein: {
    real: (s) => -s, realSlope: () => -1, fake: (s) => s, fakeSlope: () => 1,
    own: (s) => -s, ownSlope: () => -1, balance: { d: 0, g: null }, belief: sigmoid, best: false, floating: true,
  },
  // Jolicoeur-Martineau 2018, equation 4; Huang et al. 2024, equation 2. Here s is the difference.
  relativistic: {
    paired: true, fake: softplus, fakeSlope: sigmoid, own: (s) => softplus(-s), ownSlope: (s) => -sigmoid(-s),
    balance: { d: Math.log(2), g: Math.log(2) }, belief: sigmoid, best: true, floating: true,
  },
};

/** The discriminator's loss, mean over n pairs; writes its derivative by each score to slopeReal and slopeFake. All arrays hold n scores. */
export function discriminator(name, real, fake, slopeReal, slopeFake) {
  const loss = LOSSES[name], n = real.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (loss.paired) {
      const s = fake[i] - real[i];
      sum += loss.fake(s);
      slopeFake[i] = loss.fakeSlope(s) / n;
      slopeReal[i] = -slopeFake[i];
    } else {
      sum += loss.real(real[i]) + loss.fake(fake[i]);
      slopeReal[i] = loss.realSlope(real[i]) / n;
      slopeFake[i] = loss.fakeSlope(fake[i]) / n;
    }
  }
  return sum / n;
}

/** The generator's loss, mean over n points; writes its derivative by each score of a generated point to slope. */
export function generator(name, real, fake, slope) {
  const loss = LOSSES[name], n = fake.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const s = loss.paired ? fake[i] - real[i] : fake[i];
    sum += loss.own(s);
    slope[i] = loss.ownSlope(s) / n;
  }
  return sum / n;
}
