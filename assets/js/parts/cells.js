/* A table of buttons over pictures: one tab stop; the arrow keys go from button to button, Home and End to the ends of a row. */

import { element } from "./nodes.js";

export class Cells {
  /** label(i): the name of button i; chosen(i): it was pressed. */
  constructor(label, chosen) {
    Object.assign(this, { label, buttons: [], columns: 0, here: 0, marked: -1 });
    this.element = element("div", { className: "cells" });
    this.element.addEventListener("click", (event) => {
      const i = this.buttons.indexOf(event.target.closest("button"));
      if (i < 0) return;
      this._go(i);
      chosen(i);
    });
    this.element.addEventListener("keydown", (event) => this._key(event));
  }

  /** Have `count` buttons in so many columns. True if they are new and have no names yet. */
  arrange(count, columns) {
    const fresh = this.buttons.length !== count;
    if (fresh) {
      this.here = Math.max(0, Math.min(this.here, count - 1));
      this.buttons = Array.from({ length: count }, (_, i) => element("button", { type: "button", tabIndex: i === this.here ? 0 : -1 }));
      this.element.replaceChildren(...this.buttons);
      this.mark(this.marked < count ? this.marked : -1);
    }
    if (this.columns !== columns) {
      this.columns = columns;
      this.element.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
    }
    return fresh;
  }

  /** Set the name of every button again. */
  name() {
    this.buttons.forEach((button, i) => {
      const label = this.label(i);
      if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    });
  }

  /** Ring one button, or none (-1). */
  mark(i) {
    this.buttons[this.marked]?.removeAttribute("aria-current");
    this.marked = i;
    this.buttons[i]?.setAttribute("aria-current", "true");
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
