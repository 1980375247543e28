/* The tasks of the page Style: photo, marks and paintings go to a worker, which repaints. */

import { upright } from "../parts/bitmap.js";
import { saying } from "./pictures/said.js";
import { addressOf, most } from "./workshop.js";

const OWN = "own"; // the style of a picture of the reader
const STEP = 0.02; // shares of a mixture are rounded to this, as on the server
const MIMES = { png: "image/png", jpeg: "image/jpeg", webp: "image/webp" };

/** What a picture is known by: two sums (FNV-1a, and one that turns) of its address, which holds it. */
function keyOf(uri) {
  let [one, other] = [0x811c9dc5, uri.length];
  for (let i = 0; i < uri.length; i++) {
    const code = uri.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(((other << 5) | (other >>> 27)) ^ code, 0x9e3779b1);
  }
  return `${uri.length} ${one >>> 0} ${other >>> 0}`;
}

export class Paintings {
  constructor(place, workshop) {
    Object.assign(this, { place, workshop });
  }

  async styles() {
    const styles = await this.place.facts("styles");
    return { styles: styles.map(({ net, ...line }) => line) };
  }

  async _opened(uri) {
    const file = await (await fetch(uri)).blob();
    return upright(file, { apart: true }).catch(() => Promise.reject(this.place.elsewhere("edition.needs.tiff")));
  }

  /** A style of the list with its net, and with its painting where it is that of one. */
  async _style(name, painting) {
    const every = await this.place.facts("styles"), [first] = every;
    const line = name === OWN ? every.find(({ any }) => any) : name ? every.find(({ id, style }) => name === id || name === style) : first;
    if (!line || (line.any && !painting)) throw this.place.elsewhere("edition.needs.style");
    const { net, body, side } = line;
    return { id: line.id, net, body, side, painting: line.any ? { bitmap: await this._opened(painting), key: `painting ${keyOf(painting)}` } : null };
  }

  /** Styles and share of the second one: one style where the other counts nothing. */
  async _mixed({ style = "", painting = "", second = "", second_painting = "", blend = 0.5 }) {
    const share = Math.round(blend / STEP) * STEP, other = second || (second_painting ? OWN : "");
    if (!other || share <= 0) return { styles: [await this._style(style, painting)], share: 0 };
    if (share >= 1) return { styles: [await this._style(other, second_painting)], share: 0 };
    return { styles: [await this._style(style, painting), await this._style(other, second_painting)], share: Number(share.toFixed(4)) };
  }

  async _work(fields, live) {
    const { picture, strength = 1, strokes = 1, detail = 0.5, colours = "style", mask = "", where = "inside", seed = 0, form = "png", quality = 92, ticket } = fields;
    const bitmap = await this._opened(picture);
    if (bitmap.width * bitmap.height > most()) throw this.place.elsewhere("edition.error.large");
    const mixed = await this._mixed(fields), marks = mask && where !== "everywhere" ? await this._opened(mask) : null;
    const order = { bitmap, key: keyOf(picture), ...mixed, strength, strokes, detail, colours, seed, mask: marks, where, live, type: MIMES[form], quality };
    const given = [bitmap, marks, ...mixed.styles.map(({ painting }) => painting?.bitmap)].filter(Boolean);
    const done = await this.workshop.work("stylize", order, given, ticket);
    return done && { ...done, names: mixed.styles.map(({ id }) => id), settings: { strength, strokes, detail, colours, where, seed, form, quality } };
  }

  async stylize_preview(fields) {
    const begun = performance.now(), done = await this._work(fields, true);
    if (!done) return { cancelled: true };
    return { picture: addressOf(done.blob), size: done.size, seconds: (performance.now() - begun) / 1000 };
  }

  async stylize(fields) {
    const begun = performance.now(), done = await this._work(fields, false), { style = "", second = "", blend = 0, form = "png", name = "" } = fields;
    if (!done) return { cancelled: true };
    const settings = { style: style || done.names[0], second, blend, ...done.settings }, models = done.names.map((id) => ({ id }));
    const blob = await saying(done.blob, await this.place.facts("said"), "filtered", { task: "stylize", models, settings }, { width: done.size[0], height: done.size[1] });
    const stem = name.replace(/\.[^.]*$/, "") || "picture", ending = form === "jpeg" ? "jpg" : form;
    const called = done.names.map((id) => id.replace(/^stylize-/, "")).join("-");
    const seconds = (performance.now() - begun) / 1000;
    return { picture: addressOf(blob), address: null, name: `${stem}-${called}.${ending}`, size: done.size, style: done.names.join("+"), painted: done.painted, tiles: done.tiles, tile: 0, halved: 0, seconds, memory_mb: 0, provenance: {}, ending, bytes: blob.size };
  }
}
