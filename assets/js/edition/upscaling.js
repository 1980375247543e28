/* A photo made larger, tile by tile, in the worker: ganapp/upscaling/enlarge.py and tiles.py. */

import { fileOf } from "./pictures/file.js";
import { bounded, planes, rgba } from "./pictures/levels.js";
import { resampled } from "./pictures/resample.js";
import { opened, Shown } from "./pictures/shown.js";
import { cut, grown, parts } from "./pictures/tiles.js";
import { between, upscaler } from "./nets/upscaler.js";

const STEP = 0.05; // strengths are rounded to this, as on the server
const DEEP = 65535;

/** The tiles of a picture: parts of at most `side` pixels, as equal as can be. */
const tilesOf = (width, height, side) => parts({ left: 0, top: 0, right: width, bottom: height }, side, 1);

export class Upscaling {
  /** order: {bitmap, nets: [lines of edition/upscale.json with `fidelity`, that of its sibling], size: [width, height], tile, strength,
      denoise, type, quality}. */
  constructor(turn, order) {
    Object.assign(this, { turn, order, done: 0, total: 0, shown: null });
  }

  async run() {
    const { bitmap, nets, size, tile, type, quality } = this.order;
    const { canvas, image: before } = opened(bitmap), photo = planes(before);
    const groups = photo.alpha ? [photo.colours, [photo.alpha]] : [photo.colours];
    let [w, h] = [photo.width, photo.height];
    for (const { scale } of nets) {
      this.total += groups.length * tilesOf(w, h, tile).length;
      [w, h] = [w * scale, h * scale];
    }
    this.shown = new Shown(canvas, size);
    const made = [];
    for (const [number, group] of groups.entries()) made.push(await this._through(group, photo, number === 1));
    const image = rgba({ width: size[0], height: size[1], colours: made[0], alpha: made[1]?.[0] ?? null });
    return { blob: await fileOf(image, type, quality / 100), tiles: this.total };
  }

  /** Planes through all nets, and resampled to the size where that is another. alpha: whether they are it. */
  async _through(group, { width, height }, alpha) {
    let now = group, size = [width, height];
    for (const net of this.order.nets) {
      now = await this._enlarged(now, size, net, alpha);
      size = size.map((side) => side * net.scale);
      const last = net === this.order.nets.at(-1) && size.every((side, i) => side === this.order.size[i]);
      if (!last) for (const plane of now) for (let i = 0; i < plane.length; i++) plane[i] = Math.floor(plane[i] * DEEP + 0.5) / DEEP;
    }
    return size.every((side, i) => side === this.order.size[i]) ? now : now.map((plane) => resampled(plane, size, this.order.size, "lanczos"));
  }

  async _enlarged(group, [width, height], net, alpha) {
    const { scale } = net, wide = width * scale;
    const opened = await this._opened(net);
    const made = group.map(() => new Float32Array(group[0].length * scale * scale));
    for (const tile of tilesOf(width, height, this.order.tile)) {
      const { reach } = net.net;
      const window = grown(tile, reach, width, height);
      const [w, h] = [window.right - window.left, window.bottom - window.top];
      const seen = group.map((plane) => cut(plane, width, window));
      const flat = alpha && seen[0].every((each) => each === seen[0][0]);
      const larger = flat ? [new Float32Array(w * h * scale * scale).fill(seen[0][0])] : await this._tile(opened, seen, w, h, scale);
      if (alpha) bounded(larger[0], seen[0], w, h, scale);
      const [left, top] = [(tile.left - window.left) * scale, (tile.top - window.top) * scale];
      const [across, down] = [(tile.right - tile.left) * scale, (tile.bottom - tile.top) * scale];
      for (let y = 0; y < down; y++) {
        const from = (top + y) * w * scale + left;
        made.forEach((plane, c) => plane.set(larger[c].subarray(from, from + across), (tile.top * scale + y) * wide + tile.left * scale));
      }
      if (!alpha) this._lay(made, tile, scale, wide, height * scale);
      await this.turn.did(++this.done, this.total, () => this.shown.canvas);
    }
    return made;
  }

  async _opened({ id, scale, net }) {
    const { strength, denoise, nets } = this.order;
    const fidelity = nets.find((each) => each.id === id).fidelity;
    const share = fidelity ? Math.round(strength / STEP) * STEP : 1, cleaning = net.config.denoise ? denoise : 0;
    const own = await this.turn.tensors(net.file), weights = share < 1 ? between(await this.turn.tensors(fidelity.file), own, share) : own;
    const graph = upscaler(weights, { cleaner: 0, denoise: false, ...net.config, scale }, cleaning);
    return { key: `${id} ${share} ${cleaning}`, graph, cleaning: net.config.denoise ? cleaning : null };
  }

  /** One tile: planes (h, w) in [0, 1] -> planes (scale h, scale w), clamped. A grey one goes as three, and their mean comes back. */
  async _tile({ key, graph, cleaning }, seen, w, h, scale) {
    const x = new Float32Array(3 * w * h);
    for (let c = 0; c < 3; c++) {
      const plane = seen[c] ?? seen[0];
      for (let i = 0; i < w * h; i++) x[c * w * h + i] = plane[i] * 2 - 1;
    }
    const inputs = { x: { data: x, dims: [1, 3, h, w] } };
    if (cleaning !== null) inputs.plane = { data: new Float32Array(w * h).fill(cleaning), dims: [1, 1, h, w] };
    const { y } = await this.turn.run(key, () => graph, inputs);
    const n = w * h * scale * scale, { data } = y;
    const level = (value) => Math.min(1, Math.max(0, (value + 1) * 0.5));
    if (seen.length === 1) return [Float32Array.from({ length: n }, (_, i) => level((data[i] + data[n + i] + data[2 * n + i]) / 3))];
    return [0, 1, 2].map((c) => data.subarray(c * n, (c + 1) * n).map(level));
  }

  _lay(made, tile, scale, wide, high) {
    const [left, top, right, bottom] = [tile.left, tile.top, tile.right, tile.bottom].map((each) => each * scale);
    const box = { left, top, right, bottom };
    this.shown.lay(made.map((plane) => cut(plane, wide, box)), box, wide, high);
  }
}
