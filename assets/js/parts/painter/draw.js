/* Draws a photo and its marks: the photo, the marks in the accent colour with a white rim, the shape being drawn, and the ring of the
   brush. */

import { element } from "../nodes.js";

const RIM = 2; // screen pixels
const AROUND = [[0, 1], [1, 0], [0, -1], [-1, 0], [0.7, 0.7], [0.7, -0.7], [-0.7, 0.7], [-0.7, -0.7]];

const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

export class Drawing {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { alpha: false });
    this.layers = [0, 1].map(() => element("canvas").getContext("2d"));
    this.tone();
  }

  /** Read the colours of the present tone. */
  tone() {
    this.colours = { accent: colour("--accent"), page: colour("--page"), mask: colour("--mask") };
  }

  size(width, height) {
    for (const canvas of [this.canvas, ...this.layers.map((layer) => layer.canvas)]) Object.assign(canvas, { width, height });
  }

  /** scene: photo, view (in canvas pixels), mask, path (points of the window, and whether it is closed), ring, split (0 to 1, or null), before. */
  paint({ photo, view, mask, path, ring, split, before, moving }) {
    const { context, canvas } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = this.colours.page;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (!photo) return;
    photo.draw(context, view, before);
    if (split !== null && !before) this._split(photo, view, split);
    else if (!before && mask && !mask.empty) this._marks(mask, view, moving ? AROUND.slice(0, 4) : AROUND);
    if (path?.points.length) this._path(path);
    if (ring) this._ring(ring);
  }

  _split(photo, view, split) {
    const { context, canvas } = this;
    const x = Math.round(split * canvas.width);
    context.save();
    context.beginPath();
    context.rect(0, 0, x, canvas.height);
    context.clip();
    photo.draw(context, view, true);
    context.restore();
    context.fillStyle = "#fff";
    context.fillRect(x - devicePixelRatio, 0, 2 * devicePixelRatio, canvas.height);
  }

  _marks(mask, view, around) {
    const [w, h] = [this.canvas.width, this.canvas.height];
    const corner = view.toWindow([mask.box[0] * mask.scale, mask.box[1] * mask.scale]);
    const end = view.toWindow([mask.box[2] * mask.scale, mask.box[3] * mask.scale]);
    const margin = RIM * devicePixelRatio + 1;
    const [left, top] = [Math.max(0, Math.floor(corner[0] - margin)), Math.max(0, Math.floor(corner[1] - margin))];
    const [width, height] = [Math.min(w, Math.ceil(end[0] + margin)) - left, Math.min(h, Math.ceil(end[1] + margin)) - top];
    if (width <= 0 || height <= 0) return;
    const [shape, rim] = this.layers;
    shape.globalCompositeOperation = "source-over";
    shape.clearRect(left, top, width, height);
    this._lay(shape, mask, view, [left, top, width, height]);
    rim.globalCompositeOperation = "source-over";
    rim.clearRect(left, top, width, height);
    const part = (context, dx = 0, dy = 0) => context.drawImage(shape.canvas, left, top, width, height, left + dx, top + dy, width, height);
    for (const [dx, dy] of around) part(rim, dx * RIM * devicePixelRatio, dy * RIM * devicePixelRatio);
    rim.globalCompositeOperation = "destination-out";
    part(rim);
    shape.globalCompositeOperation = "source-in";
    shape.fillStyle = this.colours.mask;
    shape.fillRect(left, top, width, height);
    this.context.drawImage(rim.canvas, left, top, width, height, left, top, width, height);
    part(this.context);
  }

  /** The marks as the view shows them, inside a box of the window. */
  _lay(context, mask, view, [left, top, width, height]) {
    const step = mask.scale * view.zoom;
    const sx = Math.max(0, (view.x + left / view.zoom) / mask.scale);
    const sy = Math.max(0, (view.y + top / view.zoom) / mask.scale);
    const [wx, wy] = view.toWindow([sx * mask.scale, sy * mask.scale]);
    const sw = Math.min(mask.width - sx, (left + width - wx) / step);
    const sh = Math.min(mask.height - sy, (top + height - wy) / step);
    if (sw > 0 && sh > 0) context.drawImage(mask.canvas, sx, sy, sw, sh, wx, wy, sw * step, sh * step);
  }

  _path({ points, closed }) {
    const { context } = this;
    context.beginPath();
    points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    if (closed) context.closePath();
    for (const [width, style] of [[4, "#fff"], [2, this.colours.accent]]) {
      context.lineWidth = width * devicePixelRatio;
      context.strokeStyle = style;
      context.stroke();
    }
  }

  _ring({ x, y, radius, keys }) {
    const { context } = this;
    for (const [width, style] of [[3, "rgba(20, 22, 26, .55)"], [1.5, keys ? this.colours.accent : "#fff"]]) {
      context.beginPath();
      context.arc(x, y, Math.max(2, radius), 0, 2 * Math.PI);
      context.lineWidth = width * devicePixelRatio;
      context.strokeStyle = style;
      context.stroke();
    }
  }
}
