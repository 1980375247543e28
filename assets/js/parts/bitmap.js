/* Picture files as bitmaps, turned upright as the server turns them. Every file of the reader is opened here. */

import { address } from "./files.js";
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

let ask = null; // how the server is asked for what this browser can't decode
const copies = new WeakMap(); // file -> the server's copy of it, to look at

/** From now on ask the server to show HEIC and TIFF, which few browsers decode. */
export function shownBy(tools) {
  ask = tools.ask;
}

/** Whether a file begins as HEIC or AVIF do ("boxes"), or as TIFF does ("tiff"); "" for all others. */
async function kind(file) {
  const start = String.fromCharCode(...new Uint8Array(await file.slice(0, 8).arrayBuffer()));
  return start.slice(4) === "ftyp" ? "boxes" : ["II*\0", "MM\0*"].includes(start.slice(0, 4)) ? "tiff" : "";
}

/** The server's copy of a file, upright. */
async function copied(file) {
  if (!copies.has(file)) {
    const { picture, address: place } = await ask("show", { picture: await address(file) });
    copies.set(file, await (await fetch(picture ?? place)).blob());
  }
  return copies.get(file);
}

/** HEIC, AVIF or TIFF as an upright bitmap: by the browser where it can, which turns them by itself, and else by the server. */
async function boxed(file, size) {
  if (!copies.has(file)) {
    const bitmap = await createImageBitmap(file, size).catch(() => null);
    if (bitmap || !ask || file.size > LARGEST) return bitmap ?? Promise.reject(new Error("not decoded"));
  }
  return createImageBitmap(await copied(file), size);
}

/** A file (Blob) as an upright ImageBitmap; width, height: the size of a smaller copy; apart: its colours are not multiplied by alpha, so that
    none is lost where something shows through. Rejects if the file is no picture. */
export async function upright(file, { width = 0, height = 0, apart = false } = {}) {
  const kept = apart ? { premultiplyAlpha: "none" } : {};
  if (await kind(file)) return boxed(file, width ? { resizeWidth: width, resizeHeight: height, resizeQuality: "high", ...kept } : kept);
  const known = file.size > LARGEST ? { orientation: 1, parts: [file] } : await inspect(new Uint8Array(await file.arrayBuffer()));
  const { orientation, parts } = known;
  const lying = orientation > 4;
  const size = width ? { resizeWidth: lying ? height : width, resizeHeight: lying ? width : height, resizeQuality: "high" } : {};
  const bitmap = await createImageBitmap(new Blob(parts, { type: file.type }), { imageOrientation: "none", ...size, ...kept });
  if (orientation === 1) return bitmap;
  const [w, h] = [bitmap.width, bitmap.height];
  const canvas = element("canvas", { width: lying ? h : w, height: lying ? w : h });
  const context = canvas.getContext("2d", apart ? { colorType: "float16" } : {});
  context.setTransform(...TURNS[orientation](w, h));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return createImageBitmap(canvas, kept);
}
