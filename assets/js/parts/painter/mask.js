/* The mask of a photo: marks, undo and redo, and a canvas that shows them. The mask of a photo of more than 8 megapixels has half of its
   side or less; the server enlarges it again. */

import { element } from "../nodes.js";
import * as raster from "./raster.js";

const MOST = 8_000_000; // pixels of a mask
const STEPS = 60; // steps that can be undone

/** The side of the photo divided by the side of its mask: 1, 2, 3 ... */
const reduction = (width, height) => Math.max(1, Math.ceil(Math.sqrt((width * height) / MOST)));

export class Mask {
  /** `changed()` is called after each change. */
  constructor(width, height, changed) {
    this.scale = reduction(width, height);
    this.width = Math.ceil(width / this.scale);
    this.height = Math.ceil(height / this.scale);
    Object.assign(this, { changed, data: new Uint8Array(this.width * this.height), past: [], future: [], before: null, dirty: null, box: null, marked: 0 });
    this.canvas = element("canvas", { width: this.width, height: this.height });
    this.context = this.canvas.getContext("2d");
  }

  get empty() {
    return this.box === null;
  }

  /** The share of the photo that is marked, 0 to 1. */
  get share() {
    return this.marked / this.data.length;
  }

  /** Begin a change in several steps, such as a stroke: begin, any number of `step`, then `end` or `cancel`. */
  begin() {
    this.before = this.data.slice();
    this.dirty = null;
  }

  /** `draw(mask)` changes the data and returns the box it touched. */
  step(draw) {
    const box = draw(this);
    this.dirty = raster.both(this.dirty, box);
    if (box) this._show(box);
  }

  end() {
    const { dirty, before } = this;
    this.before = null;
    if (!dirty || !before) return;
    this.past.push({ box: dirty, data: this._cut(before, dirty) });
    if (this.past.length > STEPS) this.past.shift();
    this.future = [];
    this._settle();
  }

  cancel() {
    if (this.before && this.dirty) {
      this.data.set(this.before);
      this._show(this.dirty);
    }
    this.before = null;
    this._settle();
  }

  /** A change in one step. */
  change(draw) {
    this.begin();
    this.step(draw);
    this.end();
  }

  undo() {
    this._swap(this.past, this.future);
  }

  redo() {
    this._swap(this.future, this.past);
  }

  /** Take the marks of a bitmap, by the rule of `raster.marks`. False, without a change, if it marks nothing or is not clear. */
  take(picture, beside = false) {
    const whole = picture.width * picture.height <= 4 * MOST;
    const [width, height] = whole ? [picture.width, picture.height] : [this.width, this.height];
    const canvas = element("canvas", { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(picture, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height);
    const marks = raster.marks(pixels.data);
    if (!marks) return false;
    const fitted = width === this.width && height === this.height ? marks : this._fitted(marks, canvas, pixels);
    this.change((mask) => {
      if (beside) fitted.forEach((mark, i) => (mask.data[i] = Math.max(mask.data[i], mark)));
      else mask.data.set(fitted);
      return [0, 0, mask.width, mask.height];
    });
    return true;
  }

  /** Marks of another size, resized to this mask; canvas, pixels: of their size, and overwritten. */
  _fitted(marks, canvas, pixels) {
    new Uint32Array(pixels.data.buffer).forEach((_, i, words) => (words[i] = marks[i] ? 0xffffffff : 0xff000000));
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    const small = element("canvas", { width: this.width, height: this.height });
    const context = small.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0, this.width, this.height);
    const { data } = context.getImageData(0, 0, this.width, this.height);
    return Uint8Array.from({ length: this.data.length }, (_, i) => (data[4 * i] > 127 ? 255 : 0));
  }

  /** The marks as a PNG, white on black. */
  async blob() {
    const canvas = element("canvas", { width: this.width, height: this.height });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(this.width, this.height);
    const words = new Uint32Array(pixels.data.buffer);
    for (let i = 0; i < this.data.length; i++) words[i] = this.data[i] > 127 ? 0xffffffff : 0xff000000;
    context.putImageData(pixels, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  /** A copy of the marks, for `restore`. */
  kept() {
    return this.data.slice();
  }

  restore(data) {
    this.change((mask) => {
      mask.data.set(data);
      return [0, 0, mask.width, mask.height];
    });
  }

  _swap(from, to) {
    const entry = from.pop();
    if (!entry) return;
    to.push({ box: entry.box, data: this._cut(this.data, entry.box) });
    const [left, top, right, bottom] = entry.box;
    for (let y = top, i = 0; y < bottom; y++, i += right - left) this.data.set(entry.data.subarray(i, i + right - left), y * this.width + left);
    this._show(entry.box);
    this._settle();
  }

  _cut(data, [left, top, right, bottom]) {
    const part = new Uint8Array((right - left) * (bottom - top));
    for (let y = top; y < bottom; y++) part.set(data.subarray(y * this.width + left, y * this.width + right), (y - top) * (right - left));
    return part;
  }

  /** Update a box of the canvas: white, and as opaque as it is marked. */
  _show([left, top, right, bottom]) {
    const [w, h] = [right - left, bottom - top];
    const pixels = this.context.createImageData(w, h);
    const words = new Uint32Array(pixels.data.buffer);
    for (let y = 0, i = 0; y < h; y++) for (let x = 0; x < w; x++, i++) words[i] = (this.data[(top + y) * this.width + left + x] << 24) | 0xffffff;
    this.context.putImageData(pixels, left, top);
    this.box = raster.both(this.box, [left, top, right, bottom]); // possibly too large until the change has ended
  }

  _settle() {
    this.box = raster.bounds(this);
    this.marked = raster.count(this);
    this.changed();
  }
}
