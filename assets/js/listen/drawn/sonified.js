/* A picture as a spectrogram by the letter, as ganapp/sounds/sonification.py has it: rows are pitches, columns moments, ink is loudness. */

const [SIDE, LOUDEST, FLOOR] = [64, 4, -6.9078];

/** The log-mel picture of ink (side x side, 1 = ink). */
export function sonified(ink, side) {
  const at = (x, y) => ink[Math.min(side - 1, Math.max(0, y)) * side + Math.min(side - 1, Math.max(0, x))];
  const made = new Float32Array(SIDE * SIDE);
  for (let band = 0; band < SIDE; band++) {
    const y = ((SIDE - 1 - band + 0.5) * side) / SIDE - 0.5;
    for (let t = 0; t < SIDE; t++) {
      const x = ((t + 0.5) * side) / SIDE - 0.5;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [across, down] = [Math.max(0, x) - Math.max(0, left), Math.max(0, y) - Math.max(0, top)];
      const [a, b, c, d] = [at(left, top), at(left + 1, top), at(left, top + 1), at(left + 1, top + 1)];
      const shown = (a * (1 - across) + b * across) * (1 - down) + (c * (1 - across) + d * across) * down;
      made[band * SIDE + t] = FLOOR + Math.min(1, Math.max(0, shown)) * (LOUDEST - FLOOR);
    }
  }
  return made;
}
