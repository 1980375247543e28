/* A generator that learns from an encoder, from a discriminator, or from both: a VAE (Kingma and Welling 2014), a GAN (Goodfellow et al.
   2014), or a VAE-GAN (Larsen et al. 2016, with the distance between points in place of D's features). One batch costs, on average,

     |x - G(z)|^2 / (2 spread^2) + KL(N(mu, exp(v)) || N(0, 1))    with (mu, v) = E(x), z = mu + exp(v / 2) e: if `coder`
     + pull * -log D(G(z))                                         with z drawn from N(0, 1): if `pull` > 0

   and D, where it plays, -log D(x) - log(1 - D(G(z))) + r1 / 2 |grad D(x)|^2. */

import { dataOf, draw, noise } from "../../parts/engine/data.js";
import { compiled, plain } from "../../parts/engine/kernels.js";
import { discriminator, generator } from "../../parts/engine/losses.js";
import { Heap, Net, Tape } from "../../parts/engine/net.js";
import { Random } from "../../parts/engine/random.js";

const LOSS = "non_saturating", UNIT = "leaky";
const BETAS = [0, 0.99];
export const SEEN = 256;

export const PLAIN = { data: "eight", latent: 2, hidden: [32, 32], judge: [32, 32], batch: 128, rate: 0.001, seed: 1, coder: true, pull: 0, spread: 0.2, r1: 1, pool: 0 };

export class Blend {
  /** given: what differs from PLAIN; `pool`: how many points there are to learn from, 0 for new ones every time. Use `open`. */
  constructor(given) {
    const settings = (this.settings = { ...PLAIN, ...given });
    this.data = dataOf(settings.data);
    const heap = new Heap(), { batch, latent, hidden, judge } = settings, { dims } = this.data;
    this.E = new Net(heap, [dims, ...hidden, 2 * latent], UNIT);
    this.G = new Net(heap, [latent, ...hidden, dims], UNIT);
    this.D = new Net(heap, [dims, ...judge, 1], UNIT);
    for (const net of this.nets) for (const name of ["m", "v"]) net[name] = heap.take(net.count);
    this.code = new Tape(heap, this.E, batch, { back: true });
    this.again = new Tape(heap, this.G, batch, { back: true });
    this.made = new Tape(heap, this.G, batch, { back: true });
    this.fake = new Tape(heap, this.D, batch, { back: true, input: this.made.output });
    this.real = new Tape(heap, this.D, batch, { back: true, twice: true });
    this.chance = heap.take(latent * batch);
    for (const name of ["slopeReal", "slopeFake"]) this[name] = heap.take(batch);
    this.look = { code: new Tape(heap, this.E, SEEN), made: new Tape(heap, this.G, SEEN), judged: new Tape(heap, this.D, SEEN) };
    this.size = heap.used;
  }

  get nets() {
    return [this.E, this.G, this.D];
  }

  /** Ready to play; `module`: the compiled kernels.wasm, or null for plain JavaScript. */
  static async open(settings, module = null) {
    const blend = new Blend(settings);
    const { heap, kernels } = module ? await compiled(module, blend.size) : { heap: new Float64Array(blend.size), kernels: null };
    blend.heap = heap;
    blend.kernels = kernels ?? plain(heap);
    for (const net of blend.nets) net.use(heap, blend.kernels);
    blend.begin();
    return blend;
  }

  begin() {
    const { settings, data } = this;
    this.heap.fill(0);
    this.random = new Random(settings.seed);
    for (const net of this.nets) Object.assign(net, { updates: 0 }).start(this.random);
    this.tick = 0;
    this.losses = { rec: NaN, kl: NaN, d: NaN, g: NaN };
    this.points = settings.pool ? sampled(data, new Random(settings.seed + 1), settings.pool) : null;
  }

  _points(at, n) {
    if (!this.points) return draw(this.data, this.random, this.heap, at, n);
    const count = this.points.length / this.data.dims;
    for (let c = 0; c < n; c++) {
      const i = Math.floor(this.random.uniform() * count);
      for (let row = 0; row < this.data.dims; row++) this.heap[at + row * n + c] = this.points[row * count + i];
    }
    return undefined;
  }

  step() {
    const { settings } = this;
    if (settings.pull > 0) this.stepD();
    this.stepG();
    this.tick += 1;
  }

  _row(at) {
    return this.heap.subarray(at, at + this.settings.batch);
  }

  stepD() {
    const { D, G, heap, settings, real, fake, losses } = this, { batch } = settings;
    this._points(real.h[0], batch);
    noise("gaussian", settings.latent, this.random, heap, this.made.h[0], batch);
    G.forward(this.made);
    D.forward(real);
    D.forward(fake);
    losses.d = discriminator(LOSS, this._row(real.output), this._row(fake.output), this._row(this.slopeReal), this._row(this.slopeFake));
    D.forget();
    if (settings.r1) {
      heap.fill(1, real.t.at(-1), real.t.at(-1) + batch);
      D.sweep(real);
      for (let i = 0; i < this.data.dims * batch; i++) heap[real.u[0] + i] = (settings.r1 / batch) * heap[real.s[0] + i];
      D.sweepUp(real);
    }
    D.backward(real, this.slopeReal, settings.r1 > 0);
    D.backward(fake, this.slopeFake);
    this._update(D);
  }

  /** One update of the generator, and of the encoder. */
  stepG() {
    const { G, E, settings } = this;
    G.forget();
    if (settings.coder) this._recode();
    if (settings.pull > 0) this._fool();
    this._update(G);
    if (settings.coder) this._update(E);
  }

  /** What the encoder's code costs: reconstruction and divergence, traced back through G into E. */
  _recode() {
    const { E, G, heap, settings, code, again, losses } = this, { batch: n, latent, spread } = settings;
    this._points(code.h[0], n);
    noise("gaussian", latent, this.random, heap, this.chance, n);
    E.forward(code);
    const rows = latent * n, mu = code.output, v = code.output + rows;
    for (let i = 0; i < rows; i++) heap[again.h[0] + i] = heap[mu + i] + Math.exp(heap[v + i] / 2) * heap[this.chance + i];
    G.forward(again);
    const top = again.t.at(-1);
    let rec = 0, kl = 0;
    for (let i = 0; i < this.data.dims * n; i++) {
      const miss = heap[again.output + i] - heap[code.h[0] + i];
      rec += miss * miss;
      heap[top + i] = miss / (spread * spread * n);
    }
    G.sweep(again);
    G.backward(again, top);
    const down = code.t.at(-1);
    for (let i = 0; i < rows; i++) {
      const wide = Math.exp(heap[v + i] / 2), slope = heap[again.s[0] + i];
      kl += 0.5 * (heap[mu + i] ** 2 + wide * wide - heap[v + i] - 1);
      heap[down + i] = slope + heap[mu + i] / n;
      heap[down + rows + i] = 0.5 * slope * heap[this.chance + i] * wide + (0.5 * (wide * wide - 1)) / n;
    }
    Object.assign(losses, { rec: rec / n, kl: kl / n });
    E.forget();
    E.backward(code, down);
  }

  /** -log D(G(z)), traced back through D into G. */
  _fool() {
    const { D, G, heap, settings, fake, made, losses } = this;
    noise("gaussian", settings.latent, this.random, heap, made.h[0], settings.batch);
    G.forward(made);
    D.forward(fake);
    const slope = this._row(fake.t.at(-1));
    losses.g = generator(LOSS, null, this._row(fake.output), slope);
    for (let c = 0; c < slope.length; c++) slope[c] *= settings.pull;
    D.sweep(fake);
    G.backward(made, fake.s[0]);
  }

  _update(net) {
    const [beta1, beta2] = BETAS, t = (net.updates += 1);
    this.kernels.adam(net.at, net.slopes, net.m, net.v, net.count, this.settings.rate, beta1, beta2, 1 - beta1 ** t, 1 - beta2 ** t);
  }

  /** What a net makes of points given as rows of units, in portions of SEEN. */
  _through(net, tape, points, inputs) {
    const count = points.length / inputs, outputs = net.sizes.at(-1), out = new Float32Array(outputs * count);
    for (let from = 0; from < count; from += SEEN) {
      const size = Math.min(SEEN, count - from);
      for (let row = 0; row < inputs; row++) this.heap.set(points.subarray(row * count + from, row * count + from + size), tape.h[0] + row * SEEN);
      net.forward(tape);
      for (let row = 0; row < outputs; row++) out.set(this.heap.subarray(tape.output + row * SEEN, tape.output + row * SEEN + size), row * count + from);
    }
    return out;
  }

  /** `count` generated points, as rows of units. */
  samples(count, seed) {
    const random = new Random(seed), { latent } = this.settings, z = new Float32Array(latent * count);
    noise("gaussian", latent, random, z, 0, count);
    return this._through(this.G, this.look.made, z, latent);
  }

  /** Points, and what comes back of them by the middle of their codes. */
  rebuilt(points) {
    const { latent } = this.settings, codes = this._through(this.E, this.look.code, points, this.data.dims);
    return this._through(this.G, this.look.made, codes.subarray(0, codes.length / 2), latent);
  }

  scores(points) {
    return this._through(this.D, this.look.judged, points, this.data.dims);
  }
}

/** `count` points of a set, as rows of units. */
export function sampled(data, random, count) {
  const out = new Float32Array(data.dims * count);
  draw(data, random, out, 0, count);
  return out;
}
