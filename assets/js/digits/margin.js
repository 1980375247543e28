/* The notes beside the big picture: the nearest training digit, and the code as bars. */

import { element } from "../parts/nodes.js";
import { css, draw } from "../parts/ink.js";
import { dim } from "./judge.js";

const SIDE = 32;

/** The pixels of a PNG from the server, of a picture with `size` pixels a side, in the form that the nets use: 1 = ink for dark on white;
    red, green and blue one after the other for colours. */
export async function pixelsOf(address, size = SIDE, look = "ink") {
  const image = new Image();
  image.src = address;
  await image.decode();
  const small = element("canvas", { width: size, height: size });
  const context = small.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = image.width % size !== 0;
  context.drawImage(image, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  const n = size * size;
  if (look === "colour") return Float32Array.from({ length: 3 * n }, (_, i) => data[(i % n) * 4 + Math.floor(i / n)] / 255);
  return Float32Array.from({ length: n }, (_, i) => 1 - data[i * 4] / 255);
}

/** The nearest real digit, asked for when nothing moves. */
export class Nearest {
  constructor(desk, place) {
    Object.assign(this, { desk, place, answer: null, ink: null });
    desk.on("rest", (stale) => this._ask(stale));
    desk.on("model", () => (this.place.hidden = !desk.model.can.nearest));
    desk.on("change", () => this._age());
    desk.tools.onLanguage(() => this._write());
    desk.tools.onTone(() => this._write());
  }

  async _ask(stale) {
    const { desk } = this;
    if (desk.mode !== "shape" || !desk.model?.can.nearest) return;
    const { subject } = desk;
    try {
      const answer = await desk.tools.ask("nearest", subject);
      const ink = await pixelsOf(answer.picture);
      if (stale()) return;
      Object.assign(this, { answer: { ...answer, subject: JSON.stringify(subject) }, ink });
      this._write();
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (!stale()) this.place.querySelector(".note").textContent = error.sentence;
    }
  }

  _age() {
    dim(this.place, Boolean(this.answer) && this.answer.subject !== JSON.stringify(this.desk.subject));
  }

  _write() {
    if (!this.answer) return;
    this._age();
    const { tools } = this.desk;
    const { distance, usual, closer, label } = this.answer;
    const canvas = this.place.querySelector("canvas");
    draw(canvas, this.ink, SIDE, { side: SIDE * 5 });
    canvas.setAttribute("aria-label", tools.t("digits.near.label", { digit: label }));
    const verdict = closer < 0.02 ? "copy" : closer > 0.98 ? "far" : "alike";
    this.place.querySelector(".note").textContent = tools.t(`digits.near.${verdict}`, { distance: tools.number(distance, 1), usual: tools.number(usual, 1) });
  }
}

/** The numbers of the code as bars on a line: upwards in the accent colour, downwards in grey. */
export function bars(canvas, code) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const [up, down] = [css("--accent"), css("--ink-2")];
  context.clearRect(0, 0, width, height);
  const step = width / code.length;
  const thick = Math.max(1, Math.round(step * 0.45));
  code.forEach((value, i) => {
    context.fillStyle = value > 0 ? up : down;
    const length = (Math.min(3, Math.abs(value)) / 3) * (height / 2);
    context.fillRect(Math.round(i * step), value > 0 ? height / 2 - length : height / 2, thick, Math.max(1, length));
  });
}
