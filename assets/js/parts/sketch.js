/* A sheet to write on: pointer, touch, or keys (arrows move the pen, space lowers and lifts it). Strokes are kept, so undo is exact.

   Strokes are lists of [x, y] in parts of the side, so the drawing does not depend on the size of the sheet. */

import { element } from "../parts/nodes.js";
import { css } from "../parts/ink.js";

const PEN = 0.085; // width of the pen, in parts of the side
const STEP = 1 / 32; // one press of an arrow
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function trace(context, points, side) {
  const at = ([x, y]) => [x * side, y * side];
  context.beginPath();
  context.moveTo(...at(points[0]));
  if (points.length === 1) context.lineTo(points[0][0] * side + 0.01, points[0][1] * side);
  for (let i = 1; i < points.length - 1; i++) {
    const [a, b] = [at(points[i]), at(points[i + 1])];
    context.quadraticCurveTo(...a, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
  }
  if (points.length > 1) context.lineTo(...at(points.at(-1)));
  context.stroke();
}

function render(context, { strokes, picture, width, lean }, side, ink) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  context.setTransform(1, 0, -lean, 1, (lean * side) / 2, 0); // about the middle row
  if (picture) context.drawImage(picture, 0, 0, side, side);
  Object.assign(context, { lineCap: "round", lineJoin: "round", lineWidth: width * side, strokeStyle: ink });
  for (const stroke of strokes) trace(context, stroke, side);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

/** `changed()` is called after each change of the drawing, `said(word)` when the keyboard's pen is lowered ("down") or lifted ("up"). */
export class Sketch {
  constructor(canvas, changed, said) {
    Object.assign(this, { canvas, changed, said, strokes: [], past: [], picture: null, pointer: null, width: PEN, lean: 0 });
    this.pen = { x: 0.5, y: 0.25, down: false, shown: false };
    canvas.addEventListener("pointerdown", (event) => this._down(event));
    canvas.addEventListener("pointermove", (event) => this._move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(name, () => this._up());
    canvas.addEventListener("keydown", (event) => this._key(event));
    canvas.addEventListener("focus", () => this._show(canvas.matches(":focus-visible")));
    canvas.addEventListener("blur", () => this._show(false));
    new ResizeObserver(() => this.paint()).observe(canvas);
  }

  get empty() {
    return !this.strokes.length && !this.picture;
  }

  get undoable() {
    return this.past.length > 0;
  }

  undo() {
    if (this.past.length) this._set(this.past.pop());
  }

  /** Clear the sheet; undo brings the drawing back. */
  wipe() {
    if (!this.empty) this._change([], null);
  }

  /** Lay a picture (anything drawImage takes, square) on the sheet in place of the drawing; `source` is its file as a data address. */
  lay(picture, source) {
    this._change([], Object.assign(picture, { source }));
  }

  /** Another hand: width of the pen in parts of the side, and how far the drawing leans to the right, the tangent of the angle. */
  write({ width = this.width, lean = this.lean }) {
    Object.assign(this, { width, lean });
    this.paint();
  }

  /** The drawing as a data address: black on white, or the file itself where nothing was written on a picture. */
  toFile(side = 280) {
    if (this.picture && !this.strokes.length && !this.lean) return this.picture.source;
    return this.toCanvas(side).toDataURL("image/png");
  }

  /** The drawing on a canvas, black on white. */
  toCanvas(side = 280) {
    const sheet = element("canvas", { width: side, height: side });
    const context = sheet.getContext("2d");
    render(context, this, side, "#000");
    context.globalCompositeOperation = "destination-over";
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    return sheet;
  }

  paint() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!side) return;
    if (this.canvas.width !== side) Object.assign(this.canvas, { width: side, height: side });
    const context = this.canvas.getContext("2d");
    render(context, this, side, css("--ink"));
    if (this.pen.shown) this._drawPen(context, side);
  }

  _change(strokes, picture) {
    this.past.push({ strokes: this.strokes, picture: this.picture });
    this._set({ strokes, picture });
  }

  _set({ strokes, picture }) {
    Object.assign(this, { strokes, picture });
    this.pen.down = false;
    this.paint();
    this.changed();
  }

  _begin(point) {
    this.past.push({ strokes: this.strokes, picture: this.picture });
    this.strokes = [...this.strokes, [point]];
    this.paint();
  }

  _extend(...points) {
    this.strokes.at(-1).push(...points);
    this.paint();
  }

  _at(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return [x + this.lean * (y - 0.5), y];
  }

  _down(event) {
    if (event.button || this.pointer !== null) return;
    event.preventDefault();
    this.pen.down = false;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this._begin(this._at(event));
  }

  _move(event) {
    if (event.pointerId !== this.pointer) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    this._extend(...(steps.length ? steps : [event]).map((step) => this._at(step)));
  }

  _up() {
    if (this.pointer === null) return;
    this.pointer = null;
    this.changed();
  }

  _key(event) {
    const move = KEYS[event.key];
    if (move && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const far = event.shiftKey ? 4 : 1;
      const held = (value) => Math.min(1 - PEN / 2, Math.max(PEN / 2, value));
      this.pen.x = held(this.pen.x + move[0] * STEP * far);
      this.pen.y = held(this.pen.y + move[1] * STEP * far);
      if (this.pen.down) this._extend([this.pen.x, this.pen.y]);
      this._show(true);
    } else if (event.key === " ") this._press();
    else if (event.key === "Escape" && this.pen.down) this._press();
    else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else if (event.key === "Delete" || event.key === "Backspace") this.wipe();
    else return;
    event.preventDefault();
  }

  _press() {
    this.pen.down = !this.pen.down;
    this.said(this.pen.down ? "down" : "up");
    if (this.pen.down) this._begin([this.pen.x, this.pen.y]);
    else this.changed();
    this._show(true);
  }

  _show(shown) {
    this.pen.shown = shown;
    if (!shown && this.pen.down) this._press();
    this.pen.shown = shown;
    this.paint();
  }

  _drawPen(context, side) {
    context.lineWidth = 2 * devicePixelRatio;
    context.strokeStyle = css("--accent");
    context.fillStyle = context.strokeStyle;
    context.beginPath();
    context.arc((this.pen.x - this.lean * (this.pen.y - 0.5)) * side, this.pen.y * side, (PEN * side) / 2, 0, 2 * Math.PI);
    if (this.pen.down) context.fill();
    context.stroke();
  }
}
