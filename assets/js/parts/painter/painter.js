/* The mask painter: a photo in a window, and tools to mark parts of it by mouse, pen, finger or keys. A component of its own: it knows a canvas
   and calls back; buttons, words and files are the page's.

   tools: "brush", "eraser", "lasso", "rectangle", "polygon". With Alt held, a shape takes away. Two fingers, or the space bar and a drag, move the
   photo; the wheel zooms. Arrow keys move the ring, space sets it down and lifts it, Escape gives up what is being drawn. */

import { pinch, wheel } from "../gestures.js";
import { Drawing } from "./draw.js";
import { Mask } from "./mask.js";
import { Photo } from "./photo.js";
import * as raster from "./raster.js";
import { View } from "./view.js";

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CLOSE = 12; // screen pixels around a polygon's first corner that close it

export class Painter {
  /** on: {changed() after each change of the marks, moved() of the view, said(word) for screen readers: "down" or "up"}. */
  constructor(canvas, on) {
    Object.assign(this, { canvas, on, view: new View(), drawing: new Drawing(canvas), photo: null, mask: null });
    Object.assign(this, { tool: "brush", size: 32, hardness: 1, split: null, before: false, busy: false });
    Object.assign(this, { pointers: new Map(), work: null, hover: null, keys: null, space: false, panned: false, frame: 0 });
    canvas.addEventListener("pointerdown", (event) => this._down(event));
    canvas.addEventListener("pointermove", (event) => this._move(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this._up(event));
    canvas.addEventListener("pointerleave", () => this._hover(null));
    canvas.addEventListener("dblclick", () => this._finish());
    canvas.addEventListener("wheel", (event) => this._wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this._key(event));
    canvas.addEventListener("keyup", (event) => this._keyUp(event));
    canvas.addEventListener("blur", () => this._rest());
    canvas.addEventListener("contextmenu", (event) => this.work && event.preventDefault());
    new ResizeObserver(() => this._resize()).observe(canvas);
  }

  /** Show another photo (an upright ImageBitmap), without marks, or with the marks that it had here before. */
  open(picture, mask = null) {
    this.photo = new Photo(picture);
    this.mask = mask ?? new Mask(picture.width, picture.height, null);
    this.mask.changed = () => this._changed();
    Object.assign(this, { work: null, keys: null, split: null, before: false });
    this.view.fitted = true;
    this._resize();
    this.on.changed();
  }

  /** Draw again with the next frame. */
  refresh() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this._paint());
  }

  set(values) {
    Object.assign(this, values);
    if ("tool" in values) this._give();
    this.refresh();
  }

  tone() {
    this.drawing.tone();
    this.refresh();
  }

  /** Zoom in screen pixels for one of the photo, 1 = 100 %. */
  get zoom() {
    return this.view.zoom / devicePixelRatio;
  }

  zoomTo(zoom, place) {
    if (!this.photo) return;
    this.view.zoomTo(zoom * devicePixelRatio, place);
    this._moved();
  }

  fit() {
    this.view.fit();
    this._moved();
  }

  /** Drop the shape that is being drawn. True if there was one. */
  _give() {
    const { work } = this;
    this.work = null;
    if (work?.kind === "stroke") this.mask.cancel();
    if (this.keys) this.keys.down = false;
    this.refresh();
    return Boolean(work);
  }

  _changed() {
    this.refresh();
    this.on.changed();
  }

  _moved() {
    this.refresh();
    this.on.moved();
  }

  _resize() {
    const [w, h] = [Math.round(this.canvas.clientWidth * devicePixelRatio), Math.round(this.canvas.clientHeight * devicePixelRatio)];
    if (!w || !h || !this.photo) return;
    if (this.canvas.width !== w || this.canvas.height !== h) this.drawing.size(w, h);
    this.view.resize([w, h], [this.photo.width, this.photo.height]);
    cancelAnimationFrame(this.frame);
    this._paint(); // at once, because a resized canvas is blank
    this.on.moved();
  }

  _paint() {
    this.frame = 0;
    const { photo, view, mask, split, before, work } = this;
    const path = work?.points ? { points: work.points.map((point) => view.toWindow(point)), closed: work.kind !== "polygon" } : null;
    if (path && work.kind === "polygon" && this.hover) path.points.push(this.hover);
    this.drawing.paint({ photo, view, mask, path, ring: this._ring(), split, before, moving: work?.kind === "pan" || work?.kind === "pinch" });
  }

  _ring() {
    if (!this.photo || this.busy || this.split !== null || this.before) return null;
    const radius = (this.size / 2) * this.view.zoom;
    if (this.keys) return { x: this.view.toWindow(this.keys.at)[0], y: this.view.toWindow(this.keys.at)[1], radius, keys: this.keys.down };
    const brushes = ["brush", "eraser"].includes(this.tool);
    return this.hover && brushes && !this.space ? { x: this.hover[0], y: this.hover[1], radius } : null;
  }

  /** The place of an event in canvas pixels. */
  _place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * this.canvas.width) / box.width, ((event.clientY - box.top) * this.canvas.height) / box.height];
  }

  _hover(place) {
    this.hover = place;
    this.refresh();
  }

  _down(event) {
    if (!this.photo || this.busy) return;
    this.keys = null;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this._place(event));
    if (this.pointers.size === 2) this._pinch();
    else if (event.button === 1 || this.space) this.work = { kind: "pan" };
    else if (event.button === 0 && this.pointers.size === 1) this._begin(this._place(event), event);
    event.preventDefault();
  }

  _pinch() {
    if (this.work?.kind === "stroke") this.mask.cancel();
    this.work = { kind: "pinch" };
  }

  _begin(place, { altKey, pressure, pointerType }) {
    const at = this.view.toPhoto(place);
    if (this.tool === "brush" || this.tool === "eraser") {
      this.mask.begin();
      this.work = { kind: "stroke", last: at };
      this._stroke(at, pointerType === "pen" ? pressure : 1);
    } else if (this.tool === "polygon") {
      const first = this.work?.points?.[0];
      const near = first && Math.hypot(...this.view.toWindow(first).map((value, i) => value - place[i])) < CLOSE * devicePixelRatio;
      if (near) this._finish();
      else if (this.work) this.work.points.push(at);
      else this.work = { kind: "polygon", points: [at], erase: altKey };
    } else this.work = { kind: this.tool, from: at, points: [at], erase: altKey };
    this.refresh();
  }

  _stroke(to, pressure = 1) {
    const { work, mask } = this;
    const part = ([x, y]) => [x / mask.scale, y / mask.scale];
    const radius = ((this.size / 2) * (0.4 + 0.6 * pressure)) / mask.scale;
    mask.step((marks) => raster.stroke(marks, part(work.last), part(to), { radius: Math.max(0.5, radius), hardness: this.hardness, erase: this.tool === "eraser" }));
    work.last = to;
    this.refresh();
  }

  _move(event) {
    const place = this._place(event);
    const known = this.pointers.get(event.pointerId);
    const { work } = this;
    if (event.pointerType !== "touch") this._hover(place);
    if (!known) return;
    this.pointers.set(event.pointerId, place);
    if (work?.kind === "pinch") this._pinched(event.pointerId, known, place);
    else if (work?.kind === "pan") {
      this.panned = true;
      this.view.pan(place[0] - known[0], place[1] - known[1]);
      this._moved();
    } else if (work?.kind === "stroke") {
      const steps = event.getCoalescedEvents?.() ?? [];
      for (const step of steps.length ? steps : [event]) this._stroke(this.view.toPhoto(this._place(step)), event.pointerType === "pen" ? step.pressure : 1);
    } else if (work?.kind === "lasso") work.points.push(this.view.toPhoto(place));
    else if (work?.kind === "rectangle") {
      const [[left, top], [right, bottom]] = [work.from, this.view.toPhoto(place)];
      work.points = [[left, top], [right, top], [right, bottom], [left, bottom]];
    }
    this.refresh();
  }

  /** Two fingers: the photo follows both. */
  _pinched(moved, was, is) {
    const step = pinch(this.pointers, moved, was, is);
    if (!step) return;
    const { times, from, to } = step;
    this.view.zoomTo(this.view.zoom * times, from);
    this.view.pan(to[0] - from[0], to[1] - from[1]);
    this._moved();
  }

  _up(event) {
    this.pointers.delete(event.pointerId);
    const { work } = this;
    if (work?.kind === "stroke") {
      this.work = null;
      if (event.type === "pointercancel") this.mask.cancel();
      else this.mask.end();
    } else if (work?.kind === "lasso" || work?.kind === "rectangle") this._finish();
    else if (work?.kind === "pan" || (work?.kind === "pinch" && this.pointers.size === 0)) this.work = null;
    this.refresh();
  }

  /** Close the shape that is being drawn, and mark what is inside. */
  _finish() {
    const { work, mask } = this;
    if (!work?.points) return;
    this.work = null;
    const points = work.points.map(([x, y]) => [x / mask.scale, y / mask.scale]);
    mask.change((marks) => raster.polygon(marks, points, work.erase));
    this.refresh();
  }

  _wheel(event) {
    if (!this.photo) return;
    event.preventDefault();
    const { pan, times } = wheel(event);
    if (pan) this.view.pan(...pan);
    else this.view.zoomTo(this.view.zoom * times, this._place(event));
    this._moved();
  }

  _key(event) {
    if (!this.photo || this.busy || event.ctrlKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) this._steer(move, event.shiftKey);
    else if (event.key === " ") Object.assign(this, { panned: this.space && this.panned, space: true });
    else if (event.key === "Enter" && this.work?.kind === "polygon") this._finish();
    else if (!(event.key === "Escape" && this._give())) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The space bar alone sets the ring down or lifts it; held during a drag, it moved the photo. */
  _keyUp(event) {
    if (event.key !== " ") return;
    this.space = false;
    if (!this.panned && !this.work?.points && this.pointers.size === 0) this._press();
    this.panned = false;
    this.refresh();
  }

  _steer([dx, dy], far) {
    const step = ((far ? 48 : 8) * devicePixelRatio) / this.view.zoom;
    this.keys ??= { at: this.view.toPhoto([this.canvas.width / 2, this.canvas.height / 2]), down: false };
    const held = (value, most) => Math.min(most, Math.max(0, value));
    this.keys.at = [held(this.keys.at[0] + dx * step, this.photo.width), held(this.keys.at[1] + dy * step, this.photo.height)];
    if (this.keys.down && this.work?.kind === "stroke") this._stroke(this.keys.at);
    this.view.reveal(this.keys.at);
    this._moved();
  }

  _press() {
    if (!this.photo || this.busy) return;
    this.keys ??= { at: this.view.toPhoto([this.canvas.width / 2, this.canvas.height / 2]), down: false };
    this.keys.down = !this.keys.down;
    this.on.said(this.keys.down ? "down" : "up");
    if (this.keys.down) {
      if (this.tool !== "eraser") this.tool = "brush";
      this.mask.begin();
      this.work = { kind: "stroke", last: this.keys.at };
      this._stroke(this.keys.at);
    } else if (this.work?.kind === "stroke") {
      this.work = null;
      this.mask.end();
    }
  }

  _rest() {
    if (this.keys?.down) this._press();
    Object.assign(this, { keys: null, space: false });
    this.refresh();
  }
}
