/* Opens pictures that are chosen, dropped, pasted, or inside a zip. Each one that cannot be used is named, the others are opened. */

import { shownBy, upright } from "../bitmap.js";
import { litter } from "../names.js";
import { element } from "../nodes.js";
import { crowded, MEGABYTES, MEGAPIXELS, smaller } from "../smaller.js";
import { pageError } from "../troubles.js";
import { entries, unpack } from "../zip.js";

const MOST = 100; // pictures at once
const THUMB = 80; // pixels: twice the size on the screen
const JPEGS = ["jpg", "jpeg", "jfif", "jpe", "jif", "pjpeg", "pjp"]; // all endings of JPEG files
const OTHERS = { tif: "image/tiff", tiff: "image/tiff", heic: "image/heic", heif: "image/heif", hif: "image/heif" };
const TYPES = { png: "image/png", webp: "image/webp", gif: "image/gif", bmp: "image/bmp", avif: "image/avif", ...OTHERS, ...Object.fromEntries(JPEGS.map((ending) => [ending, "image/jpeg"])) };
const LISTED = 10; // files left out of a zip that are named

const ending = (name) => name.split(".").pop().toLowerCase();
const zipped = (file) => ending(file.name ?? "") === "zip" || /zip/.test(file.type);

function thumbnail(bitmap) {
  const canvas = element("canvas", { width: THUMB, height: THUMB });
  const scale = Math.max(THUMB / bitmap.width, THUMB / bitmap.height);
  const [w, h] = [bitmap.width * scale, bitmap.height * scale];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, (THUMB - w) / 2, (THUMB - h) / 2, w, h);
  return canvas;
}

export class Opening {
  constructor(bench, root) {
    this.bench = bench;
    shownBy(bench.tools);
    const input = root.querySelector("#pictures");
    for (const each of [input, root.querySelector("#camera")]) {
      each.addEventListener("change", async () => {
        const files = [...each.files];
        each.value = "";
        await this.open(files);
      });
    }
    root.querySelector("#add").addEventListener("click", () => input.click());
    document.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/") || zipped(file));
      if (files.length) this.open(files);
    });
  }

  /** Open files; if none of them can be read, nothing changes. Returns how many were opened. */
  async open(files) {
    const { bench } = this;
    const { tools } = bench;
    if (bench.busy) {
      bench.trouble("open", pageError(tools, "batch.error.busy"));
      return 0;
    }
    bench.trouble(null);
    const problems = [];
    const pictures = [];
    for (const file of files.length > 1 ? files.filter(({ name }) => !litter(name ?? "")) : files) pictures.push(...(zipped(file) ? await this._unzip(file, problems) : [file]));
    const room = MOST - bench.items.length;
    if (pictures.length > room) problems.push(pageError(tools, "batch.error.too_many", { most: MOST }));
    const items = [];
    for (const file of pictures.slice(0, Math.max(0, room))) {
      const item = await this._item(file, pictures.length > 1 || bench.items.length > 0, problems);
      if (item) items.push(item);
    }
    if (items.length) bench.add(items);
    const large = items.filter((item) => item.large);
    if (large.length) problems.unshift(this._large(large));
    if (problems.length) bench.trouble("open", problems[0], items.length || bench.items.length ? "kept" : undefined);
    return items.length;
  }

  /** The error for pictures of a batch that are too large, with the offer to make all of them smaller. */
  _large(items) {
    const error = pageError(this.bench.tools, `batch.error.${items.length > 1 ? "large" : "large_one"}`, { count: items.length, name: items[0].name, megabytes: MEGABYTES, megapixels: MEGAPIXELS });
    const act = async () => {
      const copies = [];
      const failed = [];
      for (const item of items.filter((each) => this.bench.items.includes(each))) { // one in memory at a time
        const copy = await smaller(item.file).catch(() => null);
        if (copy) copies.push([item, copy]);
        else failed.push(item);
      }
      for (const [item] of copies) this.bench.remove(item);
      if (copies.length) await this.open(copies.map(([, copy]) => copy));
      if (failed.length) this.bench.trouble("open", pageError(this.bench.tools, "batch.error.not_smaller", { name: failed[0].name }));
    };
    return Object.assign(error, { help: { word: items.length > 1 ? "batch.error.smaller_all" : "batch.error.smaller", act } });
  }

  /** Open the pictures of an earlier visit, with what became of them: [{file, ...}], the rest as in items. */
  async restore(kept) {
    const items = [];
    for (const { file, ...before } of kept) {
      const item = await this._item(file, true, []);
      items.push(item.broken ? item : Object.assign(item, before));
    }
    this.bench.add(items);
  }

  /** A file as an item, or null and one more problem. In a batch, a file that is no picture stays in the list with its error. */
  async _item(file, many, problems) {
    const { tools } = this.bench;
    const name = file.name || `picture.${file.type.split("/").pop() || "png"}`;
    const item = { file, name, state: "waiting", fields: null, report: null, blob: null, error: null, thumbnail: null };
    const refuse = (key, told = null) => {
      const error = told ?? pageError(tools, `batch.error.${key}`, { name, megabytes: MEGABYTES, megapixels: MEGAPIXELS });
      if (key.startsWith("too_")) error.help = { word: "batch.error.smaller", act: () => this._smaller(file, name) };
      if (many) return { ...item, width: 0, height: 0, broken: true, large: Boolean(error.help), state: "failed", error };
      problems.push(error);
      return null;
    };
    if (file.refusal) return refuse(file.refusal);
    if (file.size > MEGABYTES * 2 ** 20) return refuse("too_large");
    let bitmap;
    try {
      bitmap = await upright(file);
    } catch (problem) {
      return refuse("not_a_picture", problem.name === "TaskError" ? problem : null);
    }
    if (crowded(bitmap)) {
      bitmap.close();
      return refuse("too_many_pixels");
    }
    Object.assign(item, { width: bitmap.width, height: bitmap.height, thumbnail: thumbnail(bitmap) });
    bitmap.close();
    return item;
  }

  /** Open a smaller copy of a file that is too large. */
  async _smaller(file, name) {
    const copy = await smaller(file).catch(() => null);
    if (copy) return this.open([copy]);
    return this.bench.trouble("open", pageError(this.bench.tools, "batch.error.not_smaller", { name }));
  }

  /** The pictures in a zip, as Files. */
  async _unzip(file, problems) {
    const { tools } = this.bench;
    const name = file.name || "zip";
    try {
      const all = await entries(file);
      const inside = all.filter((entry) => TYPES[ending(entry.name)] && !entry.link);
      const others = all.filter((entry) => !inside.includes(entry)).map((entry) => entry.name.split("/").pop());
      if (!inside.length) problems.push(pageError(tools, "batch.error.empty_zip", { name }));
      else if (others.length) problems.push(pageError(tools, "batch.error.left_out", { names: others.slice(0, LISTED).join(", ") + (others.length > LISTED ? " …" : ""), name }));
      const pictures = [];
      for (const entry of inside.slice(0, MOST + 1)) pictures.push(await this._unpacked(file, entry)); // one in memory at a time
      return pictures;
    } catch (problem) {
      console.info("zip:", problem.message);
      problems.push(pageError(tools, "batch.error.not_a_zip", { name }));
      return [];
    }
  }

  /** One of the files in a zip; one that cannot be unpacked becomes an empty file with the reason as `refusal`. */
  async _unpacked(file, entry) {
    const name = entry.name.split("/").pop();
    try {
      return new File([await unpack(file, entry, MEGABYTES * 2 ** 20 + 1)], name, { type: TYPES[ending(name)] });
    } catch (problem) {
      console.info(`${name}:`, problem.message);
      return Object.assign(new File([], name, { type: TYPES[ending(name)] }), { refusal: problem.reason ?? "damaged" }); // without a reason it could not be read from the disk
    }
  }
}
