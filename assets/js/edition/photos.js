/* The tasks of the page Enlarge: the photo goes to a worker, which enlarges it by tiles. */

import { upright } from "../parts/bitmap.js";
import { saying } from "./pictures/said.js";
import { addressOf, most } from "./workshop.js";

const MOST_SIDE = 16_384, TILE = 160; // pixels
const PACE = 9; // seconds for a million pixels that a net of the usual size takes in, until a photo was enlarged here
const USUAL = 32 ** 2 * 16; // numbers of the convolutions of such a net

/** Millions of pixels that all nets take in together, those of a larger net counted as often as it is larger. */
function work(nets, width, height) {
  let [sum, pixels] = [0, (width * height) / 1e6];
  for (const { scale, net } of nets) {
    sum += (pixels * net.config.width ** 2 * net.config.depth) / USUAL;
    pixels *= scale ** 2;
  }
  return sum;
}

const MIMES = { png: "image/png", jpeg: "image/jpeg", webp: "image/webp" };

export class Photos {
  constructor(place, workshop) {
    Object.assign(this, { place, workshop, pace: PACE });
  }

  /** The lines of the models that enlarge so many times, in their order: as upscaling/choice.py chooses. */
  async _nets(model, factor) {
    const every = await this.place.facts("upscale");
    const kind = /^(?:upscale-x[24]-)?(photo|fidelity|best)$/.exec(model)?.[1];
    if (!kind) throw this.place.elsewhere();
    const scales = factor <= 2 ? [2] : factor <= 4 ? [4] : [4, 2];
    const line = (id) => every.find((each) => each.id === id);
    const instead = (scale) => (kind === "best" && line("upscale-x4-best") ? line(`upscale-x${scale}-photo`) : null);
    const found = scales.map((scale) => line(`upscale-x${scale}-${kind}`) ?? instead(scale));
    if (!found.every(Boolean)) throw this.place.elsewhere();
    return found.map((each) => ({ ...each, fidelity: line(each.net.sibling)?.net ?? null }));
  }

  _size(width, height, factor, wide) {
    const nearest = (value) => Math.max(1, Math.floor(value + 0.5));
    if (!wide) return [nearest(width * factor), nearest(height * factor)];
    if (wide < width || wide > 8 * width) throw this.place.elsewhere("edition.error.width");
    return [wide, nearest((height * wide) / width)];
  }

  async plan({ width, height, model = "photo", factor = 4, out_width = 0 }) {
    const size = this._size(width, height, factor, out_width);
    const nets = await this._nets(model, out_width ? out_width / width : factor);
    const tiles = Math.ceil(width / TILE) * Math.ceil(height / TILE), pixels = size[0] * size[1];
    const seconds = work(nets, width, height) * this.pace;
    const fits = pixels <= most() && Math.max(...size) <= MOST_SIDE;
    return { size, nets: nets.map(({ id }) => id), engines: nets.map(() => "float32"), tiles, tile: TILE, seconds, measured: true, memory_mb: Math.round((pixels * 28) / 2 ** 20 + 120), fits };
  }

  async model({ model }) {
    const [line] = await this._nets(model, /x2/.test(model) ? 2 : 4);
    return { ...line, id: model, architecture: "upscaler", parameters: 0, megabytes: 0.4, reach: line.net.reach };
  }

  async upscale({ picture, model = "photo", factor = 4, width = 0, strength = 1, denoise = 0.25, form = "png", quality = 92, name = "", ticket }) {
    const begun = performance.now(), file = await (await fetch(picture)).blob();
    const bitmap = await upright(file, { apart: true }).catch(() => Promise.reject(this.place.elsewhere("edition.needs.tiff")));
    const times = width ? width / bitmap.width : factor, from = [bitmap.width, bitmap.height];
    const size = this._size(...from, factor, width), nets = await this._nets(model, times);
    if (size[0] * size[1] > most() || Math.max(...size) > MOST_SIDE) throw this.place.elsewhere("edition.error.large");
    const done = await this.workshop.work("upscale", { bitmap, nets, size, tile: TILE, strength, denoise, type: MIMES[form], quality }, [bitmap], ticket);
    if (!done) return { cancelled: true };
    const seconds = (performance.now() - begun) / 1000;
    if (nets.length === 1) this.pace = seconds / work(nets, ...from);
    const settings = { model, factor, width, strength, denoise, form, quality };
    const blob = await saying(done.blob, await this.place.facts("said"), "filtered", { task: "upscale", models: nets.map(({ id }) => ({ id })), settings }, { width: size[0], height: size[1] });
    const stem = name.replace(/\.[^.]*$/, "") || "picture", ending = form === "jpeg" ? "jpg" : form;
    return { picture: addressOf(blob), address: null, name: `${stem}-${width ? `${width}w` : `x${factor}`}.${ending}`, size, scale: times, model, nets: nets.map(({ id }) => id), tiles: done.tiles, tile: TILE, halved: 0, seconds, memory_mb: 0, provenance: {}, ending, bytes: blob.size };
  }
}
