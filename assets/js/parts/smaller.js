/* Makes a picture that is too large for the server smaller, in the browser. */

import { element } from "./nodes.js";

export const MEGABYTES = 20; // of one picture, as the server takes them
export const MEGAPIXELS = 50;

const AIM = 16e6; // pixels of the copy: within every server's limit, and far below 20 MB
const QUALITY = 0.92;

/** Whether a bitmap has more pixels than the server takes. */
export const crowded = ({ width, height }) => width * height > MEGAPIXELS * 1e6;

/** A smaller copy of a picture file, upright, in sRGB and without its tags: JPEG, or WebP where something may be transparent. Rejects if
    this browser can't decode it. */
export async function smaller(file) {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, Math.sqrt(AIM / (whole.width * whole.height)));
  const canvas = element("canvas", { width: Math.max(1, Math.floor(whole.width * scale)), height: Math.max(1, Math.floor(whole.height * scale)) });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  const type = /png|webp|gif|avif/.test(file.type) ? "image/webp" : "image/jpeg";
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob || blob.size > MEGABYTES * 2 ** 20) throw new Error("no smaller copy");
  const stem = (file.name || "photo").replace(/\.[^.]*$/, "") || "photo";
  return new File([blob], `${stem}.${blob.type.split("/").pop().replace("jpeg", "jpg")}`, { type: blob.type });
}
