/* Painters of one net of many styles (ganapp/models/code_painter.py), and what tells the code of any picture. */

import * as nets from "../nets/conditional.js";
import { nearestEven } from "../pictures/levels.js";
import { resampled } from "../pictures/resample.js";
import { cut, framed, grown, parts, put } from "../pictures/tiles.js";

const AT_ONCE = 450_000; // pixels that the net sees in one go: what its widest layers keep of them fits into a phone
const TILE = 512;
const WHOLE = 2_100_000; // pixels of a picture whose statistics are its own
const EDGE = 8; // pixels that the first two layers look away, as a multiple of 8
const SEEN = 256; // pixels a side of what the predictor sees
const CODES = 8; // codes of pictures that are remembered

/** Numbers of a plane's channels while they come tile by tile: {mean, variance}. */
class Sums {
  constructor(width) {
    Object.assign(this, { count: 0, sum: new Float64Array(width), squares: new Float64Array(width) });
  }

  add(channel, values) {
    for (let i = 0; i < values.length; i++) {
      this.sum[channel] += values[i];
      this.squares[channel] += values[i] * values[i];
    }
    if (!channel) this.count += values.length;
  }

  get statistics() {
    const mean = this.sum.map((each) => each / this.count);
    return { mean, variance: this.squares.map((each, i) => Math.max(0, each / this.count - mean[i] ** 2)) };
  }
}

export class Many {
  /** tools: a Turn; style: {net: {file, config, rim, predictor}, side}; code: Float32Array. */
  constructor(tools, style, code) {
    Object.assign(this, { tools, style, code, side: style.side, key: `${style.net.file} ${code.join()}` });
  }

  /** The code of a style: its own, or that of its painting. */
  static async of(tools, style) {
    return new Many(tools, style, style.net.code ? Float32Array.from(style.net.code) : await told(tools, style.net.predictor, style.painting));
  }

  static alike(one, other) {
    return one instanceof Many && other instanceof Many && one.style.net.file === other.style.net.file;
  }

  between(other, share) {
    return new Many(this.tools, this.style, this.code.map((each, i) => each + share * (other.code[i] - each)));
  }

  /** Whether it knows a picture's own look. */
  get weakens() {
    return Boolean(this.style.net.predictor);
  }

  async towards(small, share) {
    const own = await told(this.tools, this.style.net.predictor, small);
    return new Many(this.tools, this.style, own.map((each, i) => each + share * (this.code[i] - each)));
  }

  /** How many steps a picture takes. */
  count({ width, height }) {
    const { whole, ...frame } = this._frame({ planes: [], width, height });
    if (frame.width * frame.height <= AT_ONCE) return 1;
    const [wide, high] = copied(frame);
    const tiles = parts({ left: 0, top: 0, right: wide, bottom: high }, TILE, nets.MULTIPLE).length;
    return (this.style.net.config.normed ? 2 : 1) * tiles + 1 + parts(whole, TILE, nets.MULTIPLE).length;
  }

  _frame(small) {
    return framed(small, nets.MULTIPLE, this.style.net.rim);
  }

  /** Planes in [0, 1] -> the same picture repainted. step(): called after each part. */
  async paint(small, seed, step) {
    const { config, file } = this.style.net, { width, height } = small;
    this.layers = nets.layersOf(await this.tools.tensors(file), config, this.code);
    const frame = this._frame(small), made = small.planes.map(() => new Float32Array(width * height));
    const all = { left: 0, top: 0, right: frame.width, bottom: frame.height }, at = frame.whole;
    if (frame.width * frame.height <= AT_ONCE) {
      const y = await this._run(this.key, () => nets.painting(this.layers), frame, all, 3);
      y.forEach((plane, c) => put(made[c], width, plane, all, at, at));
      await step();
      return made;
    }
    const norms = await this._looked(frame, step), reach = nets.reach(config);
    for (const box of parts(frame.whole, TILE, nets.MULTIPLE)) {
      const window = grown(box, reach, frame.width, frame.height);
      const y = await this._run(`${this.key} ${this.looked}`, () => nets.painting(this.layers, norms), frame, window, 3);
      y.forEach((plane, c) => put(made[c], width, plane, window, box, at));
      await step();
    }
    return made;
  }

  /** The statistics of a large picture, layer by layer: those of the first two come tile by tile, as they keep most of each pixel. */
  async _looked(frame, step) {
    this.looked = crypto.randomUUID?.() ?? String(Math.random());
    const [width, height] = copied(frame), { layers } = this;
    const planes = width === frame.width ? frame.planes : frame.planes.map((plane) => resampled(plane, [frame.width, frame.height], [width, height], "bilinear"));
    const whole = { planes, width, height }, boxes = parts({ left: 0, top: 0, right: width, bottom: height }, TILE, nets.MULTIPLE), norms = [];
    const tile = async (name, graph, box, count, each, scale) => {
      const window = grown(box, EDGE, width, height), y = await this._run(`${name} ${this.looked}`, graph, whole, window, count);
      const small = ({ left, top, right, bottom }) => ({ left: left / scale, top: top / scale, right: right / scale, bottom: bottom / scale });
      for (let c = 0; c < count; c++) each(c, y[c], small(window), small(box));
      await step();
    };
    if (!layers[0].bias) {
      const sums = new Sums(layers[0].scale.length);
      const inner = (c, plane, from, box) => sums.add(c, cut(plane, from.right - from.left, { left: box.left - from.left, top: box.top - from.top, right: box.right - from.left, bottom: box.bottom - from.top }));
      for (const box of boxes) await tile("first", () => nets.first(layers), box, layers[0].scale.length, inner, 1);
      norms[0] = sums.statistics;
    }
    const [channels] = layers[1].weight.dims, wide = width / 2, size = wide * (height / 2), kept = new Float32Array(channels * size);
    const keep = (c, plane, from, box) => put(kept.subarray(c * size, (c + 1) * size), wide, plane, from, box);
    for (const box of boxes) await tile("second", () => nets.second(layers, norms), box, channels, keep, 2);
    if (!layers[1].bias) {
      const sums = new Sums(channels);
      for (let c = 0; c < channels; c++) sums.add(c, kept.subarray(c * size, (c + 1) * size));
      norms[1] = sums.statistics;
    }
    const answer = await this.tools.run(`later ${this.looked}`, () => nets.later(layers, norms), { x: { data: kept, dims: [1, channels, height / 2, wide] } });
    for (const [i, layer] of layers.entries()) if (i > 1 && !layer.bias) norms[i] = { mean: answer[`m${i}`].data, variance: answer[`v${i}`].data };
    await step();
    return norms;
  }

  /** What a graph makes of a rectangle of a picture, as planes. */
  async _run(key, graph, { planes, width }, window, count) {
    const [w, h] = [window.right - window.left, window.bottom - window.top], x = new Float32Array(3 * w * h);
    planes.forEach((plane, c) => x.set(cut(plane, width, window), c * w * h));
    const { y } = await this.tools.run(key, graph, { x: { data: x, dims: [1, 3, h, w] } });
    const n = y.data.length / count;
    return Array.from({ length: count }, (_, c) => y.data.subarray(c * n, (c + 1) * n));
  }
}

/** Width and height of the picture that the statistics of a whole one are taken from. */
function copied({ width, height }) {
  if (width * height <= WHOLE) return [width, height];
  const shrink = Math.sqrt((width * height) / WHOLE);
  return [width, height].map((side) => Math.max(1, nearestEven(side / shrink / nets.MULTIPLE)) * nets.MULTIPLE);
}

const codes = new Map();

/** The code of a picture's look, by its middle square. */
async function told(tools, predictor, { planes, width, height, key }) {
  if (key && codes.has(key)) return codes.get(key);
  const side = Math.min(width, height), left = (width - side) >> 1, top = (height - side) >> 1;
  const box = { left, top, right: left + side, bottom: top + side }, seen = new Float32Array(3 * SEEN * SEEN);
  planes.forEach((plane, c) => {
    const levels = cut(plane, width, box).map((each) => nearestEven(Math.min(1, Math.max(0, each)) * 255));
    resampled(levels, [side, side], [SEEN, SEEN], "lanczos", true).forEach((level, i) => (seen[3 * i + c] = level / 255));
  });
  const answer = await tools.run(predictor, predictor, { style_image: { data: seen, dims: [1, SEEN, SEEN, 3] } });
  const code = Float32Array.from(Object.values(answer)[0].data);
  if (key) codes.set(key, code);
  if (codes.size > CODES) codes.delete(codes.keys().next().value);
  return code;
}
