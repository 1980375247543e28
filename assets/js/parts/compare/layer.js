/* A picture of the comparison: drawn at any zoom, from whichever of its halves lies nearest, in the coordinates of the larger of the two. */

import { upright } from "../bitmap.js";
import { Photo } from "../painter/photo.js";
import { View } from "../painter/view.js";

const MOST = 40e6; // pixels that are shown; what is larger is shown smaller, the file stays whole

/** A file or address of one as an upright bitmap of at most MOST pixels, and how much smaller that is. */
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
  /** picture: an upright ImageBitmap, drawn once; pixels: from this many screen pixels on, each pixel is shown as a square. */
  constructor(picture, pixels) {
    Object.assign(this, { photo: new Photo(picture), pixels });
  }

  get width() {
    return this.photo.width;
  }

  get height() {
    return this.photo.height;
  }

  /** Draw what `view` shows; its coordinates are those of a picture `size` large, over which this one is spread. */
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

/** A picture smaller than the window can be looked at pixel for pixel as well. */
export class Closer extends View {
  get least() {
    return Math.min(this.fitting, devicePixelRatio);
  }
}

/** A view of one place, for a picture that stands still: `at` in its middle, `zoom` canvas pixels for one of the picture. */
export function fixed(size, room, zoom, at) {
  const view = Object.assign(new View(), { room, photo: size, zoom, fitted: false });
  view.x = at[0] - room[0] / zoom / 2;
  view.y = at[1] - room[1] / zoom / 2;
  view.pan(0, 0);
  return view;
}
