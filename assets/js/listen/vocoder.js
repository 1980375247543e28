/* A vocoder: the net of ganapp/nets/vocoder.py, which goes on from samples that a part of the search found. Its convolutions are done by
   convolve.wasm; rows of numbers lie in its memory, a channel after the other, with silence before and after each. */

import { tensors } from "../parts/tensors.js";
import { BANDS, griffinLim, unclipped } from "./mel.js";

const [OVERLAP, LOUDEST, LEAK] = [4, 6, 0.2];
const DILATIONS = [1, 3, 9];
const SILENCE = 16; // numbers before and after a row, more than any convolution reaches
const PAGE = 65536;

const leaky = (x) => (x > 0 ? x : LEAK * x);

/** Rows of single-precision numbers in the memory, `row` apart; the first number of a row stands at `at` of the whole heap. */
const rows = (place, row) => ({ place, at: (channel) => place / 4 + channel * row + SILENCE });

/** Room in a WebAssembly.Memory, taken from its beginning upwards. */
class Room {
  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 1 });
    this.taken = 0;
    this.heap = new Float32Array(this.memory.buffer);
  }

  /** The place of so many numbers, in bytes. */
  take(count) {
    const place = this.taken;
    this.taken += Math.ceil(count / 4) * 16;
    const lacks = this.taken - this.memory.buffer.byteLength;
    if (lacks > 0) {
      this.memory.grow(Math.ceil(lacks / PAGE));
      this.heap = new Float32Array(this.memory.buffer);
    }
    return place;
  }
}

export class Vocoder {
  /** module: convolve.wasm, compiled; bytes: of the net's safetensors file; net: its settings, as config.json has them. */
  constructor({ module, bytes, net }) {
    if (!net.guess || net.bands !== BANDS) throw new Error("a vocoder of another make");
    Object.assign(this, { net, room: new Room(), rounds: net.rounds, bins: (OVERLAP * net.step) / 2 + 1 });
    this.convolve = new WebAssembly.Instance(module, { env: { memory: this.room.memory } }).exports.convolve;
    const held = tensors(bytes);
    this.mean = held.mean.data;
    this.scale = held.scale.data;
    this.look = this.layer(held, "look");
    this.blocks = Array.from({ length: net.blocks }, (_, i) => ({
      first: this.layer(held, `blocks.${i}.first`, DILATIONS[i % DILATIONS.length]),
      second: this.layer(held, `blocks.${i}.second`),
    }));
    this.tell = this.layer(held, "tell");
    const { part, join } = transforms(net.step);
    this.part = this.laid(part, null, 1, OVERLAP / 2);
    this.join = this.laid(join, null, 1, OVERLAP / 2 - 1);
    this.weights = this.room.taken;
  }

  /** A convolution of the net. */
  layer(held, name, dilation = 1) {
    const weight = held[`${name}.weight`];
    return this.laid(weight, held[`${name}.bias`].data, dilation, dilation * (weight.dims[3] >> 1));
  }

  /** A convolution that begins so many numbers before each moment, its weights laid out as convolve.ts wants them: four channels of the result
      beside each other. */
  laid({ data, dims }, bias, dilation, before) {
    const [channels, inputs, , taps] = dims;
    const outputs = Math.ceil(channels / 4) * 4;
    const [w, b] = [this.room.take(outputs * inputs * taps), this.room.take(outputs)];
    const { heap } = this.room;
    const each = inputs * taps;
    for (let j = 0; j < channels; j++) for (let k = 0; k < each; k++) heap[w / 4 + ((j >> 2) * each + k) * 4 + (j & 3)] = data[j * each + k];
    if (bias) heap.set(bias, b / 4);
    return { w, b, inputs, outputs, taps, dilation, before };
  }

  /** Empty rows for so many channels; what was there is gone. */
  rows(channels) {
    const place = this.room.take(Math.ceil(channels / 4) * 4 * this.row);
    this.room.heap.fill(0, place / 4, this.room.taken / 4);
    return rows(place, this.row);
  }

  apply({ w, b, inputs, outputs, taps, dilation, before }, from, to) {
    const x = from.place + 4 * (SILENCE - before);
    this.convolve(to.place + 4 * SILENCE, x, w, b, inputs, outputs, taps, dilation, this.count, this.row);
  }

  /** The samples, (frames - 1) * hop of them, of a log-mel picture and of what the search found for it. */
  samples(picture, frames, guess) {
    const { width, hop, step } = this.net;
    this.count = ((frames - 1) * hop) / step + 1;
    this.row = Math.ceil(this.count / 8) * 8 + 2 * SILENCE;
    this.room.taken = this.weights;
    const seen = this.rows(BANDS + 2 * this.bins);
    const [x, active, told, said] = [this.rows(width), this.rows(width), this.rows(width), this.rows(4 * this.bins)];
    const [parts, spectrum, made] = [this.rows(step), this.rows(2 * this.bins), this.rows(2 * this.bins)];
    this.spectrum(guess, parts, spectrum);
    this.see(picture, frames, spectrum, seen);
    this.apply(this.look, seen, x);
    for (const { first, second } of this.blocks) {
      this.normal(x, active);
      this.apply(first, active, told);
      this.activate(told, active);
      this.apply(second, active, told);
      this.add(told, x);
    }
    this.activate(x, active);
    this.apply(this.tell, active, said);
    this.kept(spectrum, said, made);
    return unclipped(this.joined(made, parts, guess.length));
  }

  /** What the net sees: the picture's bands at short frames, then the spectrum with the square roots of its sizes. */
  see(picture, frames, spectrum, seen) {
    const { count, bins } = this;
    const { heap } = this.room;
    for (let band = 0; band < BANDS; band++) {
      const to = seen.at(band);
      for (let t = 0; t < count; t++) {
        const at = (t * (frames - 1)) / (count - 1);
        const whole = Math.min(Math.floor(at), frames - 2);
        const before = picture[band * frames + whole];
        heap[to + t] = (before + (at - whole) * (picture[band * frames + whole + 1] - before) - this.mean[band]) / this.scale[band];
      }
    }
    for (let k = 0; k < bins; k++) {
      const [real, imaginary] = [seen.at(BANDS + k), seen.at(BANDS + bins + k)];
      const [first, second] = [spectrum.at(k), spectrum.at(bins + k)];
      for (let t = 0; t < count; t++) {
        const [a, b] = [heap[first + t], heap[second + t]];
        const root = 1 / Math.sqrt(Math.sqrt(a * a + b * b + 1e-6));
        heap[real + t] = a * root;
        heap[imaginary + t] = b * root;
      }
    }
  }

  /** Each moment divided by the root of the mean square of its channels, then a leaky unit. */
  normal(x, to) {
    const { heap } = this.room;
    const { width } = this.net;
    const sums = new Float32Array(this.count);
    for (let j = 0; j < width; j++) for (let t = 0, at = x.at(j); t < this.count; t++, at++) sums[t] += heap[at] * heap[at];
    for (let t = 0; t < this.count; t++) sums[t] = 1 / Math.sqrt(sums[t] / width + 1e-6);
    for (let j = 0; j < width; j++) for (let t = 0, at = x.at(j), put = to.at(j); t < this.count; t++) heap[put + t] = leaky(heap[at + t] * sums[t]);
  }

  activate(x, to) {
    const { heap } = this.room;
    for (let j = 0; j < this.net.width; j++) for (let t = 0, at = x.at(j), put = to.at(j); t < this.count; t++) heap[put + t] = leaky(heap[at + t]);
  }

  add(x, to) {
    const { heap } = this.room;
    for (let j = 0; j < this.net.width; j++) for (let t = 0, at = x.at(j), put = to.at(j); t < this.count; t++) heap[put + t] += heap[at + t];
  }

  /** What the net says: how much is kept of each bin, how loud what is added is, and its real and imaginary part. */
  kept(spectrum, said, made) {
    const { bins } = this;
    const { heap } = this.room;
    for (let k = 0; k < 2 * bins; k++) {
      const [kept, loud, added] = [said.at(k % bins), said.at(bins + (k % bins)), said.at(2 * bins + k)];
      const [was, to] = [spectrum.at(k), made.at(k)];
      for (let t = 0; t < this.count; t++) heap[to + t] = heap[added + t] * Math.exp(Math.min(LOUDEST, heap[loud + t])) + heap[was + t] * (1 + heap[kept + t]);
    }
  }

  /** Spectra of short frames, a row for each bin: real parts, then imaginary ones. A row for every place in a step holds the samples that stand
      there, so that a frame is a convolution of those rows. */
  spectrum(samples, parts, spectrum) {
    const { heap } = this.room;
    const { step } = this.net;
    for (let i = 0; i < samples.length; i++) heap[parts.at(i % step) + Math.floor(i / step)] = samples[i];
    this.apply(this.part, parts, spectrum);
  }

  /** So many samples of spectra of short frames: `spectrum` undone. */
  joined(spectrum, parts, n) {
    const { step } = this.net;
    this.apply(this.join, spectrum, parts);
    const { heap } = this.room;
    return Float64Array.from({ length: n }, (_, i) => heap[parts.at(i % step) + Math.floor(i / step)]);
  }

  /** What finds the samples of magnitudes and their picture, in the place of the whole search. */
  find(size, picture, frames) {
    return this.samples(picture, frames, griffinLim(size, frames, this.rounds));
  }
}

/** Cosines, then negative sines, under Hann's window of `size` numbers: [2 bins][size]. */
function bases(size) {
  const bins = size / 2 + 1;
  return Array.from({ length: 2 * bins }, (_, k) =>
    Float64Array.from({ length: size }, (_, i) => {
      const angle = (2 * Math.PI * (((k % bins) * i) % size)) / size;
      return (k < bins ? Math.cos(angle) : -Math.sin(angle)) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
    }),
  );
}

/** Those as weights [2 bins][step][OVERLAP] of a convolution that parts samples into spectra, and [step][2 bins][OVERLAP] of one that joins them. */
function transforms(step) {
  const size = OVERLAP * step;
  const basis = bases(size);
  const [bins, last] = [size / 2 + 1, OVERLAP - 1];
  const parted = basis.flatMap((row) => Array.from({ length: size }, (_, i) => row[(i % OVERLAP) * step + Math.floor(i / OVERLAP)]));
  const weight = (k) => (k % (bins - 1) === 0 ? 1 : 2) / (1.5 * size);
  const joined = Array.from({ length: step }, (_, place) => basis.map((row, k) => Array.from({ length: OVERLAP }, (_, i) => row[(last - i) * step + place] * weight(k % bins))));
  return { part: { data: parted, dims: [2 * bins, step, 1, OVERLAP] }, join: { data: joined.flat(2), dims: [step, 2 * bins, 1, OVERLAP] } };
}
