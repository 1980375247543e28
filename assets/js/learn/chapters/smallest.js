/* The smallest GAN (Mescheder, Geiger and Nowozin 2018, sections 2 and 3), under every loss: all data at 0, the generator puts its points at
   theta, D(x) = middle + psi x. The real points' term does not depend on psi, so with L_G and L_D of ../../parts/engine/losses.js

     theta' = -L_G'(s) psi,  psi' = -L_fake'(s) theta - penalty'(psi),  s = middle + theta psi

   R1 and R2 are the same here, gamma / 2 psi^2; the one-centred penalty is gamma (|psi| - 1)^2. */

import { LOSSES } from "../../parts/engine/losses.js";

export const PENALTIES = ["none", "r1", "gp"];
export const MOTIONS = ["flow", "together", "turns"];
export const START = [1.4, 0];
const STEP = 0.02, STEPS = 1500; // of the flow
export const RATE = 0.2; // of the players' own steps
const TURNS = 150;

/** The score that stands for "undecided". */
const middle = (loss) => (loss === "least_squares" ? 0.5 : 0);
const steepness = { none: () => 0, r1: (psi, gamma) => gamma * psi, gp: (psi, gamma) => 2 * gamma * (Math.abs(psi) - 1) * Math.sign(psi) };

/** [theta', psi'] at a place. game: {loss, penalty, gamma}. */
export function push([theta, psi], { loss, penalty, gamma }) {
  const { ownSlope, fakeSlope } = LOSSES[loss], s = middle(loss) + theta * psi;
  return [-ownSlope(s) * psi, -fakeSlope(s) * theta - steepness[penalty](psi, gamma)];
}

/** Of the flow at the balance (0, 0): -gamma / 2 +- root(gamma^2 / 4 - c) with c = |L_G'| L_fake' there: {real, imaginary} of the
    slower eigenvalue. Null for the one-centred penalty, which has no derivative at psi = 0. */
export function eigenvalue({ loss, penalty, gamma }) {
  if (penalty === "gp" && gamma) return null;
  const { ownSlope, fakeSlope } = LOSSES[loss], c = -ownSlope(middle(loss)) * fakeSlope(middle(loss)), pull = penalty === "r1" ? gamma : 0;
  const inside = (pull * pull) / 4 - c, half = pull ? -pull / 2 : 0;
  return inside >= 0 ? { real: half + Math.sqrt(inside), imaginary: 0 } : { real: half, imaginary: Math.sqrt(-inside) };
}

const add = (a, b, by) => a.map((value, i) => value + by * b[i]);

function flowed(here, game) {
  const a = push(here, game), b = push(add(here, a, STEP / 2), game), c = push(add(here, b, STEP / 2), game), d = push(add(here, c, STEP), game);
  return here.map((value, k) => value + (STEP / 6) * (a[k] + 2 * b[k] + 2 * c[k] + d[k])); // Runge and Kutta, fourth order
}

const moves = {
  flow: flowed,
  together: (here, game) => add(here, push(here, game), RATE),
  /** D first, then G against the new D. */
  turns([theta, psi], game) {
    const next = psi + RATE * push([theta, psi], game)[1];
    return [theta + RATE * push([theta, next], game)[0], next];
  },
};

/** Places on the way from `start`, as long as they stay near. */
export function path(game, motion, start = START) {
  const places = [start], most = motion === "flow" ? STEPS : TURNS;
  while (places.length <= most && Math.hypot(...places.at(-1)) < 20) places.push(moves[motion](places.at(-1), game));
  return places;
}
