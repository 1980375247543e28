/* Draws two pictures: side by side, one over the other up to a line, or their difference. */

import { element } from "../nodes.js";

const TIMES = 4; // how much stronger a difference is shown; a power of two
const SQUARE = 8; // screen pixels of a square of the chequered board behind transparent pictures
const OPAQUE = { alpha: false };
const LINE = [["rgba(20, 22, 26, .3)", 2], ["#fff", 1]]; // colours and half widths, so that the line can be seen on white as well

export { TIMES };

const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

export class Scene {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", OPAQUE);
    this.other = element("canvas").getContext("2d", OPAQUE);
    this.tone();
  }

  /** Read the colours of the present tone. */
  tone() {
    const side = Math.round(SQUARE * devicePixelRatio);
    const board = element("canvas", { width: 2 * side, height: 2 * side });
    const pen = board.getContext("2d");
    pen.fillStyle = colour("--sheet");
    pen.fillRect(0, 0, 2 * side, 2 * side);
    pen.fillStyle = colour("--well");
    pen.fillRect(0, 0, side, side);
    pen.fillRect(side, side, side, side);
    this.board = this.context.createPattern(board, "repeat");
    this.well = colour("--well");
  }

  size(width, height) {
    for (const each of [this.canvas, this.other.canvas]) Object.assign(each, { width, height });
  }

  /** state: before, after (Layers, after may be null), preview (an ImageBitmap of unfinished work), size, view, mode, share, held. */
  paint(state) {
    const { context, canvas } = this;
    context.globalCompositeOperation = "source-over";
    context.fillStyle = this.well;
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (!state.before) return;
    const mode = state.after && !state.held && !state.preview ? state.mode : "before";
    this[`_${mode}`](state);
  }

  _before({ before, preview, size, view, held }) {
    this._lay(before, view, size);
    if (!preview || held) return;
    const [x, y] = view.toWindow([0, 0]);
    this.context.imageSmoothingEnabled = true;
    this.context.drawImage(preview, x, y, size[0] * view.zoom, size[1] * view.zoom);
  }

  _line({ before, after, size, view, share }) {
    const { context, canvas } = this;
    const x = Math.round(share * canvas.width);
    this._clipped([0, 0, x, canvas.height], () => this._lay(before, view, size));
    this._clipped([x, 0, canvas.width - x, canvas.height], () => this._lay(after, view, size));
    for (const [fill, half] of LINE) {
      context.fillStyle = fill;
      context.fillRect(x - half * devicePixelRatio, 0, 2 * half * devicePixelRatio, canvas.height);
    }
  }

  /** Each picture has half of the window. */
  _side({ before, after, size, view }) {
    const { canvas, context } = this;
    const half = canvas.width / 2;
    const seam = devicePixelRatio;
    this._clipped([0, 0, half - seam, canvas.height], () => this._lay(before, view, size));
    context.save();
    context.translate(half, 0);
    this._clipped([seam, 0, half - seam, canvas.height], () => this._lay(after, view, size));
    context.restore();
  }

  /** |before - after|, made stronger by adding it to itself. */
  _difference({ before, after, size, view }) {
    const { context, canvas, other } = this;
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    before.draw(context, view, size);
    context.globalCompositeOperation = "difference";
    after.draw(context, view, size);
    context.globalCompositeOperation = "lighter";
    for (let times = 1; times < TIMES; times *= 2) {
      other.drawImage(canvas, 0, 0);
      context.drawImage(other.canvas, 0, 0);
    }
    context.globalCompositeOperation = "source-over";
  }

  _crops(state) {
    this._line(state);
  }

  _lay(layer, view, size) {
    const { context } = this;
    const [x, y] = view.toWindow([0, 0]);
    context.fillStyle = this.board;
    context.fillRect(x, y, size[0] * view.zoom, size[1] * view.zoom);
    layer.draw(context, view, size);
  }

  _clipped([x, y, width, height], draw) {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(x, y, width, height);
    context.clip();
    draw();
    context.restore();
  }
}
