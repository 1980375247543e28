/* The sample sheets of runs: fetched once, cut into tiles, in the paper and ink of the present tone.

   A sheet has 10 columns with 1 px lines between square tiles; picture i stands in column floor(i / rows), row i % rows. */

import { element } from "../nodes.js";

const COLUMNS = 10;
const BUDGET = 96e6; // bytes of pixels that are kept
const AT_ONCE = 4;
const RECORDED = "recorded"; // the id of the run that is shipped

/** Grey levels become ink in the colour of the present tone, transparent where there is none. */
function inked(pixels, colour) {
  const { data } = pixels;
  for (let i = 0; i < data.length; i += 4) {
    data[i + 3] = 255 - data[i];
    [data[i], data[i + 1], data[i + 2]] = colour;
  }
}

/** A colour of the present tone as [red, green, blue]; `name`: of its token. */
export function ink(name = "--ink") {
  const context = element("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = getComputedStyle(document.body).getPropertyValue(name) || "#000";
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

export class Sheet {
  constructor(bitmap, grey, colour) {
    const canvas = element("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext("2d", { willReadFrequently: grey });
    context.drawImage(bitmap, 0, 0);
    if (grey) {
      const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
      inked(pixels, colour);
      context.putImageData(pixels, 0, 0);
    }
    this.canvas = canvas;
    this.size = (canvas.width - 1) / COLUMNS - 1;
    this.rows = Math.round((canvas.height - 1) / (this.size + 1));
    this.count = COLUMNS * this.rows;
    this.bytes = canvas.width * canvas.height * 4;
  }

  /** How many pictures there are before the black that fills the last columns. */
  get filled() {
    if (this.known === undefined) {
      const { width, height } = this.canvas;
      const { data } = this.canvas.getContext("2d").getImageData(0, 0, width, height);
      const step = this.size + 1;
      const black = (i) => {
        const [left, top] = [Math.floor(i / this.rows) * step + 1, (i % this.rows) * step + 1];
        for (let y = top; y < top + this.size; y++) for (let x = left; x < left + this.size; x++) for (let c = 0; c < 3; c++) if (data[4 * (y * width + x) + c]) return false;
        return true;
      };
      this.known = this.count;
      while (this.known > 1 && black(this.known - 1)) this.known -= 1;
    }
    return this.known;
  }

  /** Draw picture i as a square of `side` at (x, y). */
  paint(context, i, x, y, side, pixels = false) {
    const [column, row] = [Math.floor(i / this.rows), i % this.rows];
    const step = this.size + 1;
    context.imageSmoothingEnabled = !pixels;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.canvas, column * step + 1, row * step + 1, this.size, this.size, x, y, side, side);
  }
}

export class Sheets {
  constructor(wire) {
    Object.assign(this, { wire, held: new Map(), coming: new Map(), waiting: [], busy: 0, bytes: 0, ink: null });
  }

  /** Forget the sheets that were drawn in the other tone. */
  forget() {
    this.held.clear();
    this.bytes = 0;
    this.ink = null;
  }

  /** Where the files of a run lie. */
  _folder(job) {
    return job === RECORDED ? this.wire.tools.staticUrl("recordings/digits") : `jobs/${job}`;
  }

  /** The sheet, if it is cached. */
  ready(job, name, step) {
    const sheet = this.held.get(`${job}/${name}/${step}`);
    if (sheet) {
      this.held.delete(`${job}/${name}/${step}`); // moved to the end, because the first one is dropped first
      this.held.set(`${job}/${name}/${step}`, sheet);
    }
    return sheet;
  }

  /** A promise of the sheet; null if it cannot be fetched. urgent: before those that are fetched in advance. */
  get(job, name, step, grey, urgent = true) {
    const key = `${job}/${name}/${step}`;
    const sheet = this.ready(job, name, step);
    if (sheet) return Promise.resolve(sheet);
    if (this.coming.has(key)) return this.coming.get(key);
    const promise = new Promise((resolve) => {
      const entry = { key, resolve, path: `${this._folder(job)}/samples/${name ? `${name}/` : ""}${String(step).padStart(7, "0")}.png`, grey };
      if (urgent) this.waiting.unshift(entry);
      else this.waiting.push(entry);
    });
    this.coming.set(key, promise);
    this._next();
    return promise;
  }

  async _next() {
    if (this.busy >= AT_ONCE || !this.waiting.length) return;
    const { key, resolve, path, grey } = this.waiting.shift();
    this.busy += 1;
    let sheet = null;
    try {
      const blob = await (await this.wire.fetch(path)).blob();
      const bitmap = await createImageBitmap(blob);
      sheet = new Sheet(bitmap, grey, (this.ink ??= ink()));
      bitmap.close();
      this._keep(key, sheet);
    } catch (error) {
      console.info(`${path}: ${error.message}`);
    }
    this.busy -= 1;
    this.coming.delete(key);
    resolve(sheet);
    this._next();
  }

  _keep(key, sheet) {
    this.held.set(key, sheet);
    this.bytes += sheet.bytes;
    for (const [oldest, old] of this.held) {
      if (this.bytes <= BUDGET || oldest === key) break;
      this.held.delete(oldest);
      this.bytes -= old.bytes;
    }
  }
}

/** Whether a run's sheets are grey, 1 = ink; photographs never are. */
export const grey = (order) => ![order?.recipe, order?.settings?.recipe].includes("stylize") && (order?.settings?.channels ?? 1) !== 3;
