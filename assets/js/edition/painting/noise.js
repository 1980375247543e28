/* Planes of noise as torch draws them (ganapp/nets/stylizer.py, `noise`): its generator, MT19937 (Matsumoto and Nishimura 1998), and its
   normal numbers, Box and Muller 1958 on sixteen uniform ones at a time. */

const [LENGTH, MIDDLE] = [624, 397];
const BLOB = 8; // pixels between the places at which the coarser planes are drawn
const SIXTEEN = 16;

/** The 32-bit numbers of MT19937. */
class Twister {
  constructor(seed) {
    const state = new Uint32Array(LENGTH);
    state[0] = seed;
    for (let i = 1; i < LENGTH; i++) {
      const before = state[i - 1] ^ (state[i - 1] >>> 30);
      state[i] = Math.imul(1812433253, before) + i;
    }
    Object.assign(this, { state, at: LENGTH });
  }

  _turn() {
    const { state } = this;
    for (let i = 0; i < LENGTH; i++) {
      const both = (state[i] & 0x80000000) | (state[(i + 1) % LENGTH] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % LENGTH] ^ (both >>> 1) ^ (both & 1 ? 0x9908b0df : 0);
    }
    this.at = 0;
  }

  /** 32 bits. */
  whole() {
    if (this.at === LENGTH) this._turn();
    let y = this.state[this.at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** From [0, 1), of 24 bits. */
  uniform() {
    return (this.whole() & 0xffffff) / 2 ** 24;
  }

  /** From [0, 1), of 53 bits. */
  exact() {
    return ((this.whole() & 0x1fffff) * 2 ** 32 + this.whole()) / 2 ** 53;
  }
}

function sixteen(values, first) {
  for (let j = first; j < first + SIXTEEN / 2; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[j])), turn = 2 * Math.PI * values[j + SIXTEEN / 2];
    values[j] = radius * Math.cos(turn);
    values[j + SIXTEEN / 2] = radius * Math.sin(turn);
  }
}

/** So many numbers from N(0, 1); fewer than sixteen come in pairs. */
function normal(generator, count) {
  const made = new Float32Array(count);
  if (count < SIXTEEN) {
    for (let i = 0; i < count; i += 2) {
      const turn = 2 * Math.PI * generator.exact(), radius = Math.sqrt(-2 * Math.log1p(-generator.exact()));
      made[i] = radius * Math.cos(turn);
      if (i + 1 < count) made[i + 1] = radius * Math.sin(turn);
    }
    return made;
  }
  for (let i = 0; i < count; i++) made[i] = generator.uniform();
  for (let i = 0; i + SIXTEEN <= count; i += SIXTEEN) sixteen(made, i);
  if (count % SIXTEEN) {
    for (let i = count - SIXTEEN; i < count; i++) made[i] = generator.uniform();
    sixteen(made, count - SIXTEEN);
  }
  return made;
}

/** The four weights of cubic convolution (Keys 1981, a = -0.75) for a place between two pixels. */
function cubic(t) {
  const a = -0.75;
  const near = (x) => ((a + 2) * x - (a + 3)) * x * x + 1, far = (x) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

/** A plane eight times as large, cut to width x height. */
function blobs(plane, columns, rows, width, height) {
  const clamped = (i, length) => Math.min(length - 1, Math.max(0, i));
  const steps = (length, most) =>
    Array.from({ length }, (_, i) => {
      const place = (i + 0.5) / BLOB - 0.5, low = Math.floor(place);
      return { from: [-1, 0, 1, 2].map((k) => clamped(low + k, most)), by: cubic(place - low) };
    });
  const [across, down] = [steps(width, columns), steps(height, rows)];
  const made = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let v = 0; v < 4; v++) {
        const row = down[y].from[v] * columns, step = across[x];
        let along = 0;
        for (let u = 0; u < 4; u++) along += plane[row + step.from[u]] * step.by[u];
        sum += along * down[y].by[v];
      }
      made[y * width + x] = sum;
    }
  }
  return made;
}

/** So many planes of width x height, which follow from the seed. */
export function noise(count, width, height, seed) {
  if (!count) return [];
  const generator = new Twister(seed >>> 0), planes = [normal(generator, width * height)];
  const [columns, rows] = [Math.ceil(width / BLOB) + 1, Math.ceil(height / BLOB) + 1];
  if (count === 1) return planes;
  const drawn = normal(generator, (count - 1) * columns * rows);
  for (let i = 1; i < count; i++) planes.push(blobs(drawn.subarray((i - 1) * columns * rows, i * columns * rows), columns, rows, width, height));
  return planes;
}
