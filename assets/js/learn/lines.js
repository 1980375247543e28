/* Small charts over the steps of a run: lines, levels across that stand for equilibrium, names at the lines' ends. */

import { colours, fitted, fontOf } from "../parts/laboratory/paint.js";

const MARGIN = { left: 34, right: 92, top: 10, bottom: 20 };

/** Round values that divide low to high into about four. */
function stops(low, high) {
  const span = Math.max(high - low, 1e-9), power = 10 ** Math.floor(Math.log10(span / 3));
  const step = [1, 2, 5, 10].map((by) => by * power).find((each) => span / each <= 4.5);
  const out = [];
  for (let value = Math.ceil(low / step - 1e-9) * step; value <= high + 1e-9; value += step) out.push(Number(value.toFixed(8)));
  return out;
}

/** Names in a column at their heights, none on another. */
function apart(labels, top, bottom) {
  labels.sort((a, b) => a.y - b.y);
  labels.forEach((label, i) => (label.y = Math.max(label.y, i ? labels[i - 1].y + 14 : top)));
  for (let i = labels.length - 1; i >= 0; i--) labels[i].y = Math.min(labels[i].y, i + 1 < labels.length ? labels[i + 1].y - 14 : bottom);
  return labels;
}

/** lines: [{name, rows: [[tick, value], ...], kind: "g" | "d", digits}]; levels: [{value, name}]; low, high: at least this range; now: the tick
    shown; end: the last one. */
export function chart(canvas, { lines, levels = [], low = 0, high, now, end, number }) {
  const { context, width, height } = fitted(canvas);
  if (!width) return;
  const tones = colours();
  const known = lines.flatMap(({ rows }) => rows.map(([, value]) => value)).filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share) => known[Math.floor(share * (known.length - 1))] ?? 0;
  const bottom = Math.min(low, at(0.02), ...levels.map(({ value }) => value)), top = Math.max(high ?? 0, at(0.98), ...levels.map(({ value }) => value * 1.1), bottom + 1e-3);
  const x = (tick) => MARGIN.left + (tick / Math.max(1, end)) * (width - MARGIN.left - MARGIN.right);
  const y = (value) => height - MARGIN.bottom - ((Math.min(top, Math.max(bottom, value)) - bottom) / (top - bottom)) * (height - MARGIN.top - MARGIN.bottom);
  Object.assign(context, { font: fontOf(canvas), lineWidth: 1, strokeStyle: tones.line.css, fillStyle: tones["ink-2"].css, textBaseline: "middle" });
  const whole = lines.every((line) => line.digits === 0), values = stops(bottom, top).filter((value) => !whole || Number.isInteger(value)), digits = Math.max(0, ...values.map((value) => (String(value).split(".")[1] ?? "").length));
  for (const value of values) {
    across(context, x(0), x(end), y(value));
    context.textAlign = "right";
    context.fillText(number(value, digits).replace("-", "\u2212"), MARGIN.left - 6, y(value));
  }
  context.textAlign = "center";
  for (const tick of stops(0, Math.max(1, end)).filter(Number.isInteger).slice(1)) context.fillText(number(tick), x(tick), height - 7);
  const labels = [];
  context.textAlign = "left";
  for (const level of levels) {
    Object.assign(context, { strokeStyle: tones.edge.css });
    context.setLineDash([2, 3]);
    across(context, x(0), x(end), y(level.value));
    labels.push({ text: level.name, y: y(level.value), colour: tones["ink-2"].css });
  }
  for (const line of lines) {
    const colour = line.kind === "g" ? tones.accent.css : tones.ink.css;
    Object.assign(context, { strokeStyle: colour, lineWidth: 1.75 });
    context.setLineDash(line.kind === "g" ? [] : [5, 4]);
    context.beginPath();
    let pen = false;
    for (const [tick, value] of line.rows) {
      if (!Number.isFinite(value)) continue;
      context[pen ? "lineTo" : "moveTo"](x(tick), y(value));
      pen = true;
    }
    context.stroke();
    const last = line.rows.findLast(([, value]) => Number.isFinite(value));
    if (last) labels.push({ text: `${line.name} ${number(last[1], line.digits ?? 2)}`, y: y(last[1]), colour, strong: true });
  }
  context.setLineDash([2, 3]);
  Object.assign(context, { strokeStyle: tones.edge.css, lineWidth: 1 });
  if (now < end) down(context, x(now), MARGIN.top, height - MARGIN.bottom);
  context.setLineDash([]);
  for (const { text, y: place, colour } of apart(labels, MARGIN.top, height - MARGIN.bottom)) {
    context.fillStyle = colour;
    context.fillText(text, width - MARGIN.right + 8, place);
  }
}

function across(context, from, to, y) {
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.stroke();
}

function down(context, x, from, to) {
  context.beginPath();
  context.moveTo(x, from);
  context.lineTo(x, to);
  context.stroke();
}
