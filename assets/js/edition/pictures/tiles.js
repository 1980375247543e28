/* Rectangles {left, top, right, bottom} of pictures that are planes of width x height (ganapp/pictures/box.py, ganapp/models/painter.py). */

/** The parts of a rectangle, at most `side` a side and as equal as can be, whose edges are multiples of `step` away from its own. */
export function parts({ left, top, right, bottom }, side, step) {
  const cuts = (from, to) => {
    const length = Math.ceil((to - from) / step), count = Math.ceil(length / Math.max(1, Math.floor(side / step)));
    return Array.from({ length: count }, (_, i) => [i, i + 1].map((k) => Math.min(to, from + Math.floor((length * k) / count) * step)));
  };
  return cuts(top, bottom).flatMap(([high, low]) => cuts(left, right).map(([near, far]) => ({ left: near, top: high, right: far, bottom: low })));
}

/** The rectangle with `by` pixels more on each side, within the picture. */
export const grown = (box, by, width, height) => ({
  left: Math.max(0, box.left - by),
  top: Math.max(0, box.top - by),
  right: Math.min(width, box.right + by),
  bottom: Math.min(height, box.bottom + by),
});

/** A rectangle of a plane. */
export function cut(plane, width, { left, top, right, bottom }) {
  const w = right - left, made = new Float32Array(w * (bottom - top));
  for (let y = top; y < bottom; y++) made.set(plane.subarray(y * width + left, y * width + right), (y - top) * w);
  return made;
}

/** Copy `part`, which is the rectangle `from` of a plane, into a plane: as much of it as lies in `box`. Both are of the same picture, `at` is
    where the plane itself begins in that. */
export function put(plane, width, part, from, box, at = { left: 0, top: 0 }) {
  const wide = from.right - from.left, right = Math.min(box.right, at.left + width), bottom = Math.min(box.bottom, at.top + plane.length / width);
  for (let y = box.top; y < bottom; y++) {
    const start = (y - from.top) * wide + box.left - from.left;
    plane.set(part.subarray(start, start + right - box.left), (y - at.top) * width + box.left - at.left);
  }
}

/** Planes continued until their sides are multiples, then mirrored at their borders by `rim` where they are large enough: {planes, width,
    height, whole}; whole: the rectangle that they were continued to. */
export function framed({ planes, width, height }, multiple, rim) {
  const up = (side) => Math.ceil(side / multiple) * multiple;
  const [wide, high] = [up(width), up(height)], [across, down] = [wide, high].map((side) => Math.max(0, Math.min(rim, side - multiple)));
  const mirrored = (i, side) => (i < 0 ? -i : i >= side ? 2 * (side - 1) - i : i);
  const places = (length, border, side) => Int32Array.from({ length: length + 2 * border }, (_, i) => Math.min(side - 1, mirrored(i - border, length)));
  const [columns, rows] = [places(wide, across, width), places(high, down, height)];
  const made = planes.map((plane) => {
    const larger = new Float32Array(columns.length * rows.length);
    for (let y = 0, p = 0; y < rows.length; y++) for (let x = 0, row = rows[y] * width; x < columns.length; x++) larger[p++] = plane[row + columns[x]];
    return larger;
  });
  return { planes: made, width: columns.length, height: rows.length, whole: { left: across, top: down, right: across + wide, bottom: down + high } };
}
