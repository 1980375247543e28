/* Files that the digits page saves and reads. */

import { upright } from "../parts/bitmap.js";
import { offer } from "../parts/files.js";
import { element } from "../parts/nodes.js";

/** Download a file: `make()` gives [data address, name]. A refusal is reported as trouble. */
export async function save(desk, make) {
  try {
    offer(...(await make()));
    desk.trouble(null);
  } catch (error) {
    if (error.name !== "TaskError") throw error;
    desk.trouble({ title: "save", error, kept: "kept" });
  }
}

/** A picture file as a square canvas of `side` pixels: the whole picture, centred, transparent around it. Null for a file that is no
    picture. */
export async function squared(file, side = 560) {
  let bitmap;
  try {
    bitmap = await upright(file);
  } catch {
    return null;
  }
  const canvas = element("canvas", { width: side, height: side });
  const context = canvas.getContext("2d");
  const scale = side / Math.max(bitmap.width, bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (side - w) / 2, (side - h) / 2, w, h);
  bitmap.close();
  return canvas;
}
