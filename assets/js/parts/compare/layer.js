/* One picture of a comparison: drawn at any zoom from the best of its smaller copies, in the coordinates of the larger picture. */

import { upright } from "../bitmap.js";
import { Photo } from "../painter/photo.js";
import { View } from "../painter/view.js";

const MOST = 40e6; // most pixels that are drawn; a larger picture is reduced on the screen, the file stays as it is

/** A file, or the address of one, as an upright bitmap of at most MOST pixels, and the factor by which it was reduced. */
export async function bitmapOf(source) {
  const blob = source instanceof Blob ? source : await (await fetch(source)).blob();
  const whole = await upright(blob);
  const share = Math.sqrt(MOST / (whole.width * whole.height));
  if (share >= 1) return { bitmap: whole, share: 1 };
  const bitmap = await createImageBitmap(whole, { resizeWidth: Math.round(whole.width * share), resizeHeight: Math.round(whole.height * share), resizeQuality: "high" });
  whole.close();
  return { bitmap, share };
}

export class Layer {
  /** picture: an upright ImageBitmap, which may be closed afterwards; pixels: from this many screen pixels on, each pixel is drawn as a
      square. */
  constructor(picture, pixels) {
    Object.assign(this, { photo: new Photo(picture), pixels });
  }

  get width() {
    return this.photo.width;
  }

  get height() {
    return this.photo.height;
  }

  /** Draw what `view` shows; its coordinates are those of a picture of `size`, onto which this one is stretched. */
  draw(context, view, size) {
    const { photo } = this;
    const sx = photo.width / size[0];
    const [left, top] = [Math.max(0, view.x), Math.max(0, view.y)];
    const [right, bottom] = [Math.min(size[0], view.x + view.room[0] / view.zoom), Math.min(size[1], view.y + view.room[1] / view.zoom)];
    if (right <= left || bottom <= top) return;
    const zoom = view.zoom / sx;
    const level = photo.levels[Math.min(photo.levels.length - 1, Math.max(0, Math.floor(Math.log2(1 / zoom) + 0.01)))];
    const [lx, ly] = [level.width / size[0], level.height / size[1]];
    const [wx, wy] = view.toWindow([left, top]);
    context.imageSmoothingEnabled = zoom < this.pixels;
    context.imageSmoothingQuality = zoom > 1 ? "high" : "medium";
    context.drawImage(level, left * lx, top * ly, (right - left) * lx, (bottom - top) * ly, wx, wy, (right - left) * view.zoom, (bottom - top) * view.zoom);
  }
}

/** A view that also shows pictures smaller than the window pixel for pixel. */
export class Closer extends View {
  get least() {
    return Math.min(this.fitting, devicePixelRatio);
  }
}

/** A fixed view with the place `at` in its middle, and `zoom` canvas pixels for one of the picture. */
export function fixed(size, room, zoom, at) {
  const view = Object.assign(new View(), { room, photo: size, zoom, fitted: false });
  view.x = at[0] - room[0] / zoom / 2;
  view.y = at[1] - room[1] / zoom / 2;
  view.pan(0, 0);
  return view;
}
