/* Drawing on canvases in the colours of the page. Sizes, fonts and colours are read once and kept: to read them the browser has to lay out the
   page, which between two changes of a frame it would do again and again. */

const contrast = matchMedia("(prefers-contrast: more)");
const known = new WeakMap(), watched = new WeakSet(); // canvas -> {width, height, font, language}
const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => known.delete(target)));
let kept = { under: null, tokens: null };

/** The tokens that the pictures use, as [r, g, b] and as css. */
export function colours() {
  const under = `${document.body.className} ${contrast.matches}`;
  if (kept.under === under) return kept.tokens;
  const style = getComputedStyle(document.body);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = ["sheet", "page", "line", "edge", "ink", "ink-2", "accent"];
  kept = { under, tokens: Object.fromEntries(names.map((name) => [name, { css: read(name), rgb: parsed(read(name)) }])) };
  return kept.tokens;
}

function parsed(text) {
  const hex = text.replace("#", "");
  return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) || 0);
}

/** Make a canvas as sharp as the screen, and its context count in css pixels: {context, width, height}. */
export function fitted(canvas) {
  if (!known.has(canvas)) {
    known.set(canvas, { width: canvas.clientWidth, height: canvas.clientHeight, font: null, language: null });
    if (!watched.has(canvas)) resized.observe(canvas);
    watched.add(canvas);
  }
  const ratio = Math.min(devicePixelRatio || 1, 2), { width, height } = known.get(canvas);
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** The font that the page gives a canvas which is fitted. */
export function fontOf(canvas) {
  const { lang } = document.documentElement, now = known.get(canvas);
  if (now.language !== lang) Object.assign(now, { font: getComputedStyle(canvas).font, language: lang });
  return now.font;
}

/** Points given as rows of units; x, y: from units to pixels. */
export function dots({ context, x, y }, points, colour, radius) {
  const count = points.length / 2;
  Object.assign(context, { fillStyle: colour, globalAlpha: 0.75 });
  context.beginPath();
  for (let c = 0; c < count; c++) {
    const [px, py] = [x(points[c]), y(points[count + c])];
    context.moveTo(px + radius, py);
    context.arc(px, py, radius, 0, 2 * Math.PI);
  }
  context.fill();
  context.globalAlpha = 1;
}

const STRONGEST = 0.3; // how far a belief of 0 or 1 tints the paper

/** Beliefs of D, one per cell from the lowest row, as a small picture: towards 1 (real) in ink, towards 0 (generated) in the accent. */
export function tinted(small, beliefs, side, tones) {
  if (small.width !== side) Object.assign(small, { width: side, height: side });
  const context = small.getContext("2d"), image = context.createImageData(side, side);
  const [sheet, ink, accent] = [tones.sheet.rgb, tones["ink-2"].rgb, tones.accent.rgb];
  for (let i = 0; i < beliefs.length; i++) {
    const at = 4 * ((side - 1 - Math.floor(i / side)) * side + (i % side));
    const belief = beliefs[i], part = Number.isNaN(belief) ? 0 : Math.abs(2 * belief - 1) * STRONGEST, towards = belief > 0.5 ? ink : accent;
    for (let c = 0; c < 3; c++) image.data[at + c] = sheet[c] + (towards[c] - sheet[c]) * part;
    image.data[at + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  return small;
}

/** Lines along which a field of side x side values (lowest row first) has a value, by marching squares; x, y: from grid places to pixels. */
export function contour(context, field, side, value, x, y) {
  context.beginPath();
  for (let j = 0; j + 1 < side; j++) {
    for (let i = 0; i + 1 < side; i++) {
      const at = j * side + i, a = field[at], b = field[at + 1], c = field[at + side + 1], d = field[at + side];
      const kind = (a > value) | ((b > value) << 1) | ((c > value) << 2) | ((d > value) << 3);
      if (kind === 0 || kind === 15) continue;
      const share = (from, to) => (value - from) / (to - from);
      const bottom = [i + share(a, b), j], right = [i + 1, j + share(b, c)], top = [i + share(d, c), j + 1], left = [i, j + share(a, d)];
      for (const [from, to] of crossings(kind, { bottom, right, top, left })) {
        context.moveTo(x(from[0] + 0.5), y(from[1] + 0.5));
        context.lineTo(x(to[0] + 0.5), y(to[1] + 0.5));
      }
    }
  }
  context.stroke();
}

function crossings(kind, { bottom, right, top, left }) {
  const pairs = { 1: [[left, bottom]], 2: [[bottom, right]], 3: [[left, right]], 4: [[right, top]], 5: [[left, bottom], [right, top]], 6: [[bottom, top]], 7: [[left, top]] };
  return kind === 10 ? [[bottom, right], [left, top]] : (pairs[kind] ?? pairs[15 - kind]);
}
