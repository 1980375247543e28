/* A place of the picture that the reader points at, or moves to with the arrow keys: what D believes there, and what each term of the losses
   comes to. */

import { REACH } from "../parts/engine/data.js";
import { LOSSES } from "../parts/engine/losses.js";
import { CELLS } from "../parts/engine/measure.js";

const LEAST = 1e-6; // of a belief, under a logarithm

export class Point {
  constructor(desk, canvas, said) {
    Object.assign(this, { desk, canvas, said });
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      this._go([((event.clientX - box.left) / box.width) * 2 * REACH - REACH, REACH - ((event.clientY - box.top) / box.height) * 2 * REACH]);
    });
    for (const end of ["pointerleave", "blur"]) canvas.addEventListener(end, () => this._go(null));
    canvas.addEventListener("keydown", (event) => this._key(event));
    desk.on("frame", () => this.write());
    desk.tools.onLanguage(() => this.write());
    this.write();
  }

  _go(place) {
    this.desk.pointed = place;
    this.desk.tell("pointed");
    if (this.desk.extra.includes("at")) this.desk.want(this.desk.extra); // a frame for this place
    this.write();
  }

  _key(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!by) return;
    event.preventDefault();
    const here = this.desk.pointed ?? [0, 0], edge = REACH - 0.01;
    this._go(here.map((x, i) => Math.min(edge, Math.max(-edge, x + by[i] * (event.shiftKey ? 0.4 : 0.1)))));
  }

  /** D's belief at the place, from the field that is shown. */
  _belief() {
    const { frame, ready, pointed } = this.desk;
    if (!frame?.field || !ready || !pointed) return null;
    const side = CELLS[ready.dims], [i, j] = pointed.map((x) => Math.floor(((x + REACH) / (2 * REACH)) * side));
    return frame.field[ready.dims === 2 ? j * side + i : i] ?? null;
  }

  write() {
    const { tools, settings, pointed } = this.desk, { t, number } = tools;
    const d = this._belief(), value = (x) => number(x, 2).replace("-", "\u2212");
    let words = t("learn.point.none");
    if (d !== null) {
      const values = { x: value(pointed[0]), y: value(pointed[1]), d: value(d), real: value(-Math.log(Math.max(d, LEAST))), fake: value(-Math.log(Math.max(1 - d, LEAST))) };
      const score = Math.log(Math.max(d, LEAST) / Math.max(1 - d, LEAST));
      const logarithmic = ["minimax", "non_saturating"].includes(settings.loss);
      words = t(logarithmic ? "learn.point.terms" : "learn.point.belief", { ...values, own: logarithmic ? value(LOSSES[settings.loss].own(score)) : "" });
    }
    if (this.said.textContent !== words) this.said.textContent = words;
  }
}
