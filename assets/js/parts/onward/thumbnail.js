/* Small pictures of results. */

import { element } from "../nodes.js";

const SIDE = 512; // pixels of the longer side: also shown large where the file itself is not kept

/** A small copy of a picture as a Blob, or null where the browser can't draw it. source: a Blob, a canvas or an image; ground: a colour under it. */
export async function thumbnail(source, ground = "") {
  try {
    const drawn = source instanceof Blob ? await createImageBitmap(source) : source;
    const [width, height] = [drawn.width, drawn.height];
    const scale = Math.min(1, SIDE / Math.max(width, height));
    const canvas = element("canvas", { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
    const context = canvas.getContext("2d");
    context.fillStyle = ground;
    if (ground) context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    if (source instanceof Blob) drawn.close();
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.8));
  } catch (problem) {
    console.info(`no small picture: ${problem}`);
    return null;
  }
}
