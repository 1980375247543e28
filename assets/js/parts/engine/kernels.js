/* The arithmetic of the networks in plain JavaScript. It defines what kernels.ts does two numbers at a time; a test compares the two.

   All is computed in double precision, and weights are kept to multiples of 2^-26. In a game of two players the least difference soon grows:
   what different orders of summing leave in the last digits is cut off after every step, so that two programs stay in the same state. Every number lies in one Float64Array, the heap, and places are indexes of it; a place below 0 means "none". The values of a layer over a
   batch are kept unit by unit: row j holds unit j for all `n` members of the batch, so that each inner loop runs along the batch. */

/** Added to a number of size below 2^25 and taken away again, it leaves the nearest multiple of 2^-26 (halves to even). */
export const GRID = 1.5 * 2 ** 26;

export function plain(heap) {
  return {
    /** y[j] = b[j] + sum over k of w[k * stepIn + j * stepOut] x[k], for rows j < outputs and k < inputs. */
    affine(y, x, w, b, inputs, outputs, stepIn, stepOut, n) {
      for (let j = 0; j < outputs; j++) {
        const to = y + j * n;
        heap.fill(b < 0 ? 0 : heap[b + j], to, to + n);
        for (let k = 0; k < inputs; k++) {
          const weight = heap[w + k * stepIn + j * stepOut], row = x + k * n;
          for (let c = 0; c < n; c++) heap[to + c] += weight * heap[row + c];
        }
      }
    },

    /** dw[j * inputs + k] += dy[j] . x[k] and, where there is a db, db[j] += sum of dy[j]. */
    outer(dw, db, dy, x, inputs, outputs, n) {
      for (let j = 0; j < outputs; j++) {
        const left = dy + j * n;
        for (let k = 0; k < inputs; k++) {
          const right = x + k * n;
          let sum = 0;
          for (let c = 0; c < n; c++) sum += heap[left + c] * heap[right + c];
          heap[dw + j * inputs + k] += sum;
        }
        if (db < 0) continue;
        let sum = 0;
        for (let c = 0; c < n; c++) sum += heap[left + c];
        heap[db + j] += sum;
      }
    },

    /** y = a where a > 0, else slope * a. */
    leaky(y, a, slope, count) {
      for (let i = 0; i < count; i++) heap[y + i] = heap[a + i] > 0 ? heap[a + i] : slope * heap[a + i];
    },

    /** y = s where a > 0, else slope * s: the leaky unit's derivative at a, times s. */
    leakySlope(y, s, a, slope, count) {
      for (let i = 0; i < count; i++) heap[y + i] = heap[a + i] > 0 ? heap[s + i] : slope * heap[s + i];
    },

    /** Row by row, y[j][c] = x[j][c] * by[c]. */
    scale(y, x, by, rows, n) {
      for (let j = 0; j < rows; j++) for (let c = 0; c < n; c++) heap[y + j * n + c] = heap[x + j * n + c] * heap[by + c];
    },

    /** Adam (Kingma and Ba 2015, algorithm 1), onto the grid; `first` and `second` are 1 - beta ** t for the two moments. */
    adam(w, g, m, v, count, rate, beta1, beta2, first, second) {
      for (let i = 0; i < count; i++) {
        const slope = heap[g + i];
        heap[m + i] = beta1 * heap[m + i] + (1 - beta1) * slope;
        heap[v + i] = beta2 * heap[v + i] + (1 - beta2) * slope * slope;
        heap[w + i] = heap[w + i] - (rate * (heap[m + i] / first)) / (Math.sqrt(heap[v + i] / second) + 1e-8) + GRID - GRID;
      }
    },

    /** Gradient descent with momentum, as in torch: m = beta m + g, w = w - rate m, onto the grid. */
    momentum(w, g, m, count, rate, beta) {
      for (let i = 0; i < count; i++) {
        heap[m + i] = beta * heap[m + i] + heap[g + i];
        heap[w + i] = heap[w + i] - rate * heap[m + i] + GRID - GRID;
      }
    },

    /** A running mean: e = keep e + (1 - keep) w. */
    average(e, w, count, keep) {
      for (let i = 0; i < count; i++) heap[e + i] = keep * heap[e + i] + (1 - keep) * heap[w + i];
    },
  };
}

/** The compiled kernels over a WebAssembly.Memory that holds `count` numbers: {heap, kernels}. */
export async function compiled(module, count) {
  const pages = Math.ceil((count * 8) / 65536) + 1;
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return { heap: new Float64Array(memory.buffer), kernels: exports };
}
