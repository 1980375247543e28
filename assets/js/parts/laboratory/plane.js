/* The picture of the game: the data and the generated points in the plane, or as curves over a line, with what the reader wants to see of
   both networks. */

import { REACH } from "../engine/data.js";
import { CELLS } from "../engine/measure.js";
import { colours, contour, dots, fitted, tinted } from "./paint.js";

const TRAIL = 40; // frames
const ARROW = 44; // the longest arrow, in pixels
const PER = 16; // pixels of an arrow for a gradient of length 1
const TRAILED = 96;

export class Plane {
  constructor(desk, canvas, bestCanvas) {
    Object.assign(this, { desk, canvas, bestCanvas, trail: [], small: document.createElement("canvas"), highest: 0 });
    desk.on("frame", (frame) => this._arrived(frame));
    desk.on("restart", () => (this.trail = []));
    desk.on("ready", ({ density }) => (this.highest = Math.max(...density)));
    for (const event of ["views", "pointed"]) desk.on(event, () => this.paint());
    desk.tools.onTone(() => this.paint());
    const resized = new ResizeObserver(() => this.paint());
    for (const each of [canvas, bestCanvas]) resized.observe(each);
  }

  _arrived(frame) {
    const last = this.trail.at(-1);
    if (last && frame.tick < last.tick) this.trail = [];
    if (frame.points && frame.tick !== last?.tick) this.trail.push({ tick: frame.tick, points: frame.points });
    if (this.trail.length > TRAIL) this.trail.shift();
    this.paint();
  }

  paint() {
    const { frame, ready, views } = this.desk;
    const { context, width, height } = fitted(this.canvas);
    this.tones = colours();
    if (!frame || !ready || !width) return;
    const shows = (view) => views.includes(view);
    if (ready.dims === 1) this._line(context, width, height, frame, shows);
    else this._plane(context, width, height, frame, shows);
    if (this.desk.pointed) this._ring(context, width, height);
    if (shows("best")) this._best(frame);
  }

  /** Round the place that the reader points at. */
  _ring(context, width, height) {
    const [x, y] = this.desk.pointed;
    Object.assign(context, { strokeStyle: this.tones.ink.css, lineWidth: 1.5 });
    context.beginPath();
    context.arc(((x + REACH) / (2 * REACH)) * width, height - ((y + REACH) / (2 * REACH)) * height, 7, 0, 2 * Math.PI);
    context.stroke();
  }

  _plane(context, width, height, frame, shows) {
    const { tones } = this, side = CELLS[2];
    const x = (value) => ((value + REACH) / (2 * REACH)) * width, y = (value) => height - ((value + REACH) / (2 * REACH)) * height;
    const gridX = (i) => (i / side) * width, gridY = (j) => height - (j / side) * height;
    if (shows("field") && frame.field) {
      context.imageSmoothingEnabled = true;
      context.drawImage(tinted(this.small, frame.field, side, tones), 0, 0, width, height);
      Object.assign(context, { strokeStyle: tones.ink.css, lineWidth: 1.5 });
      context.setLineDash([5, 4]);
      contour(context, frame.field, side, 0.5, gridX, gridY);
      context.setLineDash([]);
    }
    if (shows("density") && frame.density) this._contours(context, frame.density, side, gridX, gridY);
    if (shows("mesh") && frame.mesh) this._mesh(context, frame.mesh, x, y);
    if (shows("trails")) this._trails(context, x, y);
    if (shows("points") && frame.points) {
      dots({ context, x, y }, frame.real, tones.ink.css, 1.6);
      dots({ context, x, y }, frame.points, tones.accent.css, 2.2);
    }
    if (shows("arrows") && frame.arrows) this._arrows(context, frame, x, y);
  }

  /** Lines of equal density of the data, in ink, and of the generated points: at 1/20, 1/4 and 3/5 of the highest of the data. */
  _contours(context, generated, side, x, y) {
    const { density } = this.desk.ready;
    for (const [field, tone] of [[density, "ink-2"], [generated, "accent"]]) {
      Object.assign(context, { strokeStyle: this.tones[tone].css, lineWidth: 1.25 });
      for (const part of [0.05, 0.25, 0.6]) contour(context, field, side, part * this.highest, x, y);
    }
  }

  _mesh(context, mesh, x, y) {
    Object.assign(context, { strokeStyle: this.tones.accent.css, lineWidth: 1, globalAlpha: 0.45 });
    const count = mesh.length / 2, lines = this.desk.settings.dims === 2 ? Math.sqrt(count) : 0;
    context.beginPath();
    const join = (places) => places.forEach((i, step) => context[step ? "lineTo" : "moveTo"](x(mesh[i]), y(mesh[count + i])));
    if (!lines) join(Array.from({ length: count }, (_, i) => i));
    for (let j = 0; j < lines; j++) {
      join(Array.from({ length: lines }, (_, i) => j * lines + i));
      join(Array.from({ length: lines }, (_, i) => i * lines + j));
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  _trails(context, x, y) {
    const { trail } = this;
    Object.assign(context, { strokeStyle: this.tones.accent.css, lineWidth: 1, globalAlpha: 0.35 });
    context.beginPath();
    for (let c = 0; c < TRAILED; c++) {
      trail.forEach(({ points }, step) => context[step ? "lineTo" : "moveTo"](x(points[c]), y(points[points.length / 2 + c])));
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /** Where the generator is asked to move its points: minus the gradient of its loss; the longest of all is ARROW long at most. */
  _arrows(context, { points, arrows }, x, y) {
    const count = points.length / 2;
    Object.assign(context, { strokeStyle: this.tones.ink.css, lineWidth: 1 });
    context.beginPath();
    for (let c = 0; c < count; c += 3) {
      const [dx, dy] = [arrows[c] * PER, -arrows[count + c] * PER], length = Math.hypot(dx, dy);
      if (length < 0.5) continue;
      const by = Math.min(1, ARROW / length), [fromX, fromY] = [x(points[c]), y(points[count + c])], [toX, toY] = [fromX + dx * by, fromY + dy * by];
      const head = Math.min(5, (length * by) / 2), turn = Math.atan2(dy, dx);
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
      for (const side of [-2.6, 2.6]) {
        context.moveTo(toX, toY);
        context.lineTo(toX + head * Math.cos(turn + side), toY + head * Math.sin(turn + side));
      }
    }
    context.stroke();
  }

  /** p / (p + q), small, beside D's own field. */
  _best({ best }) {
    const { context, width, height } = fitted(this.bestCanvas);
    if (best && width) context.drawImage(tinted(this.smaller ??= document.createElement("canvas"), best, CELLS[2], this.tones), 0, 0, width, height);
  }

  /** Data on a line: densities of data (ink) and generated points (accent), D (dashed) and p / (p + q), from noise below to points above. */
  _line(context, width, height, frame, shows) {
    const { tones } = this, { density } = this.desk.ready, cells = CELLS[1], base = height * 0.72, top = 24;
    const x = (value) => ((value + REACH) / (2 * REACH)) * width, cellX = (i) => ((i + 0.5) / cells) * width;
    const highest = this.highest * 1.6, up = (value) => base - Math.min(1, value / highest) * (base - top);
    Object.assign(context, { strokeStyle: tones.line.css, lineWidth: 1 });
    for (const level of [0, 0.5, 1]) stroke(context, [[0, base - level * (base - top)], [width, base - level * (base - top)]]);
    if (frame.density) {
      curve(context, density, cellX, up, tones.ink.css);
      curve(context, frame.density, cellX, up, tones.accent.css);
    }
    const belief = (value) => base - value * (base - top);
    context.setLineDash([5, 4]);
    if (shows("field") && frame.field) curve(context, frame.field, cellX, belief, tones.ink.css);
    context.setLineDash([1, 3]);
    if (shows("best") && frame.best) curve(context, frame.best, cellX, belief, tones["ink-2"].css);
    context.setLineDash([]);
    if (shows("mesh") && frame.mesh) this._threads(context, frame.mesh, x, base, height, width);
    if (shows("points") && frame.points) {
      Object.assign(context, { strokeStyle: tones.accent.css, lineWidth: 1 });
      context.beginPath();
      for (const point of frame.points) (context.moveTo(x(point), base + 4), context.lineTo(x(point), base + 14));
      context.stroke();
    }
    if (shows("arrows") && frame.arrows) this._pushes(context, frame, x, base);
  }

  /** From each place of the noise, evenly along the lower edge, to where G puts it. */
  _threads(context, mesh, x, base, height, width) {
    Object.assign(context, { strokeStyle: this.tones.accent.css, lineWidth: 1, globalAlpha: 0.35 });
    const step = Math.max(1, Math.floor(mesh.length / 48));
    for (let i = 0; i < mesh.length; i += step) stroke(context, [[(i / (mesh.length - 1)) * width, height - 6], [x(mesh[i]), base + 16]]);
    context.globalAlpha = 1;
  }

  _pushes(context, { points, arrows }, x, base) {
    Object.assign(context, { strokeStyle: this.tones.accent.css, lineWidth: 1.25 });
    for (let c = 0; c < points.length; c += 8) {
      const by = Math.max(-ARROW, Math.min(ARROW, arrows[c] * PER)), y = base + 20 + (c % 64) / 4;
      stroke(context, [[x(points[c]), y], [x(points[c]) + by, y]]);
    }
  }
}

function stroke(context, places) {
  context.beginPath();
  places.forEach(([x, y], i) => context[i ? "lineTo" : "moveTo"](x, y));
  context.stroke();
}

function curve(context, values, x, y, colour) {
  Object.assign(context, { strokeStyle: colour, lineWidth: 1.75 });
  context.beginPath();
  let pen = false;
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return (pen = false);
    context[pen ? "lineTo" : "moveTo"](x(i), y(value));
    return (pen = true);
  });
  context.stroke();
}
