/* A network of full layers, its values over a batch (a Tape), and its derivatives, the second ones too. By hand: no automatic
   differentiation, no garbage. W is kept as in torch, outputs x inputs. */

import { GRID } from "./kernels.js";

/** Units between layers: value, first and second derivative. `leak` marks those whose second derivative is 0; they have kernels. */
export const UNITS = {
  leaky: { leak: 0.2 },
  relu: { leak: 0 },
  tanh: { value: Math.tanh, slope: (a) => 1 - Math.tanh(a) ** 2, bend: (a) => -2 * Math.tanh(a) * (1 - Math.tanh(a) ** 2) },
  swish: {
    value: (a) => a / (1 + Math.exp(-a)),
    slope: (a) => swishSlope(a, 1 / (1 + Math.exp(-a))),
    bend: (a) => swishBend(a, 1 / (1 + Math.exp(-a))),
  },
};
const swishSlope = (a, s) => s * (1 + a * (1 - s));
const swishBend = (a, s) => s * (1 - s) * (2 + a * (1 - 2 * s));

/** Numbers in a row of the heap, handed out one after the other. */
export class Heap {
  constructor() {
    this.used = 0;
  }

  take(count) {
    const at = this.used;
    this.used += Math.ceil(count / 2) * 2; // two fit into a vector of the compiled kernels
    return at;
  }
}

export class Net {
  /** sizes: [inputs, hidden, ..., outputs]. Takes room for weights and their gradients; `use` must be called before anything else. */
  constructor(heap, sizes, unit) {
    Object.assign(this, { sizes, unit: UNITS[unit], layers: [] });
    let count = 0;
    for (let l = 0; l + 1 < sizes.length; l++) {
      const [inputs, outputs] = [sizes[l], sizes[l + 1]];
      this.layers.push({ inputs, outputs, w: count, b: count + inputs * outputs });
      count += inputs * outputs + outputs;
    }
    this.count = count;
    this.at = heap.take(count);
    this.slopes = heap.take(count);
  }

  use(heap, kernels) {
    Object.assign(this, { heap, kernels });
  }

  /** Starting weights: normal with variance gain / inputs (He et al. 2015), biases 0. */
  start(random) {
    const gain = this.unit.leak === undefined ? 1 : 2 / (1 + this.unit.leak ** 2);
    this.layers.forEach(({ inputs, outputs, w, b }, l) => {
      const spread = Math.sqrt((l + 1 < this.layers.length ? gain : 1) / inputs);
      for (let i = 0; i < inputs * outputs; i++) this.heap[this.at + w + i] = spread * random.pair().a + GRID - GRID;
      this.heap.fill(0, this.at + b, this.at + b + outputs);
    });
  }

  forget() {
    this.heap.fill(0, this.slopes, this.slopes + this.count);
  }

  /** From tape.h[0] to tape.a[last], the output, which has no unit; `at` may be another set of weights of the same shape. */
  forward(tape, at = this.at) {
    const { kernels, layers } = this;
    layers.forEach(({ inputs, outputs, w, b }, l) => {
      kernels.affine(tape.a[l], tape.h[l], at + w, at + b, inputs, outputs, 1, inputs, tape.n);
      if (l + 1 < layers.length) this._apply("value", tape.h[l + 1], null, tape.a[l], outputs * tape.n);
    });
  }

  /** y = unit'(a) s, or unit(a) where s is null. */
  _apply(what, y, s, a, count) {
    const { heap, kernels, unit } = this;
    if (unit.leak !== undefined && s === null) return kernels.leaky(y, a, unit.leak, count);
    if (unit.leak !== undefined) return kernels.leakySlope(y, s, a, unit.leak, count);
    const f = unit[what];
    if (s === null) for (let i = 0; i < count; i++) heap[y + i] = f(heap[a + i]);
    else for (let i = 0; i < count; i++) heap[y + i] = heap[s + i] * f(heap[a + i]);
    return undefined;
  }

  /** From tape.t[last], the derivative by the output, down to tape.s[0], the derivative by the input. t: by a layer's value before its
      unit, s: after it. */
  sweep(tape) {
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, w } = this.layers[l];
      this.kernels.affine(tape.s[l], tape.t[l], this.at + w, -1, outputs, inputs, inputs, 1, tape.n);
      if (l > 0) this._apply("slope", tape.t[l - 1], tape.s[l], tape.a[l - 1], inputs * tape.n);
    }
  }

  /** After `sweep` with ones: add to the slopes the derivative of a penalty on the input gradient g = tape.s[0]; tape.u[0] holds the
      penalty's derivative by g. Where units bend, tape.bend[l] gets what must be added when going back. */
  sweepUp(tape) {
    const { heap, kernels, layers, unit } = this;
    layers.forEach(({ inputs, outputs, w }, l) => {
      kernels.outer(this.slopes + w, -1, tape.t[l], tape.u[l], inputs, outputs, tape.n);
      if (l + 1 === layers.length) return;
      kernels.affine(tape.u[l + 1], tape.u[l], this.at + w, -1, inputs, outputs, 1, inputs, tape.n);
      if (unit.bend) {
        const [u, s, a, bend] = [tape.u[l + 1], tape.s[l + 1], tape.a[l], tape.bend[l]];
        for (let i = 0; i < outputs * tape.n; i++) heap[bend + i] = heap[u + i] * heap[s + i] * unit.bend(heap[a + i]);
      }
      this._apply("slope", tape.u[l + 1], tape.u[l + 1], tape.a[l], outputs * tape.n);
    });
  }

  /** Add to the slopes the derivative of a loss whose derivative by the outputs is at `top`. `swept`: after sweepUp on this tape. */
  backward(tape, top, swept = false) {
    const { heap, kernels, layers, unit } = this;
    const last = layers.length - 1;
    let above = top;
    for (let l = last; l >= 0; l--) {
      const { inputs, outputs, w, b } = layers[l];
      if (l < last && swept && !unit.bend) {
        kernels.scale(tape.t[l], tape.t[l], top, outputs, tape.n); // one output: what comes down is a multiple of the sweep
        above = tape.t[l];
      } else if (l < last) {
        const over = layers[l + 1];
        kernels.affine(tape.s[l + 1], above, this.at + over.w, -1, over.outputs, outputs, outputs, 1, tape.n);
        this._apply("slope", tape.t[l], tape.s[l + 1], tape.a[l], outputs * tape.n);
        if (swept) for (let i = 0; i < outputs * tape.n; i++) heap[tape.t[l] + i] += heap[tape.bend[l] + i];
        above = tape.t[l];
      }
      kernels.outer(this.slopes + w, this.slopes + b, above, tape.h[l], inputs, outputs, tape.n);
    }
  }
}

/** The values of a net over a batch of n, a multiple of 16. `back`: with room for derivatives; `twice`: for second ones. `input`: where the
    input lies, if it is another tape's output. */
export class Tape {
  constructor(heap, net, n, { back = false, twice = false, input = null } = {}) {
    const rows = (size) => heap.take(size * n);
    const above = net.sizes.slice(1), below = net.sizes.slice(0, -1);
    this.n = n;
    this.a = above.map(rows);
    this.h = below.map((size, l) => (l === 0 && input !== null ? input : rows(size)));
    if (back) this.t = above.map(rows);
    if (back) this.s = below.map(rows);
    if (twice) this.u = below.map(rows);
    if (twice) this.bend = net.unit.bend ? above.map(rows) : [];
    this.output = this.a.at(-1);
  }
}
