/* The sample grid: one canvas, with a real button over each picture. One tab stop; arrows go from picture to picture, Enter follows one. */

import { element, put, show } from "./say.js";

/** Columns for a sheet on a place so wide: a class fills half a row, or on a phone a whole one. */
const columns = (rows, wide) => (wide ? 2 * rows : rows);

export class Grid {
  /** `label(i)`: the name of picture i; `taken(i)`: it was chosen. */
  constructor(place, { label, taken }) {
    Object.assign(this, { place, label, sheet: null, pixels: false, marked: -1, here: 0, across: 0, buttons: [] });
    this.canvas = element("canvas", {});
    put(this.canvas, "aria-hidden", "true");
    this.cells = element("div", { className: "cells" });
    this.blank = element("p", { className: "blank note" });
    place.append(this.canvas, this.cells, this.blank);
    this.cells.addEventListener("click", (event) => {
      const i = this.buttons.indexOf(event.target.closest("button"));
      if (i < 0) return;
      this._go(i);
      taken(i);
    });
    this.cells.addEventListener("keydown", (event) => this._key(event));
    new ResizeObserver(() => this._paint()).observe(place);
  }

  /** Show a sheet; without one, `words` in its place. */
  put(sheet, words = "") {
    this.sheet = sheet;
    show(this.blank, !sheet);
    show(this.canvas, Boolean(sheet));
    show(this.cells, Boolean(sheet));
    if (this.blank.textContent !== words) this.blank.textContent = words;
    this._paint();
  }

  view(pixels) {
    this.pixels = pixels;
    this._paint();
  }

  /** Ring one picture, or none (-1). */
  mark(i) {
    this.buttons[this.marked]?.removeAttribute("aria-current");
    this.marked = i;
    this.buttons[i]?.setAttribute("aria-current", "true");
  }

  /** Name every picture anew. */
  name() {
    this.buttons.forEach((button, i) => put(button, "aria-label", this.label(i)));
  }

  _arrange(count, across) {
    if (this.buttons.length !== count) {
      this.buttons = Array.from({ length: count }, (_, i) => element("button", { type: "button", tabIndex: i === this.here ? 0 : -1 }));
      this.here = Math.min(this.here, count - 1);
      this.cells.replaceChildren(...this.buttons);
      this.name();
      this.mark(this.marked < count ? this.marked : -1);
    }
    if (this.across !== across) {
      this.across = across;
      this.cells.style.gridTemplateColumns = `repeat(${across}, 1fr)`;
    }
  }

  _paint() {
    const { sheet } = this;
    const width = this.place.clientWidth - 2 * parseFloat(getComputedStyle(this.place).paddingLeft || 0);
    if (!sheet || width <= 0) return;
    const across = columns(sheet.rows, width > 480);
    const down = Math.ceil(sheet.count / across);
    this._arrange(sheet.count, across);
    const scale = Math.min(2, devicePixelRatio || 1);
    const pitch = Math.floor((width * scale) / across);
    const [w, h] = [pitch * across, pitch * down];
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, w, h);
    const gap = Math.max(1, Math.round(pitch * 0.05));
    for (let i = 0; i < sheet.count; i++) {
      sheet.paint(context, i, (i % across) * pitch + gap, Math.floor(i / across) * pitch + gap, pitch - 2 * gap, this.pixels);
    }
  }

  _key(event) {
    const row = this.across * Math.floor(this.here / this.across);
    const steps = { ArrowLeft: this.here - 1, ArrowRight: this.here + 1, ArrowUp: this.here - this.across, ArrowDown: this.here + this.across };
    const to = { ...steps, Home: row, End: row + this.across - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to >= 0 && to < this.buttons.length) this._go(to);
    this.buttons[this.here].focus();
  }

  _go(i) {
    if (this.buttons[this.here]) this.buttons[this.here].tabIndex = -1;
    this.here = i;
    this.buttons[i].tabIndex = 0;
  }
}
