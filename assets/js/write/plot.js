/* The plot of quality against repetition over temperatures: the writer, the same after the game, the critic's choice, real poems. */

import { markup } from "../shell/markup.js";

const SIZE = { height: 340, left: 52, right: 16, top: 20, bottom: 44 };

/** Rows of the plot: {name, css, points: [{x, y, temperature}]} of an evaluation's table. */
export function series(table, measure, model) {
  const names = [...new Set(table.map((line) => line.method))].filter((name) => !name.startsWith("best_of") && name !== "shuffled");
  const css = (name) => (name === "real" ? "r" : name === model ? "a" : name === "upper_half" ? "c" : "b");
  return names.map((name) => ({
    name,
    css: css(name),
    points: table.filter((line) => line.method === name && line.samples && measure in line && "self_bleu" in line).map((line) => ({ x: line.self_bleu, y: line[measure], temperature: line.temperature })),
  }));
}

function ticks(low, high, count = 4) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const all = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) all.push(Math.abs(value) < step / 1e6 ? 0 : value);
  return all;
}

function bounds(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const rim = (high - low || 1) * 0.1;
  return [low - rim, high + rim];
}

const STEP = 10;
const WIDE = /[\u2e80-\uffef]/; // signs as wide as high

/** The dots of a row, and places on the line between them, no more than STEP pixels apart. */
export function strewn(dots) {
  return dots.flatMap((dot, i) => {
    const next = dots[i + 1] ?? dot, parts = Math.max(1, Math.ceil(Math.hypot(next.x - dot.x, next.y - dot.y) / STEP));
    return Array.from({ length: parts }, (_, part) => ({ x: dot.x + ((next.x - dot.x) * part) / parts, y: dot.y + ((next.y - dot.y) * part) / parts }));
  });
}

/** Where each name stands, left and base in pixels: beside the first dot of its row or else the last, inside the plot, over no dot, line
    or other name where there is such a place. */
export function named(rows, dots, width) {
  const taken = [];
  const meets = (box, other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
  return rows.map((row) => {
    const long = [...row.text].reduce((sum, sign) => sum + (WIDE.test(sign) ? 14 : 7.6), 0);
    const sides = [8, -8 - long, -long / 2].flatMap((across) => [-9, 20, -25, 36].map((down) => [across, down]));
    const places = row.ends.flatMap((dot) => sides.map(([across, down]) => [dot.x + across, dot.y + down]));
    const boxes = places.map(([from, base]) => {
      const left = Math.min(Math.max(from, SIZE.left), width - long);
      return { left, right: left + long, top: base - 12, bottom: base + 4, base };
    });
    const spoilt = (box) => taken.filter((other) => meets(box, other)).length * 100
      + dots.filter((dot) => meets(box, { left: dot.x - 5, right: dot.x + 5, top: dot.y - 5, bottom: dot.y + 5 })).length
      + (box.top < 14 || box.bottom > SIZE.height - SIZE.bottom ? 50 : 0);
    const best = boxes.reduce((found, box) => (spoilt(box) < spoilt(found) ? box : found));
    taken.push(best);
    return { ...row, ...best };
  });
}

/** Draw the rows into `place`; words: the locale's part with names and measures. */
export function draw(place, rows, measure, { t, number }, words) {
  const { height, left, right, top, bottom } = SIZE;
  const width = Math.max(300, Math.min(760, place.clientWidth || 640));
  const points = rows.flatMap((row) => row.points);
  const [xs, ys] = [bounds(points.map((point) => point.x)), bounds(points.map((point) => point.y))];
  const x = (value) => left + ((value - xs[0]) / (xs[1] - xs[0])) * (width - left - right);
  const y = (value) => height - bottom - ((value - ys[0]) / (ys[1] - ys[0])) * (height - top - bottom);
  const digits = ys[1] - ys[0] > 10 ? 0 : 2;
  const across = ticks(...ys).map((value) => markup`<line class="grid" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"/><text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${number(value, digits)}</text>`);
  const down = ticks(...xs).map((value) => markup`<text x="${x(value)}" y="${height - bottom + 18}" text-anchor="middle">${number(value, 2)}</text>`);
  const lines = rows.filter((row) => row.points.length).map((row) => {
    const path = row.points.map((point, i) => `${i ? "L" : "M"}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join("");
    const dots = row.points.map((point) => markup`<circle cx="${x(point.x)}" cy="${y(point.y)}" r="4"><title>${point.temperature ? t(`${words}.at`, { temperature: number(point.temperature, 1) }) : ""}</title></circle>`);
    return markup`<g class="${row.css}"><path d="${path}"/>${dots}</g>`;
  });
  const every = rows.flatMap((row) => strewn(row.points.map((point) => ({ x: x(point.x), y: y(point.y) }))));
  const ends = (row) => [row.points[0], row.points.at(-1)].map((point) => ({ x: x(point.x), y: y(point.y) }));
  const names = named(rows.filter((row) => row.points.length).map((row) => ({ css: row.css, text: t(`${words}.${row.css}`), ends: ends(row) })), every, width);
  lines.push(...names.map((name) => markup`<g class="${name.css}"><text class="name" x="${name.left}" y="${name.base}">${name.text}</text></g>`));
  const label = t(`${words}.label`, { measure: t(`${words}.measures.${measure}`) });
  const plot = markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${across}${down}${lines}<text x="${width - right}" y="${height - 6}" text-anchor="end">${t(`${words}.repetition`)}</text><text x="0" y="12">${t(`${words}.measures.${measure}`)}</text></svg>`;
  place.replaceChildren(plot.nodes);
}
