/* A table of digits on one canvas, with a real button over each. */

import { Cells } from "../parts/cells.js";
import { element } from "../parts/nodes.js";
import { draw } from "../parts/ink.js";

const CELL = 64; // side of a digit on the canvas, before the screen's own scale

export class Board {
  /** `label(i)`: the name of place i; `chosen(i)`: it was pressed. */
  constructor(place, { columns, rows, label, chosen }) {
    Object.assign(this, { place, columns, rows, pictures: [] });
    this.cell = Math.round(CELL * Math.min(2, devicePixelRatio));
    this.canvas = element("canvas", { width: columns * this.cell, height: rows * this.cell });
    this.canvas.setAttribute("aria-hidden", "true");
    this.cells = new Cells(label, chosen);
    this.cells.arrange(columns * rows, columns);
    place.append(this.canvas, this.cells.element);
    this.small = element("canvas");
  }

  /** Name every place anew. */
  name() {
    this.cells.name();
  }

  /** Ring one place, or none (-1). */
  mark(here) {
    if (here !== this.cells.marked) this.cells.mark(here);
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
    this.pictures.forEach((picture, i) => picture && this.put(i, ...picture));
  }
}
