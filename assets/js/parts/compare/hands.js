/* Mouse, fingers and keys on a comparison: they move the line, zoom and pan. */

import { pinch, wheel } from "../gestures.js";

const STEP = 64; // screen pixels: one press of an arrow key
const GRIP = 28; // screen pixels on each side of the line where it can be dragged
const MOVES = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Hands {
  constructor(viewer) {
    Object.assign(this, { viewer, pointers: new Map(), work: null });
    const { canvas, element } = viewer;
    canvas.addEventListener("pointerdown", (event) => this._down(event));
    canvas.addEventListener("pointermove", (event) => this._move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this._up(event));
    canvas.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    canvas.addEventListener("dblclick", () => viewer.fit());
    element.addEventListener("keydown", (event) => this._key(event));
    element.addEventListener("keyup", (event) => event.key.toLowerCase() === "b" && viewer.set({ held: false }));
    element.addEventListener("focusout", () => viewer.held && viewer.set({ held: false }));
  }

  _place(event) {
    const box = this.viewer.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((value) => value * devicePixelRatio);
  }

  /** Whether a press at a place drags the line: near it, or anywhere while the whole picture is seen. */
  _grips([x]) {
    const { viewer } = this;
    if (!viewer.split) return false;
    return viewer.view.fitted || Math.abs(x - viewer.share * viewer.canvas.width) < GRIP * devicePixelRatio;
  }

  _down(event) {
    const { viewer } = this;
    if (!viewer.before || event.button > 1) return;
    const place = this._place(event);
    viewer.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, place);
    if (this.pointers.size === 2) this.work = "pinch";
    else if (this.pointers.size === 1) this.work = event.button === 0 && this._grips(place) ? "line" : "pan";
    if (this.work === "line") this._line(place);
    viewer.canvas.dataset.work = this.work;
  }

  _line([x]) {
    this.viewer.divide(Math.min(1, Math.max(0, x / this.viewer.canvas.width)));
  }

  _move(event) {
    const { viewer } = this;
    const place = this._place(event);
    const known = this.pointers.get(event.pointerId);
    viewer.canvas.dataset.cursor = this._grips(place) ? "line" : "pan";
    if (!known) return;
    this.pointers.set(event.pointerId, place);
    if (this.work === "line") this._line(place);
    else if (this.work === "pan") viewer.pan(place[0] - known[0], place[1] - known[1]);
    else if (this.work === "pinch") this._pinched(event.pointerId, known, place);
  }

  /** Two fingers: the picture follows both. */
  _pinched(moved, was, is) {
    const step = pinch(this.pointers, moved, was, is);
    if (!step) return;
    const { times, from, to } = step;
    this.viewer.zoomBy(times, from);
    this.viewer.pan(to[0] - from[0], to[1] - from[1]);
  }

  _up(event) {
    this.pointers.delete(event.pointerId);
    if (this.pointers.size) return;
    this.work = null;
    delete this.viewer.canvas.dataset.work;
  }

  _wheel(event) {
    const { viewer } = this;
    if (!viewer.before) return;
    event.preventDefault();
    const { pan, times } = wheel(event);
    if (pan) viewer.pan(...pan);
    else viewer.zoomBy(times, this._place(event));
  }

  _key(event) {
    const { viewer } = this;
    if (!viewer.before || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const move = MOVES[event.key];
    const ours = event.target === viewer.canvas || (event.target === viewer.range && event.shiftKey);
    if (move && ours) viewer.pan(...move.map((part) => part * STEP * devicePixelRatio));
    else if (key === "0") viewer.fit();
    else if (key === "1") viewer.zoomTo(1);
    else if (key === "+" || key === "=") viewer.zoomBy(1.25);
    else if (key === "-") viewer.zoomBy(1 / 1.25);
    else if (key === "b" && viewer.mode !== "crops") viewer.set({ held: true });
    else return;
    event.preventDefault();
  }
}
