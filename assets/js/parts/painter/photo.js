/* A photo on canvases: in full size, in half, a quarter and so on, so that any zoom is drawn from a copy at most twice as large. Patches
   are drawn on all of them; what was under each patch is kept, for undo and to show the photo before. */

import { element } from "../nodes.js";

const SMALLEST = 700; // pixels of the longer side

const canvasOf = (width, height) => element("canvas", { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) });

export class Photo {
  /** picture: an upright ImageBitmap; it is drawn once and may be closed. */
  constructor(picture) {
    Object.assign(this, { width: picture.width, height: picture.height, patches: [] });
    this.levels = [canvasOf(picture.width, picture.height)];
    this.levels[0].getContext("2d").drawImage(picture, 0, 0);
    while (Math.max(this.levels.at(-1).width, this.levels.at(-1).height) > SMALLEST * 2) {
      const last = this.levels.at(-1);
      const half = canvasOf(last.width / 2, last.height / 2);
      const context = half.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(last, 0, 0, half.width, half.height);
      this.levels.push(half);
    }
  }

  /** Draw a patch (a drawable and its place) on the photo. */
  lay(drawable, left, top) {
    const { width, height } = drawable;
    const under = canvasOf(width, height);
    under.getContext("2d").drawImage(this.levels[0], left, top, width, height, 0, 0, width, height);
    this.patches.push({ under, left, top });
    this._put(drawable, left, top);
  }

  /** Remove the last patch. */
  lift() {
    const { under, left, top } = this.patches.pop();
    this._put(under, left, top);
  }

  /** Draw what the view shows; before: as it was before every patch. */
  draw(context, view, before = false) {
    const level = Math.min(this.levels.length - 1, Math.max(0, Math.floor(Math.log2(1 / view.zoom) + 0.01)));
    const canvas = this.levels[level];
    const share = canvas.width / this.width;
    const [left, top] = [Math.max(0, view.x), Math.max(0, view.y)];
    const [right, bottom] = [Math.min(this.width, view.x + view.room[0] / view.zoom), Math.min(this.height, view.y + view.room[1] / view.zoom)];
    const [wx, wy] = view.toWindow([left, top]);
    context.imageSmoothingEnabled = view.zoom < 4;
    context.imageSmoothingQuality = "low";
    const tall = canvas.height / this.height;
    context.drawImage(canvas, left * share, top * tall, (right - left) * share, (bottom - top) * tall, wx, wy, (right - left) * view.zoom, (bottom - top) * view.zoom);
    if (!before) return;
    for (const patch of [...this.patches].reverse()) {
      const [x, y] = view.toWindow([patch.left, patch.top]);
      context.drawImage(patch.under, x, y, patch.under.width * view.zoom, patch.under.height * view.zoom);
    }
  }

  _put(drawable, left, top) {
    this.levels.forEach((canvas, level) => {
      const [sx, sy] = [canvas.width / this.width, canvas.height / this.height];
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      if (level === 0) context.clearRect(left, top, drawable.width, drawable.height);
      context.drawImage(drawable, left * sx, top * sy, drawable.width * sx, drawable.height * sy);
    });
  }
}
