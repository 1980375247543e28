/* Data drawn by hand on the sheet: strokes leave points, until they are taken. By keyboard: arrows move the ring, space puts a point, Enter
   takes them, Escape drops them. */

import { REACH } from "../parts/engine/data.js";
import { colours, fitted } from "../parts/laboratory/paint.js";

const APART = 0.06; // between two points of a stroke
const MOST = 200;

export class Hand {
  /** buttons: the place of the two that take the points and drop them. */
  constructor(desk, canvas, buttons) {
    const [take, drop] = buttons.children;
    Object.assign(this, { desk, canvas, buttons, points: [], ring: [0, 0], down: false });
    canvas.addEventListener("pointerdown", (event) => (canvas.setPointerCapture(event.pointerId), (this.down = true), this._put(this._at(event))));
    canvas.addEventListener("pointermove", (event) => this.down && this._put(this._at(event)));
    canvas.addEventListener("pointerup", () => (this.down = false));
    canvas.addEventListener("keydown", (event) => this._key(event));
    for (const [button, taken] of [[take, true], [drop, false]]) button.addEventListener("click", () => this._end(taken));
    canvas.addEventListener("blur", ({ relatedTarget }) => buttons.contains(relatedTarget) || this._end(true, false));
  }

  begin() {
    this.desk.pause();
    this.from = document.activeElement;
    this.points = [];
    this.ring = [0, 0];
    this.canvas.hidden = this.buttons.hidden = false;
    this.canvas.tabIndex = 0;
    this.canvas.focus();
    this._paint();
    this.desk.tell("hand", true);
  }

  /** Take the points or drop them; `back`: the focus goes where it came from. */
  _end(take, back = true) {
    if (this.canvas.hidden) return;
    this.canvas.hidden = this.buttons.hidden = true;
    this.canvas.tabIndex = -1;
    if (back) this.from.focus({ preventScroll: true });
    this.desk.tell("hand", false);
    if (take && this.points.length) this.desk.set({ data: "drawn", drawn: this.points });
  }

  _at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * 2 * REACH - REACH, REACH - ((event.clientY - box.top) / box.height) * 2 * REACH].map((x) => Math.min(1.5, Math.max(-1.5, x)));
  }

  _put(point) {
    const last = this.points.at(-1);
    if (this.points.length < MOST && !(last && Math.hypot(last[0] - point[0], last[1] - point[1]) < APART)) this.points.push(point);
    this.ring = point;
    this._paint();
  }

  _key(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (by) this.ring = this.ring.map((x, i) => Math.min(1.5, Math.max(-1.5, x + by[i] * (event.shiftKey ? 0.2 : 0.05))));
    else if (event.key === " ") this._put([...this.ring]);
    else if (event.key === "Enter") this._end(true);
    else if (event.key === "Escape") this._end(false);
    else return;
    event.preventDefault();
    this._paint();
  }

  _paint() {
    const { context, width, height } = fitted(this.canvas), tones = colours();
    const x = (value) => ((value + REACH) / (2 * REACH)) * width, y = (value) => height - ((value + REACH) / (2 * REACH)) * height;
    context.fillStyle = tones.sheet.css;
    context.globalAlpha = 0.85;
    context.fillRect(0, 0, width, height);
    context.globalAlpha = 1;
    context.fillStyle = tones.ink.css;
    for (const point of this.points) {
      context.beginPath();
      context.arc(x(point[0]), y(point[1]), 4, 0, 2 * Math.PI);
      context.fill();
    }
    Object.assign(context, { strokeStyle: tones.accent.css, lineWidth: 2 });
    context.beginPath();
    context.arc(x(this.ring[0]), y(this.ring[1]), 9, 0, 2 * Math.PI);
    context.stroke();
  }
}
