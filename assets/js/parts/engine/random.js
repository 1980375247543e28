/* Chance that can be repeated: mulberry32, whose whole state is one 32-bit number (the same generator as in assets/js/parts/latent.js). */

export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /** Uniform in (0, 1). */
  uniform() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  }

  /** Two independent standard normal numbers (Box and Muller), at .a and .b. */
  pair() {
    const length = Math.sqrt(-2 * Math.log(this.uniform())), angle = 2 * Math.PI * this.uniform();
    this.a = length * Math.cos(angle);
    this.b = length * Math.sin(angle);
    return this;
  }
}
