/* Files that the digits page saves and reads, and what it keeps of them among the last results. */

import { upright } from "../parts/bitmap.js";
import { blobOf, download } from "../parts/files.js";
import { element } from "../parts/nodes.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";

/** A file: `make()` gives [data address, name]. Null for a refusal, which is reported as trouble. */
export async function made(desk, make) {
  try {
    const [address, name] = await make();
    const blob = blobOf(address);
    desk.trouble(null);
    return new File([blob], name, { type: blob.type });
  } catch (error) {
    if (error.name !== "TaskError") throw error;
    desk.trouble({ title: "save", error, kept: "kept" });
    return null;
  }
}

/** The same, downloaded and kept among the last results. */
export async function save(desk, make) {
  const file = await made(desk, make);
  if (!file) return;
  download(file, file.name);
  await record({ page: "digits", part: `digits/${file.name}`, kind: "picture", name: file.name, link: `digits${location.hash}`, file, thumbnail: await thumbnail(file), taken: true });
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
