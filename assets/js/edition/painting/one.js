/* Painters of a net of one style (ganapp/models/painter.py): strokes that are placed by noise, on a ground in the style's colours. */

import * as nets from "../nets/stylizer.js";
import { nearestEven } from "../pictures/levels.js";
import { resampled } from "../pictures/resample.js";
import { turned, whitening } from "./colours.js";
import { noise } from "./noise.js";
import { cut, framed, grown, parts, put } from "../pictures/tiles.js";

const TILE = 384;
const SHRINK = 2.5; // times as high and wide is a picture as the copy that its look is taken from
const GLIMPSE = [128 * 128, 512 * 512]; // pixels of a picture whose look is taken as it is; most of the copy of a larger one

export class One {
  /** tools: a Turn; style: {net: {file, config, rim}, body, side}; weights: its tensors. */
  constructor(tools, style, weights, key = style.net.file) {
    Object.assign(this, { tools, style, weights, key, side: style.side, noisy: true, weakens: false });
  }

  static async of(tools, style) {
    return new One(tools, style, await tools.tensors(style.net.file));
  }

  static alike(one, other) {
    const config = (each) => JSON.stringify(each.style.net.config);
    return one instanceof One && other instanceof One && Boolean(one.style.body) && one.style.body === other.style.body && config(one) === config(other);
  }

  between(other, share) {
    const [a, b] = [this.style, other.style], rim = Math.max(a.net.rim, b.net.rim);
    const style = { ...a, side: (1 - share) * a.side + share * b.side, net: { ...a.net, rim } };
    return new One(this.tools, style, nets.between(this.weights, other.weights, share), `${this.key} ${other.key} ${share}`);
  }

  count({ width, height }) {
    return parts(this._frame({ planes: [], width, height }).whole, TILE, nets.MULTIPLE).length;
  }

  _frame(small) {
    return framed(small, nets.MULTIPLE, this.style.net.rim);
  }

  /** Planes in [0, 1] -> the same picture repainted; seed: of the noise. step(): called after each part. */
  async paint(small, seed, step) {
    const { width, height } = small, count = this.style.net.config.noise ?? 0;
    const signed = { ...small, planes: small.planes.map((plane) => plane.map((each) => each * 2 - 1)) };
    const { white: colours, norms } = await this._looked(framed(signed, nets.MULTIPLE, 0), count);
    const frame = this._frame(signed), { whole, width: wide, height: high } = frame;
    const white = turned(frame.planes, colours), ground = turned(white, { mean: [0, 0, 0], matrix: rows(this.weights["base.weight"].data) }, this.weights["base.bias"].data);
    const every = [...frame.planes, ...white, ...noise(count, wide, high, seed)];
    const made = small.planes.map(() => new Float32Array(width * height));
    const graph = nets.stylizer(this.weights, this.style.net.config, norms), key = `${this.key} ${crypto.randomUUID?.() ?? Math.random()}`;
    for (const box of parts(whole, TILE, nets.MULTIPLE)) {
      const window = grown(box, nets.reach(this.style.net.config), wide, high), [w, h] = [window.right - window.left, window.bottom - window.top];
      const seen = every.map((plane) => cut(plane, wide, window)), joint = new Float32Array(3 * w * h);
      seen.slice(3, 6).forEach((plane, c) => joint.set(plane, c * w * h));
      const { y } = await this.tools.run(key, () => graph, { x: unshuffled(seen, w, h), white: { data: joint, dims: [1, 3, h, w] } });
      ground.forEach((plane, c) => {
        const below = cut(plane, wide, window), level = (each, i) => Math.min(1, Math.max(0, (each + y.data[c * w * h + i] + 1) * 0.5));
        put(made[c], width, below.map(level), window, box, whole);
      });
      await step();
    }
    return made;
  }

  /** What the net takes from the whole picture: {white: {mean, matrix} of its colours, norms: statistics of each layer}. */
  async _looked(whole, count) {
    const { planes, width, height } = glimpsed(whole), white = whitening(planes, width, height);
    const every = [...planes, ...turned(planes, white), ...noise(count, width, height, 0)];
    const answer = await this.tools.run(`${this.key} look`, () => nets.stylizer(this.weights, this.style.net.config), { x: unshuffled(every, width, height) });
    const norms = [];
    for (let i = 0; answer[`m${i}`]; i++) norms.push({ mean: answer[`m${i}`].data, variance: answer[`v${i}`].data });
    return { white, norms };
  }
}

const rows = (matrix) => [0, 3, 6].map((i) => [...matrix.slice(i, i + 3)]);

/** The copy of a whole picture that its look is taken from. */
function glimpsed({ planes, width, height }) {
  if (width * height <= GLIMPSE[0]) return { planes, width, height };
  const shrink = Math.max(SHRINK, Math.sqrt((width * height) / GLIMPSE[1]));
  const [w, h] = [width, height].map((side) => Math.max(1, nearestEven(side / shrink / nets.MULTIPLE)) * nets.MULTIPLE);
  return { planes: planes.map((plane) => resampled(plane, [width, height], [w, h], "bilinear")), width: w, height: h };
}

/** Planes as a tensor of half their size, the four pixels of each square as channels. */
function unshuffled(planes, width, height) {
  const [w, h] = [width / 2, height / 2], data = new Float32Array(4 * planes.length * w * h);
  planes.forEach((plane, c) => {
    for (let k = 0; k < 4; k++) {
      let at = (4 * c + k) * w * h;
      for (let y = 0; y < h; y++) for (let x = 0, p = (2 * y + (k >> 1)) * width + (k & 1); x < w; x++, p += 2) data[at++] = plane[p];
    }
  });
  return { data, dims: [1, 4 * planes.length, h, w] };
}
