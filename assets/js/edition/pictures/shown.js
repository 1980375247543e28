/* What is seen of a picture while it is worked on: it in small, and what is done laid over it. */

import { rgba, solid } from "./levels.js";

const SMALL = 640; // most pixels of a side

/** The bytes of a bitmap, which is closed: {image, canvas}. A canvas holds colours multiplied by alpha; what shows through is read from one of
    half floats, where the browser has that, since of eight bits few are left there. */
export function opened(bitmap) {
  const drawn = (settings) => {
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext("2d", { willReadFrequently: true, ...settings });
    context.drawImage(bitmap, 0, 0);
    return { canvas, image: context.getImageData(0, 0, canvas.width, canvas.height) };
  };
  const made = drawn({});
  if (!solid(made.image)) made.image = drawn({ colorType: "float16" }).image;
  bitmap.close();
  return made;
}

export class Shown {
  /** photo: a canvas; width, height: of the result. */
  constructor(photo, [width, height]) {
    const scale = Math.min(1, SMALL / Math.max(width, height));
    this.canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
    this.canvas.getContext("2d").drawImage(photo, 0, 0, this.canvas.width, this.canvas.height);
  }

  /** Lay planes over it, which are the rectangle {left, top, right, bottom} of a picture of wide x high. */
  lay(planes, { left, top, right, bottom }, wide, high) {
    const piece = new OffscreenCanvas(right - left, bottom - top);
    piece.getContext("2d").putImageData(rgba({ width: piece.width, height: piece.height, colours: planes, alpha: null }), 0, 0);
    const [a, b] = [this.canvas.width / wide, this.canvas.height / high];
    this.canvas.getContext("2d").drawImage(piece, left * a, top * b, piece.width * a, piece.height * b);
  }
}
