/* The losses as functions of the score s that the discriminator gives a generated picture; D = sigmoid(s). */

export const sigmoid = (s) => 1 / (1 + Math.exp(-s));

/** log(1 + e^s), without overflow. */
const softplus = (s) => Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));

/** -log D(G(z)), what the generator minimises. */
export const generator = (s) => softplus(-s);

/** -log(1 - D(G(z))), the loss of the discriminator for a generated picture. */
export const discriminator = (s) => softplus(s);

/** How hard each form pushes the score up: the size of its slope. */
export const push = { used: (s) => sigmoid(-s), first: (s) => sigmoid(s) };
