/* Picture files as bitmaps, turned upright as the server turns them. Every file of the reader is opened here. */

import { element } from "./nodes.js";
import { inspect } from "./tags.js";

const LARGEST = 20 * 2 ** 20; // bytes of a file of the reader; larger files are results, which are upright already

/** The canvas transform for orientations 2 to 8 of a bitmap w wide and h high (TIFF 6.0, page 36). */
const TURNS = {
  2: (w) => [-1, 0, 0, 1, w, 0],
  3: (w, h) => [-1, 0, 0, -1, w, h],
  4: (w, h) => [1, 0, 0, -1, 0, h],
  5: () => [0, 1, 1, 0, 0, 0],
  6: (w, h) => [0, 1, -1, 0, h, 0],
  7: (w, h) => [0, -1, -1, 0, h, w],
  8: (w) => [0, -1, 1, 0, 0, w],
};

/** A file (Blob) as an upright ImageBitmap; width, height: the size of a smaller copy. Rejects if the file is no picture. */
export async function upright(file, { width = 0, height = 0 } = {}) {
  const known = file.size > LARGEST ? { orientation: 1, parts: [file] } : await inspect(new Uint8Array(await file.arrayBuffer()));
  const { orientation, parts } = known;
  const lying = orientation > 4;
  const size = width ? { resizeWidth: lying ? height : width, resizeHeight: lying ? width : height, resizeQuality: "high" } : {};
  const bitmap = await createImageBitmap(new Blob(parts, { type: file.type }), { imageOrientation: "none", ...size });
  if (orientation === 1) return bitmap;
  const [w, h] = [bitmap.width, bitmap.height];
  const canvas = element("canvas", { width: lying ? h : w, height: lying ? w : h });
  const context = canvas.getContext("2d");
  context.setTransform(...TURNS[orientation](w, h));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return createImageBitmap(canvas);
}
