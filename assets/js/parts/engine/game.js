/* The game: two networks, their optimisers, one step of each. The order in which numbers are drawn is part of the game: the exported Python
   file draws them in the same order. */

import { dataOf, draw, noise } from "./data.js";
import { compiled, plain } from "./kernels.js";
import { LOSSES, discriminator, generator } from "./losses.js";
import { Heap, Net, Tape } from "./net.js";
import { Random } from "./random.js";
import { settled } from "./settings.js";

const EDGE = 1e-12; // under the root of a gradient's length, whose root has no derivative at 0
export const SEEN = 256; // points in a batch for looking

export class Game {
  /** settings: see settings.js. Use `open`. */
  constructor(given) {
    const settings = (this.settings = settled(given));
    this.data = dataOf(settings.data, settings.drawn);
    const heap = new Heap();
    const { batch, unit } = settings;
    this.G = new Net(heap, [settings.dims, ...settings.g, this.data.dims], unit);
    this.D = new Net(heap, [this.data.dims, ...settings.d, 1], unit);
    for (const net of [this.G, this.D]) for (const name of ["m", "v"]) net[name] = heap.take(net.count);
    this.mean = heap.take(this.G.count); // running mean of G's weights
    this.made = new Tape(heap, this.G, batch, { back: true });
    this.fake = new Tape(heap, this.D, batch, { back: true, twice: true, input: this.made.output });
    this.real = new Tape(heap, this.D, batch, { back: true, twice: true });
    this.between = new Tape(heap, this.D, batch, { back: true, twice: true });
    for (const name of ["slopeReal", "slopeFake", "none"]) this[name] = heap.take(batch);
    this.look = { made: new Tape(heap, this.G, SEEN) };
    this.look.fake = new Tape(heap, this.D, SEEN, { back: true, input: this.look.made.output });
    this.look.real = new Tape(heap, this.D, SEEN);
    this.size = heap.used;
  }

  /** A game ready to play; `module`: the compiled kernels.wasm, or null for plain JavaScript. */
  static async open(settings, module = null) {
    const game = new Game(settings);
    const { heap, kernels } = module ? await compiled(module, game.size) : { heap: new Float64Array(game.size), kernels: null };
    game.heap = heap;
    game.kernels = kernels ?? plain(heap);
    for (const net of [game.G, game.D]) net.use(heap, game.kernels);
    game.begin();
    return game;
  }

  begin() {
    const { heap, G, D, settings } = this;
    heap.fill(0);
    this.random = new Random(settings.seed);
    G.start(this.random);
    D.start(this.random);
    heap.copyWithin(this.mean, G.at, G.at + G.count);
    this.updates = { g: 0, d: 0 };
    this.losses = { d: NaN, g: NaN, r1: NaN, r2: NaN, gp: NaN };
  }

  _row(at) {
    return this.heap.subarray(at, at + this.settings.batch);
  }

  _noise(tape) {
    noise(this.settings.noise, this.settings.dims, this.random, this.heap, tape.h[0], tape.n);
  }

  /** One update of the discriminator. */
  stepD() {
    const { D, G, heap, settings, losses } = this;
    this.drawD();
    G.forward(this.made);
    D.forward(this.real);
    D.forward(this.fake);
    losses.d = discriminator(settings.loss, this._row(this.real.output), this._row(this.fake.output), this._row(this.slopeReal), this._row(this.slopeFake));
    D.forget();
    losses.r1 = this._part(this.real, this.slopeReal, settings.r1, 0);
    losses.r2 = this._part(this.fake, this.slopeFake, settings.r2, 0);
    if (settings.gp) {
      this._mix();
      D.forward(this.between);
      losses.gp = this._part(this.between, this.none, settings.gp, 1);
    } else losses.gp = NaN;
    heap.fill(0, this.none, this.none + settings.batch);
    this._update(D, "d");
  }

  /** Draw real points and noise for the discriminator's step. */
  drawD() {
    draw(this.data, this.random, this.heap, this.real.h[0], this.settings.batch);
    this._noise(this.made);
  }

  /** Points between real and generated ones, each at a place of its own (Gulrajani et al. 2017). */
  _mix() {
    const { heap, real, fake, between } = this;
    for (let c = 0; c < real.n; c++) {
      const share = this.random.uniform();
      for (let row = c; row < this.data.dims * real.n; row += real.n) heap[between.h[0] + row] = share * heap[real.h[0] + row] + (1 - share) * heap[fake.h[0] + row];
    }
  }

  /** What a batch adds to D's gradient: its loss, whose derivative by the scores is at `top`, and its penalty. Returns the penalty before
      its weight: the mean of |g|^2, or of (|g| - 1)^2 for `centre` 1; NaN where the weight is 0. */
  _part(tape, top, weight, centre) {
    const { D, heap } = this;
    let value = NaN;
    if (weight) {
      heap.fill(1, tape.t.at(-1), tape.t.at(-1) + tape.n);
      D.sweep(tape);
      value = this._steepness(tape, weight, centre);
      D.sweepUp(tape);
    }
    if (top !== this.none || D.unit.bend) D.backward(tape, top, weight > 0);
    return value;
  }

  /** The penalty on the gradients at tape.s[0]; its derivative by them goes to tape.u[0]. */
  _steepness(tape, weight, centre) {
    const { heap } = this, { n } = tape, rows = this.data.dims * n;
    let sum = 0;
    for (let c = 0; c < n; c++) {
      let square = 0;
      for (let row = c; row < rows; row += n) square += heap[tape.s[0] + row] ** 2;
      const length = Math.sqrt(square + EDGE);
      const by = centre ? (2 * weight * (length - 1)) / length / n : weight / n; // of weight / 2 |g|^2, or of weight (|g| - 1)^2
      for (let row = c; row < rows; row += n) heap[tape.u[0] + row] = by * heap[tape.s[0] + row];
      sum += centre ? (length - 1) ** 2 : square;
    }
    return sum / n;
  }

  /** One update of the generator. */
  stepG() {
    const { D, G, heap, kernels, settings, losses, fake } = this;
    this.drawG();
    G.forward(this.made);
    D.forward(fake);
    if (LOSSES[settings.loss].paired) D.forward(this.real);
    losses.g = generator(settings.loss, this._row(this.real.output), this._row(fake.output), this._row(fake.t.at(-1)));
    D.sweep(fake);
    G.forget();
    G.backward(this.made, fake.s[0]);
    this._update(G, "g");
    if (settings.ema) kernels.average(this.mean, G.at, G.count, settings.ema);
    else heap.copyWithin(this.mean, G.at, G.at + G.count);
  }

  /** Draw noise, and real points where the loss needs them, for the generator's step. */
  drawG() {
    this._noise(this.made);
    if (LOSSES[this.settings.loss].paired) draw(this.data, this.random, this.heap, this.real.h[0], this.settings.batch);
  }

  /** k updates of D, one of G. */
  step() {
    for (let i = 0; i < this.settings.k; i++) this.stepD();
    this.stepG();
  }

  _update(net, who) {
    const { settings, kernels } = this;
    const [rate, beta1, beta2] = ["rate", "beta1", "beta2"].map((name) => settings[name + who.toUpperCase()]);
    const t = (this.updates[who] += 1);
    if (settings.optimizer === "adam") kernels.adam(net.at, net.slopes, net.m, net.v, net.count, rate, beta1, beta2, 1 - beta1 ** t, 1 - beta2 ** t);
    else kernels.momentum(net.at, net.slopes, net.m, net.count, rate, beta1);
  }

  /** Whether the weights of a player have grown beyond all numbers: from there nothing comes back. */
  lost() {
    return [this.G, this.D].some((net) => !this.heap.subarray(net.at, net.at + net.count).every(Number.isFinite));
  }

  /** Places and lengths of all numbers that change from step to step. */
  _parts() {
    const { G, D } = this;
    return [[G.at, G.count], [G.m, G.count], [G.v, G.count], [this.mean, G.count], [D.at, D.count], [D.m, D.count], [D.v, D.count]];
  }

  /** All that the future of the run depends on, but the settings; `room`: the weights of a state that nobody needs any more, written over. */
  save(room = null) {
    const { heap } = this, parts = this._parts();
    const weights = room ?? new Float64Array(parts.reduce((sum, [, count]) => sum + count, 0));
    let to = 0;
    for (const [at, count] of parts) {
      weights.set(heap.subarray(at, at + count), to);
      to += count;
    }
    return { weights, chance: this.random.state, updates: { ...this.updates }, losses: { ...this.losses } };
  }

  restore({ weights, chance, updates, losses }) {
    const { heap } = this;
    let from = 0;
    for (const [at, count] of this._parts()) {
      heap.set(weights.subarray(from, from + count), at);
      from += count;
    }
    this.random.state = chance;
    this.updates = { ...updates };
    this.losses = { ...losses };
  }
}
