/* The tasks of the digits page: what the server draws for saving is drawn here by the same net, with the same pixels and the same recipe. */

import * as latent from "../parts/latent.js";
import { fetched, runtime } from "../parts/runtime.js";
import { resampled } from "./pictures/resample.js";
import { saying } from "./pictures/said.js";

const COLUMNS = 10;
const NAMED = [
  ...["slant", "weight", "width", "height", "roundness", "loop", "balance", "waist"],
  ...["bend", "corners", "middle", "crossing", "head", "foot", "flourish"],
];
const quiet = () => {};

export class Digits {
  constructor(place) {
    Object.assign(this, { place, sessions: new Map() });
  }

  async samplers({ model }) {
    return { samplers: await this.place.facts("samplers"), described: model ? await this._about(model) : null };
  }

  /** One picture, as tasks/sample.py draws it. */
  async sample(fields) {
    const { digit = 3, digit_to = null, blend = 0, seed = 1, truncation = 1, raw = [], latent: given = null, model = "digits", pixels = 512, smooth = true } = fields;
    const about = await this._about(model);
    const base = given ? Float32Array.from(given) : latent.scaled(latent.fromSeed(seed, about.latent), truncation);
    const y = latent.classes(about.classes, digit, digit_to, blend);
    const directions = latent.frame(latent.tables([...about.attributes, ...about.raw]), y);
    const values = Object.fromEntries(NAMED.filter((name) => typeof fields[name] === "number" && name in directions).map((name) => [name, fields[name]]));
    raw.forEach((value, i) => value !== null && about.raw[i]?.name in directions && (values[about.raw[i].name] = value));
    const z = latent.moved(base, directions, values);
    const [picture] = await this._paint(model, about, [z], [y]);
    const recipe = { digit, digit_to, blend, seed, truncation, ...Object.fromEntries(NAMED.map((name) => [name, fields[name] ?? null])), raw, latent: given, model, pixels, smooth };
    return { picture: await this._file(this._shown(picture, about, pixels, smooth), "sample", recipe, model), latent: [...z] };
  }

  /** A table of hands, as tasks/sheet.py draws it. */
  async sheet(fields) {
    const { rows = 8, seed = 1, truncation = 1, model = "digits", cell = 64, smooth = true, first = 0 } = fields;
    const about = await this._about(model);
    const columns = about.classes ? Math.min(COLUMNS, about.classes - first) : COLUMNS;
    const hand = (n) => latent.scaled(latent.fromSeed((seed + n) % 2 ** 32, about.latent), truncation);
    const every = Array.from({ length: rows * columns }, (_, i) => i);
    const codes = every.map((i) => hand(about.classes ? Math.floor(i / columns) : i));
    const kinds = every.map((i) => (about.classes ? latent.classes(about.classes, first + (i % columns)) : new Float32Array(0)));
    const pictures = await this._paint(model, about, codes, kinds);
    const page = new OffscreenCanvas(columns * cell, rows * cell), context = page.getContext("2d");
    pictures.forEach((picture, i) => context.putImageData(this._shown(picture, about, cell, smooth), (i % columns) * cell, Math.floor(i / columns) * cell));
    const recipe = { rows, seed, truncation, model, cell, smooth, first };
    return { picture: await this._file(context.getImageData(0, 0, page.width, page.height), "sheet", recipe, model), seeds: [] };
  }

  async _about(model) {
    if (!(await this.place.facts("samplers")).some(({ id }) => id === model)) throw this.place.elsewhere();
    return this.place.facts(`sampler-${model}`);
  }

  async _paint(model, about, codes, kinds) {
    if (!this.sessions.has(model)) this.sessions.set(model, this._opened(model));
    const { ort, session } = await this.sessions.get(model);
    const tensor = (rows) => new ort.Tensor("float32", Float32Array.from(rows.flatMap((row) => [...row])), [rows.length, rows[0].length]);
    const { picture } = await session.run({ z: tensor(codes), ...(about.classes ? { y: tensor(kinds) } : {}) });
    const n = picture.data.length / codes.length;
    return codes.map((_, i) => picture.data.slice(i * n, (i + 1) * n));
  }

  async _opened(model) {
    const [ort, net] = await Promise.all([runtime(this.place.staticUrl("vendor/onnxruntime-web/"), quiet), fetched(this.place.modelUrl(model), quiet)]);
    return { ort, session: await ort.InferenceSession.create(net, { executionProviders: ["wasm"], graphOptimizationLevel: "all" }) };
  }

  /** Ink on paper (digits/digit.py, on_paper). The shipped generators draw nothing else. */
  _shown(ink, { size }, side, smooth) {
    const scale = side / size, image = new ImageData(side, side);
    const large = smooth && scale > 1 ? resampled(ink, [size, size], [side, side]) : null;
    const steep = scale > 2 ? Math.min(scale, 3) : 1;
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let level = large?.[y * side + x] ?? ink[Math.floor((y + 0.5) / scale) * size + Math.floor((x + 0.5) / scale)];
        if (large) {
          const t = Math.min(1, Math.max(0, (level - 0.5) * steep + 0.5));
          level = t * t * (3 - 2 * t);
        }
        const grey = Math.round(255 * Math.min(1, Math.max(0, 1 - level)));
        image.data.set([grey, grey, grey, 255], 4 * (y * side + x));
      }
    }
    return image;
  }

  async _file(image, task, recipe, model) {
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").putImageData(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    const told = { task, models: [{ id: model }], settings: recipe };
    return this.place.dataUri(await saying(blob, await this.place.facts("said"), "created", told, image, { likeness: JSON.stringify({ task, ...recipe }) }));
  }
}
