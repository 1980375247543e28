/* A table of digits on one canvas, with a real button over each: one tab stop, arrows go from digit to digit, Enter takes one. */

import { draw } from "./ink.js";

const CELL = 64; // side of a digit on the canvas, before the screen's own scale

export class Board {
  /** `label(i)`: the name of place i; `taken(i)`: it was chosen. */
  constructor(place, { columns, rows, label, taken }) {
    Object.assign(this, { place, columns, rows, label, pictures: [], here: 0, marked: -1 });
    this.cell = Math.round(CELL * Math.min(2, devicePixelRatio));
    this.canvas = Object.assign(document.createElement("canvas"), { width: columns * this.cell, height: rows * this.cell });
    this.canvas.setAttribute("aria-hidden", "true");
    const grid = Object.assign(document.createElement("div"), { className: "cells" });
    grid.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
    this.buttons = Array.from({ length: columns * rows }, (_, i) => Object.assign(document.createElement("button"), { type: "button", tabIndex: i ? -1 : 0 }));
    grid.append(...this.buttons);
    grid.addEventListener("click", (event) => this._chosen(event, taken));
    grid.addEventListener("keydown", (event) => this._key(event));
    place.append(this.canvas, grid);
    this.small = document.createElement("canvas");
  }

  /** Name every place anew. */
  name() {
    this.buttons.forEach((button, i) => button.setAttribute("aria-label", this.label(i)));
  }

  /** Ring one place, or none (-1). */
  mark(here) {
    if (here === this.marked) return;
    this.buttons[this.marked]?.removeAttribute("aria-current");
    this.buttons[here]?.setAttribute("aria-current", "true");
    this.marked = here;
  }

  put(i, picture, size, view, look = "ink") {
    this.pictures[i] = [picture, size, view, look];
    const [x, y] = [(i % this.columns) * this.cell, Math.floor(i / this.columns) * this.cell];
    const context = this.canvas.getContext("2d");
    draw(this.small, picture, size, { view, side: this.cell, look });
    context.clearRect(x, y, this.cell, this.cell);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.small, x, y, this.cell, this.cell);
  }

  repaint() {
    this.pictures.forEach((held, i) => held && this.put(i, ...held));
  }

  _chosen(event, taken) {
    const i = this.buttons.indexOf(event.target.closest("button"));
    if (i < 0) return;
    this._go(i);
    taken(i);
  }

  _key(event) {
    const row = this.columns * Math.floor(this.here / this.columns);
    const steps = { ArrowLeft: this.here - 1, ArrowRight: this.here + 1, ArrowUp: this.here - this.columns, ArrowDown: this.here + this.columns };
    const to = { ...steps, Home: row, End: row + this.columns - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to >= 0 && to < this.buttons.length) this._go(to);
    this.buttons[this.here].focus();
  }

  _go(i) {
    this.buttons[this.here].tabIndex = -1;
    this.here = i;
    this.buttons[i].tabIndex = 0;
  }
}
