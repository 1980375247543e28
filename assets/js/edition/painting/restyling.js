/* A photo in a style, in the worker: made small, painted, and brought back to its full size (ganapp/stylizing/restyle.py, compose.py,
   stroke_size.py, mixture.py). */

import { fileOf } from "../pictures/file.js";
import { nearestEven, solid, spread } from "../pictures/levels.js";
import { resampled, strips } from "../pictures/resample.js";
import { opened, Shown } from "../pictures/shown.js";
import { matched } from "./colours.js";
import { Many } from "./many.js";
import { softened } from "./marks.js";
import { One } from "./one.js";

const LUMA = [0.299, 0.587, 0.114].map(Math.fround);
const SEEN = 1 / 16; // alpha from which a pixel's own colour is trusted
const ENLARGED = 2, MOST_PIXELS = 8_000_000, ALMOST = 0.03; // see stroke_size.py
const LIVE = 384 * 384; // pixels that are painted of a preview at most
const MIXED = 0.5; // strength below which a picture painted in its own look and the photo are mixed
const STRIP = 2 ** 18; // pixels that are composed at once
const PAINTING = 256, LONG = 4; // pixels of the short side of a painting, and the largest ratio of its sides
const KEPT = 48 * 2 ** 20; // bytes of small pictures that are held
const held = new Map();

/** What was made under a key before, or is made now; the oldest go when they are too much. */
async function kept(key, make) {
  const found = held.get(key) ?? (await make());
  held.delete(key);
  held.set(key, found);
  const bytes = (planes) => planes.reduce((sum, plane) => sum + plane.byteLength, 0);
  let total = [...held.values()].reduce((sum, planes) => sum + bytes(planes), 0);
  for (const [old, planes] of held) {
    if (total <= KEPT || old === key) break;
    held.delete(old);
    total -= bytes(planes);
  }
  return found;
}

/** A plane of bytes as levels in [0, 1]. */
function plane(data, c) {
  const made = new Float32Array(data.length / 4);
  for (let i = 0, p = c; i < made.length; i++, p += 4) made[i] = data[p] / 255;
  return made;
}

const clipped = (each) => Math.min(1, Math.max(0, each));

/** The photo at another size, its hidden colours taken from beside them. */
function reduced({ data, width, height }, size) {
  const at = (values) => resampled(values, [width, height], size, "bicubic");
  const alpha = plane(data, 3), colours = [0, 1, 2].map((c) => plane(data, c));
  if (alpha.every((each) => each === 1)) return colours.map((each) => at(each).map(clipped));
  const share = at(alpha);
  return colours.map((each) => {
    const seen = at(each.map((value, i) => value * alpha[i]));
    return spread(seen.map((value, i) => value / Math.max(share[i], SEEN)), share, ...size).map(clipped);
  });
}

/** A painting as a style is taken from it: {planes, width, height, key}. */
function hung({ bitmap, key }) {
  const { image } = opened(bitmap), { data, width, height } = image;
  const [wide, high] = [Math.min(width, height * LONG), Math.min(height, width * LONG)];
  const [left, top] = [(width - wide) >> 1, (height - high) >> 1], scale = PAINTING / Math.min(wide, high);
  const size = [wide, high].map((side) => Math.max(1, nearestEven(side * scale)));
  const planes = [0, 1, 2].map((c) => {
    const levels = new Float32Array(wide * high);
    for (let y = 0, i = 0; y < high; y++) {
      for (let x = 0; x < wide; x++, i++) {
        const p = 4 * ((top + y) * width + left + x), share = data[p + 3] / 255;
        levels[i] = nearestEven(data[p + c] * share + 255 * (1 - share));
      }
    }
    return resampled(levels, [wide, high], size, "bicubic", true).map((each) => each / 255);
  });
  return { planes, width: size[0], height: size[1], key };
}

export class Restyling {
  /** order: {bitmap, key, styles: one or two {net, body, side, painting: null or {bitmap, key}}, share, strength, strokes, detail, colours,
      seed, mask: null or a bitmap, where, live, type, quality}; key: what the photo is known by; live: whether it is a preview. */
  constructor(turn, order) {
    Object.assign(this, { turn, order, done: 0, total: 0 });
  }

  async run() {
    const { bitmap, key, type, quality, live } = this.order, { canvas, image } = opened(bitmap);
    let mixture = await this._mixture();
    const size = this._size(image, mixture), [width, height] = size, name = `${key} ${size}`;
    const small = { planes: await kept(name, () => reduced(image, size)), width, height, key: name };
    let { strength } = this.order;
    if (strength < 1 && mixture.every(([painter]) => painter.weakens)) {
      mixture = await Promise.all(mixture.map(async ([painter, share]) => [await painter.towards(small, strength), share]));
      strength = Math.min(1, strength / MIXED);
    }
    const weights = this._weights(image), rows = Math.max(1, Math.floor(STRIP / image.width));
    this.total = mixture.reduce((sum, [painter]) => sum + painter.count(small), 0) + Math.ceil(image.height / rows);
    this.shown = new Shown(canvas, [image.width, image.height]);
    const painted = small.planes.map((each) => new Float32Array(each.length));
    for (const [painter, share] of mixture) {
      const planes = await this._painted(painter, small);
      planes.forEach((made, c) => made.forEach((each, i) => (painted[c][i] += share * each)));
    }
    const tiles = this.done;
    await this._composed(image, small, painted, strength, weights, rows);
    const blob = live ? fileOf(image, solid(image) ? "image/jpeg" : "image/png", 0.88) : fileOf(image, type, quality / 100);
    return { blob: await blob, size: [image.width, image.height], painted: size, tiles };
  }

  /** Painters and how much each counts: two of one body are mixed into one. */
  async _mixture() {
    const { styles, share } = this.order;
    const painters = [];
    for (const style of styles) {
      const painting = style.painting && hung(style.painting);
      painters.push(await (style.net.kind === "conditional" ? Many : One).of(this.turn, { ...style, painting }));
    }
    const [one, other] = painters;
    if (!other) return [[one, 1]];
    if (Many.alike(one, other) || One.alike(one, other)) return [[one.between(other, share), 1]];
    return [[one, 1 - share], [other, share]];
  }

  /** Width and height at which the photo is painted. */
  _size({ width, height }, mixture) {
    const side = mixture.reduce((sum, [painter, share]) => sum + painter.side * share, 0);
    const at = (strokes) => {
      const factor = Math.max((Math.min(width, height) / side) * strokes, 1 / ENLARGED, Math.sqrt((width * height) / MOST_PIXELS));
      return [width, height].map((length) => Math.max(1, nearestEven(length / (Math.abs(factor - 1) < ALMOST ? 1 : factor))));
    };
    const size = at(this.order.strokes), beyond = (size[0] * size[1]) / LIVE;
    return this.order.live && beyond > 1 ? at(this.order.strokes * Math.sqrt(beyond)) : size;
  }

  _weights({ width, height }) {
    const { mask, where } = this.order;
    if (!mask) return null;
    const canvas = new OffscreenCanvas(width, height), context = canvas.getContext("2d");
    context.drawImage(mask, 0, 0, width, height);
    mask.close();
    return softened(context.getImageData(0, 0, width, height).data, width, height, where);
  }

  async _painted(painter, small) {
    const step = () => this.turn.did(++this.done, this.total, () => this.shown.canvas);
    const planes = await kept(`${small.key} ${painter.key} ${painter.noisy ? this.order.seed : ""}`, () => painter.paint(small, this.order.seed, step));
    this.shown.lay(planes, { left: 0, top: 0, right: small.width, bottom: small.height }, small.width, small.height);
    return planes;
  }

  /** The change made large and laid over the photo, strip by strip: p + strength up(y - s) - loss (p - up(s)). */
  async _composed(image, small, painted, strength, weights, rows) {
    const { detail, colours } = this.order, { data, width, height } = image, from = [small.width, small.height];
    const finer = small.width < width || small.height < height, loss = finer ? Math.min(1, strength) * (1 - detail) : 0;
    const made = colours === "matched" ? matched(painted, small.planes) : painted;
    let field = made.map((each, c) => each.map((value, i) => strength * (value - small.planes[c][i]) + loss * small.planes[c][i]));
    if (colours === "luminance") field = [field[0].map((each, i) => each * LUMA[0] + field[1][i] * LUMA[1] + field[2][i] * LUMA[2])];
    const large = field.map((each) => strips(each, from, [width, height], "bicubic"));
    for (let top = 0; top < height; top += rows) {
      const bottom = Math.min(height, top + rows), change = large.map((each) => each(top, bottom));
      for (let i = top * width, k = 0; i < bottom * width; i++, k++) {
        const share = weights ? weights[i] / 255 : 1;
        if (!share) continue;
        const p = 4 * i, lost = loss && colours === "luminance" ? (loss * (data[p] * LUMA[0] + data[p + 1] * LUMA[1] + data[p + 2] * LUMA[2])) / 255 : 0;
        for (let c = 0; c < 3; c++) {
          const before = data[p + c] / 255, by = change.length === 1 ? change[0][k] - lost : change[c][k] - loss * before;
          data[p + c] = nearestEven(clipped(before + by * share) * 255);
        }
      }
      await this.turn.did(++this.done, this.total, () => this.shown.canvas);
    }
  }
}
