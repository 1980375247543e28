/* A line chart: hairlines, raw values faint under smoothed lines, names at the lines' ends, values under a pointer or the arrow keys, a table.

   Nodes are made once and moved afterwards, so a chart that is drawn four times a second does not flicker. */

import { element, put, say, show } from "../parts/nodes.js";
import { numbers } from "./numbers.js";
import { free, heights, nearest, nice, quantile, smoothed, steady, stops } from "./scale.js";
import { pool, set, svg } from "./svg.js";
import { short } from "./values.js";

const MARGIN = { left: 34, right: 52, top: 12, bottom: 26 };
const ROWS = 20; // rows of the table, at most
let charts = 0;

export class Chart {
  /** figure: an empty element; title, note: keys of words; low, high: what the axis always includes; height in pixels. */
  constructor(figure, tools, { title, note, height = 232, low = 0, high = 0, percent = false }) {
    Object.assign(this, { figure, tools, height, low, high, percent, title, note, view: null, at: null, lines: new Map(), rules: [], ticks: [], marks: [], width: 0 });
    this.clip = `plot-${++charts}`;
    this._frame();
    this._hear();
    new ResizeObserver(() => this._resized()).observe(this.plot);
  }

  _frame() {
    this.heading = element("h2", { className: "cap" });
    this.read = element("p", { className: "note read" });
    this.plot = element("div", { className: "plot" });
    this.svg = svg("svg", { height: this.height, tabindex: 0, role: "slider", "aria-valuemin": 0 });
    const clip = svg("clipPath", { id: this.clip }, this.svg);
    this.window = svg("rect", {}, clip);
    this.back = svg("g", { class: "back" }, this.svg);
    this.drawn = svg("g", { "clip-path": `url(#${this.clip})` }, this.svg);
    this.now = svg("line", { class: "now" }, this.svg);
    this.front = svg("g", { class: "front" }, this.svg);
    this.cursor = svg("line", { class: "cursor" }, this.svg);
    this.dots = svg("g", {}, this.svg);
    this.plot.append(this.svg);
    this.more = element("button", { type: "button", className: "chip" });
    this.table = element("div", { className: "tabled", hidden: true, tabIndex: 0 });
    this.said = element("p", { className: "say" });
    const foot = element("div", { className: "under" }, this.said, this.more);
    this.figure.append(element("div", { className: "hd" }, this.heading, this.read), this.plot, foot, this.table);
  }

  _hear() {
    this.svg.addEventListener("pointermove", (event) => this._point(this._stepAt(event)));
    this.svg.addEventListener("pointerdown", (event) => this._point(this._stepAt(event)));
    this.svg.addEventListener("pointerleave", () => document.activeElement !== this.svg && this._point(null));
    this.svg.addEventListener("blur", () => this._point(null));
    this.svg.addEventListener("keydown", (event) => this._key(event));
    this.more.addEventListener("click", () => {
      show(this.table, this.table.hidden);
      this._tabulate();
      this._words();
    });
  }

  _resized() {
    const width = this.plot.clientWidth;
    if (!width || width === this.width) return;
    this.width = width;
    set(this.svg, { width, viewBox: `0 0 ${width} ${this.height}` });
    if (this.view) this._draw();
  }

  /** view: {lines: [{id, name, kind, step, mean, least?, greatest?}], levels: [{value, name, kind}], end, now (null: none), reach, say};
      kind is a class, "g" (accent) or "d" (ink, dashed). */
  draw(view) {
    this.view = view;
    if (!this.width) this.width = this.plot.clientWidth;
    if (this.width) this._draw();
  }

  _draw() {
    const { lines, levels = [], reach } = this.view;
    for (const line of lines) line.smooth = smoothed(line.mean, reach);
    this.y = steady(this.y, ...this._range(lines, levels));
    this.x = { from: 0, to: Math.max(1, this.view.end) };
    const { left, right, top, bottom } = MARGIN;
    set(this.window, { x: left, y: top - 4, width: Math.max(1, this.width - left - right), height: this.height - top - bottom + 8 });
    this._hairlines();
    this._levels(levels);
    this._lines(lines);
    this._now();
    this._words();
    if (!this.table.hidden) this._tabulate();
    this._point(this.at, false);
  }

  _range(lines, levels) {
    const smooth = lines.flatMap((line) => line.smooth).filter((value) => value !== null);
    const low = Math.min(this.low, ...smooth, ...levels.map(({ value }) => value), ...lines.map((line) => quantile(line.mean, 0.03) ?? 0));
    const raw = lines.map((line) => quantile(line.mean, 0.97) ?? 0);
    const high = Math.max(this.high, ...smooth, ...raw, ...levels.map(({ value }) => value * 1.05));
    return [low, high > low ? high : low + 1];
  }

  _left(step) {
    return MARGIN.left + ((step - this.x.from) / (this.x.to - this.x.from)) * (this.width - MARGIN.left - MARGIN.right);
  }

  _top(value) {
    return this.height - MARGIN.bottom - ((value - this.y.from) / (this.y.to - this.y.from)) * (this.height - MARGIN.top - MARGIN.bottom);
  }

  _hairlines() {
    const { number } = this.tools;
    const values = stops(this.y);
    const digits = this.percent ? 0 : [0, 1, 2, 3, 4].find((count) => Math.abs(this.y.step * 10 ** count - Math.round(this.y.step * 10 ** count)) < 1e-6) ?? 5;
    const apart = Math.max(1, Math.round(nice(this.x.to / (this.width < 480 ? 2 : 4))));
    const across = Array.from({ length: Math.floor(this.x.to / apart) + 1 }, (_, i) => i * apart);
    pool(this.rules, values.length, () => ({ line: svg("line", { class: "gl" }, this.back), text: svg("text", {}, this.back) }));
    values.forEach((value, i) => {
      const y = this._top(value).toFixed(1);
      const { line, text } = this.rules[i];
      set(line, { x1: MARGIN.left, x2: this.width - MARGIN.right, y1: y, y2: y });
      set(text, { x: 0, y: Number(y) + 4 });
      say(text, this.percent ? this.tools.t("train.percent", { value: number(100 * value) }) : number(value, digits).replace("-", "\u2212"));
    });
    pool(this.ticks, across.length, () => ({ line: null, text: svg("text", {}, this.back) }));
    across.forEach((step, i) => {
      const { text } = this.ticks[i];
      set(text, { x: this._left(step).toFixed(1), y: this.height - 4, "text-anchor": i === 0 ? "start" : step === this.x.to ? "end" : "middle" });
      say(text, number(step));
    });
  }

  /** Horizontal lines at the values of the equilibrium, named at the right edge. */
  _levels(levels) {
    pool(this.marks, levels.length, () => ({ line: svg("line", { class: "level" }, this.back), text: svg("text", { class: "leveltext" }, this.back) }));
    levels.forEach(({ value, name, kind }, i) => {
      const { line, text } = this.marks[i];
      const y = this._top(value);
      put(line, "class", `level ${kind}`);
      set(line, { x1: MARGIN.left, x2: this.width - MARGIN.right, y1: y, y2: y });
      set(text, { x: this.width - MARGIN.right + 6, y: y + 4, class: `leveltext ${kind}` });
      say(text, name);
    });
  }

  _line(id) {
    if (!this.lines.has(id)) {
      this.lines.set(id, { faint: svg("path", { class: "faint" }, this.drawn), path: svg("path", {}, this.drawn), label: svg("text", { class: "end" }, this.front), dot: svg("circle", { r: 4 }, this.dots) });
    }
    return this.lines.get(id);
  }

  _lines(lines) {
    for (const [id, old] of this.lines) {
      if (lines.some((line) => line.id === id)) continue;
      for (const each of Object.values(old)) each.remove();
      this.lines.delete(id);
    }
    const ends = [];
    for (const line of lines) {
      const { faint, path, label, dot } = this._line(line.id);
      set(faint, { class: `faint ${line.kind}`, d: this._noise(line) });
      set(path, { class: `main ${line.kind}`, d: this._path(line.step, line.smooth) });
      put(label, "class", `end ${line.kind}`);
      put(dot, "class", line.kind);
      const last = line.smooth.findLastIndex((value) => value !== null);
      say(label, last < 0 ? "" : `${line.name} ${this._value(line.smooth[last])}`);
      if (last >= 0) ends.push({ label, x: this._left(line.step[last]), y: this._top(line.smooth[last]) });
    }
    this._ends(ends);
  }

  /** Place the names at the ends of the lines: to the right if there is room, else the nearest place where they cover no line and no other
      name. */
  _ends(ends) {
    ends.sort((a, b) => a.y - b.y);
    const names = [];
    for (const end of ends) {
      const wide = 7.2 * end.label.textContent.length;
      const outside = end.x + 10 + wide < this.width - MARGIN.right;
      const x = outside ? end.x + 10 : Math.max(end.x - 6, MARGIN.left + wide);
      const lines = outside ? [] : this._heights(x - wide, x);
      const y = free(outside ? end.y + 4 : end.y - 10, [...lines, ...names], MARGIN.top + 4, this.height - MARGIN.bottom - 4);
      set(end.label, { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": outside ? "start" : "end" });
      names.push([y - 13, y + 5]);
    }
  }

  /** Between which heights each smoothed line runs from `left` to `right`, in pixels. */
  _heights(left, right) {
    return this.view.lines.flatMap(({ step, smooth }) => {
      const points = smooth.flatMap((value, i) => (value === null ? [] : [[this._left(step[i]), this._top(value)]]));
      const found = heights(points, left - 12, right + 12);
      return found ? [found] : [];
    });
  }

  /** The path of the logged values: each point from its least to its greatest value. */
  _noise({ step, mean, least, greatest }) {
    let path = "";
    mean.forEach((value, i) => {
      if (value === null || value === undefined) return;
      const x = this._left(step[i]).toFixed(1);
      const [low, high] = [least?.[i] ?? value, greatest?.[i] ?? value];
      path += `${path ? "L" : "M"}${x} ${this._top(low).toFixed(1)}`;
      if (high !== low) path += `L${x} ${this._top(high).toFixed(1)}`;
    });
    return path || null;
  }

  _path(step, values) {
    let path = "";
    values.forEach((value, i) => {
      if (value !== null) path += `${path ? "L" : "M"}${this._left(step[i]).toFixed(1)} ${this._top(value).toFixed(1)}`;
    });
    return path || null;
  }

  _now() {
    const { now, end } = this.view;
    const shown = now !== null && now !== undefined && now < end;
    put(this.now, "visibility", shown ? "visible" : "hidden");
    if (!shown) return;
    const x = this._left(now).toFixed(1);
    set(this.now, { x1: x, x2: x, y1: MARGIN.top, y2: this.height - MARGIN.bottom });
  }

  _value(value) {
    return this.percent ? this.tools.t("train.percent", { value: this.tools.number(100 * value) }) : short(value, this.tools.number);
  }

  /** The steps of the longest line, along which the pointer and the keys move. */
  get steps() {
    return (this.view?.lines ?? []).reduce((longest, line) => (line.step.length > longest.length ? line.step : longest), []);
  }

  _stepAt(event) {
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    return this.x ? share * this.x.to : null;
  }

  _key(event) {
    const { steps } = this;
    if (!steps.length) return;
    const here = this.at === null ? steps.length - 1 : nearest(steps, this.at);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -steps.length, End: steps.length }[event.key];
    if (event.key === "Escape") this._point(null);
    if (by === undefined) return;
    event.preventDefault();
    this._point(steps[Math.min(steps.length - 1, Math.max(0, here + by))]);
  }

  /** Show the values at the logged step nearest to `step`; null hides them. fresh: the reader has moved. */
  _point(step, fresh = true) {
    const { steps } = this;
    const reading = step !== null && steps.length > 0;
    this.at = reading ? (fresh ? steps[nearest(steps, step)] : step) : null;
    put(this.cursor, "visibility", reading ? "visible" : "hidden");
    put(this.dots, "visibility", reading ? "visible" : "hidden");
    put(this.svg, "aria-valuemax", Math.max(1, steps.at(-1) ?? 1));
    put(this.svg, "aria-valuenow", this.at ?? steps.at(-1) ?? 0);
    const text = reading ? this._readout(this.at) : "";
    put(this.svg, "aria-valuetext", text || this.tools.t("train.chart.unread"));
    say(this.read, text || (this.note ? this.tools.t(this.note) : ""));
    if (!reading) return;
    const x = this._left(this.at).toFixed(1);
    set(this.cursor, { x1: x, x2: x, y1: MARGIN.top, y2: this.height - MARGIN.bottom });
  }

  _readout(step) {
    const { t, number } = this.tools;
    const values = [];
    for (const line of this.view.lines) {
      const i = line.step.length ? nearest(line.step, step) : -1;
      const value = i < 0 ? null : (line.smooth[i] ?? null);
      const { dot } = this._line(line.id);
      put(dot, "visibility", value === null ? "hidden" : "inherit");
      if (value === null) continue;
      set(dot, { cx: this._left(line.step[i]).toFixed(1), cy: this._top(value).toFixed(1) });
      values.push(`${line.name} ${this._value(value)}`);
    }
    return t("train.chart.read", { step: number(step), values: values.join(t("train.comma")) });
  }

  _words() {
    const { t } = this.tools;
    say(this.heading, t(this.title));
    put(this.svg, "aria-label", t(this.title));
    put(this.table, "aria-label", t(this.title));
    say(this.said, this.view?.say ?? "");
    say(this.more, t(this.table.hidden ? "train.chart.table" : "train.chart.no_table"));
    put(this.more, "aria-expanded", !this.table.hidden);
    put(this.more, "aria-label", `${this.more.textContent}${t("train.comma")}${t(this.title)}`);
  }

  /** The same numbers as a table, at most twenty rows of them. */
  _tabulate() {
    if (this.table.hidden || !this.view) return;
    const { t, number } = this.tools;
    const { lines } = this.view;
    const { steps } = this;
    const stride = Math.max(1, Math.ceil(steps.length / ROWS));
    const chosen = steps.filter((_, i) => (steps.length - 1 - i) % stride === 0);
    const rows = chosen.map((step) => [number(step), ...lines.map((line) => this._cell(line, step))]);
    const next = numbers([t("train.chart.step"), ...lines.map((line) => line.name)], rows);
    if (this.table.textContent !== next.textContent) this.table.replaceChildren(next);
  }

  _cell(line, step) {
    const i = line.step.length ? nearest(line.step, step) : -1;
    const value = i < 0 ? null : line.smooth[i];
    return value === null || value === undefined ? "–" : this._value(value);
  }
}
