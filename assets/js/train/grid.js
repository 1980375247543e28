/* The sample grid: one canvas, with a real button over each picture, which is followed through the run when it is pressed. */

import { Cells } from "../parts/cells.js";
import { element, put, show } from "../parts/nodes.js";

const WIDE = 480; // screen pixels from which on a class fills half a row, and a whole one below
const ACROSS = { 2: 4, 3: 6 }; // pictures in a wide row, by how many stand side by side

export class Grid {
  /** `label(i)`: the name of picture i; `chosen(i)`: it was pressed. */
  constructor(place, { label, chosen }) {
    Object.assign(this, { place, sheet: null, pixels: false, together: 0 }); // together: pictures that stand side by side, a photograph and what was made of it
    this.canvas = element("canvas", { hidden: true });
    put(this.canvas, "aria-hidden", "true");
    this.cells = new Cells(label, chosen);
    this.blank = element("p", { className: "blank note" });
    place.append(this.canvas, this.cells.element, this.blank);
    new ResizeObserver(() => this._paint()).observe(place);
  }

  /** Show a sheet; without one, `words` in its place. */
  put(sheet, words = "") {
    this.sheet = sheet;
    show(this.blank, !sheet);
    show(this.canvas, Boolean(sheet));
    show(this.cells.element, Boolean(sheet));
    if (this.blank.textContent !== words) this.blank.textContent = words;
    this._paint();
  }

  view(pixels) {
    this.pixels = pixels;
    this._paint();
  }

  /** Ring one picture, or none (-1). */
  mark(i) {
    this.cells.mark(i);
  }

  /** Name every picture anew. */
  name() {
    this.cells.name();
  }

  _paint() {
    const { sheet } = this;
    const width = this.place.clientWidth - 2 * parseFloat(getComputedStyle(this.place).paddingLeft || 0);
    if (!sheet || width <= 0) return;
    const { together } = this;
    const count = together ? sheet.filled : sheet.count;
    const rows = width > WIDE ? 2 * sheet.rows : sheet.rows;
    const across = together ? Math.min(count, width > WIDE ? ACROSS[together] : together) : rows;
    const down = Math.ceil(count / across);
    if (this.cells.arrange(count, across)) this.cells.name();
    const scale = Math.min(2, devicePixelRatio || 1);
    const pitch = Math.floor((width * scale) / across);
    const [w, h] = [pitch * across, pitch * down];
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, w, h);
    const gap = Math.max(1, Math.round(pitch * 0.05));
    for (let i = 0; i < count; i++) {
      sheet.paint(context, i, (i % across) * pitch + gap, Math.floor(i / across) * pitch + gap, pitch - 2 * gap, this.pixels);
    }
  }
}
