/* The state of the upscale page. Beside the events of every batch: "plan" (the expected size, time and memory). */

import { Batch } from "../parts/batch/bench.js";

const DPI = 300;
const INCH = 2.54; // centimetres

export const START = { kind: "photo", model: "", by: "factor", factor: 4, width: 3840, print: 20, strength: 1, denoise: 0.25, form: "png", quality: 92 };

export class Bench extends Batch {
  constructor(tools, server) {
    super(tools, server, "upscale", START);
    this.plan = null;
    this.on("plan", () => this.tell("able"));
  }

  /** The settings as the task `upscale` takes them; the same for every picture. */
  fieldsOf() {
    const { kind, model, by, factor, width, print, strength, denoise, form, quality } = this.settings;
    const pixels = { factor: 0, width, print: Math.round((print / INCH) * DPI) }[by];
    return { model: kind === "own" ? model : kind, factor: by === "factor" ? factor : 4, width: pixels, strength, denoise, form, quality };
  }

  /** False if there is one picture and it is known to be too large. */
  get able() {
    return !(this.items.length === 1 && Boolean(this.plan?.error || this.plan?.fits === false));
  }
}
