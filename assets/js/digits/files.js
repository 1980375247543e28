/* Files out and in: downloads, and pictures that are dropped or chosen. */

import { upright } from "../parts/bitmap.js";

/** An error of the page's own, as `desk.trouble` takes it: its sentence follows the language. */
export function told(tools, key, values = {}) {
  return {
    get sentence() {
      return tools.t(`digits.error.${key}`, values);
    },
  };
}

/** Offer a data address as a download. */
export function offer(address, name) {
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
}

/** Ask for a file and offer it: `make()` gives [data address, name]. A refusal is told in its place. */
export async function save(desk, make) {
  try {
    offer(...(await make()));
    desk.trouble(null);
  } catch (error) {
    if (error.name !== "TaskError") throw error;
    desk.trouble({ title: "digits.error.save", error, kept: "digits.error.kept" });
  }
}

/** A file as a data address. */
export function address(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** A picture file as a square canvas of at most `side`, on white, whole. Null for a file that is no picture. */
export async function squared(file, side = 560) {
  let bitmap;
  try {
    bitmap = await upright(file);
  } catch {
    return null;
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  const context = canvas.getContext("2d");
  const scale = side / Math.max(bitmap.width, bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (side - w) / 2, (side - h) / 2, w, h);
  bitmap.close();
  return canvas;
}

/** Pictures dropped anywhere on `element`, and what hovers there meanwhile (class "over"); `taken(file, files, target)`: the first, all,
    and what they were dropped on. */
export function dropped(element, taken) {
  const carries = (event) => [...(event.dataTransfer?.items ?? [])].some((item) => item.kind === "file");
  let depth = 0;
  const hover = (by) => element.classList.toggle("over", (depth = Math.max(0, depth + by)) > 0);
  element.addEventListener("dragenter", (event) => carries(event) && hover(1));
  element.addEventListener("dragleave", () => hover(-1));
  element.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  element.addEventListener("drop", (event) => {
    const file = event.dataTransfer?.files?.[0];
    hover(-99);
    if (!file) return;
    event.preventDefault();
    taken(file, [...event.dataTransfer.files], event.target);
  });
}
