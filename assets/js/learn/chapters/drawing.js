/* What the figures of the chapters draw with, on the canvases of the page. */

import { colours, fitted, fontOf } from "../../parts/laboratory/paint.js";

/** A square of the plane, from -reach to reach both ways: {context, width, height, x, y, tones}; null while the canvas is not shown. */
export function square(canvas, reach) {
  const { context, width, height } = fitted(canvas);
  if (!width) return null;
  const x = (value) => ((value + reach) / (2 * reach)) * width, y = (value) => height - ((value + reach) / (2 * reach)) * height;
  return { context, width, height, x, y, tones: colours() };
}

/** A line through places [[x, y], ...] given in pixels; a place of null lifts the pen. */
export function line(context, places, colour, { width = 1.75, dash = [] } = {}) {
  Object.assign(context, { strokeStyle: colour, lineWidth: width });
  context.setLineDash(dash);
  context.beginPath();
  let pen = false;
  for (const place of places) {
    if (place) context[pen ? "lineTo" : "moveTo"](...place);
    pen = Boolean(place);
  }
  context.stroke();
  context.setLineDash([]);
}

export function mark(context, x, y, colour, radius = 4) {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

const MARGIN = { left: 34, right: 12, top: 10, bottom: 22 };

/** The paper of a small chart: lines across at `levels`, names of the places `stops` below: {context, x, y, tones, width, height}; null while
    it is not shown. across, up: [least, greatest]; names: of axes. */
export function paper(canvas, { across, up, levels, stops, number, digits = 0 }) {
  const { context, width, height } = fitted(canvas);
  if (!width) return null;
  const tones = colours(), bottom = height - MARGIN.bottom;
  const x = (value) => MARGIN.left + ((value - across[0]) / (across[1] - across[0])) * (width - MARGIN.left - MARGIN.right);
  const y = (value) => bottom - ((value - up[0]) / (up[1] - up[0])) * (bottom - MARGIN.top);
  Object.assign(context, { font: fontOf(canvas), textBaseline: "middle", textAlign: "right" });
  for (const level of levels) {
    line(context, [[x(across[0]), y(level)], [x(across[1]), y(level)]], tones.line.css, { width: 1 });
    context.fillStyle = tones["ink-2"].css;
    context.fillText(number(level, digits).replace("-", "\u2212"), MARGIN.left - 6, y(level));
  }
  context.textAlign = "center";
  for (const stop of stops) context.fillText(number(stop, Number.isInteger(stop) ? 0 : 1).replace("-", "\u2212"), x(stop), height - 8);
  context.textAlign = "left";
  return { context, width, height, x, y, tones };
}
