/* Arithmetic on a mask {width, height, data: Uint8Array}, 255 = marked. Every function changes the data and returns the box that it
   changed, [left, top, right, bottom], right and bottom exclusive, or null if it changed nothing. It needs no page and no canvas. */

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The part of a box that lies inside the mask; null for none. */
function inside(mask, left, top, right, bottom) {
  const box = [clamp(Math.floor(left), 0, mask.width), clamp(Math.floor(top), 0, mask.height), clamp(Math.ceil(right), 0, mask.width), clamp(Math.ceil(bottom), 0, mask.height)];
  return box[0] < box[2] && box[1] < box[3] ? box : null;
}

/** The smallest box around two boxes, either of which may be null. */
export const both = (a, b) => (!a ? b : !b ? a : [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]);

/** How strongly a brush of that radius marks at a distance: 255 inside the hard core, falling to 0 at the rim; hardness 0 to 1. */
function falloff(distance, radius, hardness) {
  const core = radius * hardness;
  const rim = Math.max(radius - core, 1); // a hard brush has an edge one pixel wide
  return clamp(255 * (1 - (distance - Math.max(0, Math.min(core, radius - 0.5))) / rim), 0, 255);
}

/** The marks of a picture, from its RGBA bytes, by the rule of ganapp/pictures/masks.py. Light pixels are marked (a colour is as light as
    its strongest channel); if any pixel is transparent, the opaque ones are; of two dark levels, the lighter one. Null if nothing is marked
    or it is not clear what is. */
export function marks(data) {
  const [count, marked] = [data.length / 4, new Uint8Array(data.length / 4)];
  let [clear, any, all, coloured, least, most] = [false, false, true, false, 255, 0];
  for (let i = 3; i < data.length && !clear; i += 4) clear = data[i] < 255;
  const light = (i) => (clear ? data[i + 3] : Math.max(data[i], data[i + 1], data[i + 2]));
  for (let i = 0; i < count; i++) {
    const level = light(4 * i);
    least = Math.min(least, level);
    most = Math.max(most, level);
    coloured ||= level - Math.min(data[4 * i], data[4 * i + 1], data[4 * i + 2]) > 127;
    marked[i] = level > 127 ? 255 : 0;
    any ||= level > 127;
    all &&= level > 127;
  }
  if (any) return all && coloured && !clear ? null : marked;
  if (clear || least === most) return null;
  for (let i = 0; i < count; i++) {
    const level = light(4 * i);
    if (level !== least && level !== most) return null;
    marked[i] = level === most ? 255 : 0;
  }
  return marked;
}

/** Whether a mask of that size is a smaller or larger copy of what a photo of width x height needs: the rule of ganapp/pictures/masks.py. */
export function fits(mask, { width, height }) {
  const slack = Math.max(1, 0.005 * Math.max(width, height));
  return Math.abs((mask.width * height) / mask.height - width) <= slack || Math.abs((mask.height * width) / mask.width - height) <= slack;
}

/** Draw the brush from a to b, [x, y] in pixels of the mask. Stronger marks stay; an eraser removes in the same shape. */
export function stroke(mask, a, b, { radius, hardness = 1, erase = false }) {
  const reach = radius + 1;
  const box = inside(mask, Math.min(a[0], b[0]) - reach, Math.min(a[1], b[1]) - reach, Math.max(a[0], b[0]) + reach, Math.max(a[1], b[1]) + reach);
  if (!box) return null;
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  for (let y = box[1]; y < box[3]; y++) {
    for (let x = box[0]; x < box[2]; x++) {
      const [px, py] = [x + 0.5 - a[0], y + 0.5 - a[1]];
      const along = length ? clamp((px * dx + py * dy) / length, 0, 1) : 0;
      const distance = Math.hypot(px - along * dx, py - along * dy);
      if (distance > reach) continue;
      const value = falloff(distance, radius, hardness);
      const i = y * mask.width + x;
      mask.data[i] = erase ? Math.min(mask.data[i], 255 - value) : Math.max(mask.data[i], value);
    }
  }
  return box;
}

/** Mark the inside of a closed line of points [x, y], by the even-odd rule. */
export function polygon(mask, points, erase = false) {
  if (points.length < 3) return null;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const box = inside(mask, Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1);
  if (!box) return null;
  for (let y = box[1]; y < box[3]; y++) {
    const crossings = [];
    for (let i = 0; i < points.length; i++) {
      const [[x1, y1], [x2, y2]] = [points[i], points[(i + 1) % points.length]];
      if (y1 <= y + 0.5 !== y2 <= y + 0.5) crossings.push(x1 + ((y + 0.5 - y1) * (x2 - x1)) / (y2 - y1));
    }
    crossings.sort((p, q) => p - q);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [from, to] = [clamp(Math.ceil(crossings[i] - 0.5), box[0], box[2]), clamp(Math.ceil(crossings[i + 1] - 0.5), box[0], box[2])];
      mask.data.fill(erase ? 0 : 255, y * mask.width + from, y * mask.width + to);
    }
  }
  return box;
}

/** The box around everything marked, null for an empty mask. */
export function bounds({ width, height, data }) {
  let box = null;
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width);
    let left = 0;
    while (left < width && row[left] === 0) left++;
    if (left === width) continue;
    let right = width;
    while (row[right - 1] === 0) right--;
    box = box ? [Math.min(box[0], left), box[1], Math.max(box[2], right), y + 1] : [left, y, right, y + 1];
  }
  return box;
}

/** Pixels that count as marked. */
export function count({ data }) {
  let marked = 0;
  for (let i = 0; i < data.length; i++) if (data[i] > 127) marked++;
  return marked;
}

/** Squared distances along one line to its nearest zero (Felzenszwalb and Huttenlocher 2012). f, out: length n. */
function parabolas(f, n, out, seats, ends) {
  let k = 0;
  seats[0] = 0;
  ends[0] = -Infinity;
  ends[1] = Infinity;
  for (let q = 1; q < n; q++) {
    let s;
    do {
      const v = seats[k];
      s = (f[q] + q * q - (f[v] + v * v)) / (2 * q - 2 * v);
    } while (s <= ends[k] && k-- > 0);
    k++;
    seats[k] = q;
    ends[k] = s;
    ends[k + 1] = Infinity;
  }
  k = 0;
  for (let q = 0; q < n; q++) {
    while (ends[k + 1] < q) k++;
    out[q] = (q - seats[k]) ** 2 + f[seats[k]];
  }
}

/** Squared distance of every pixel of a w x h field to the nearest one where `is(i)` holds. */
function squaredDistances(w, h, is) {
  const far = 1e12;
  const field = new Float64Array(w * h);
  for (let i = 0; i < field.length; i++) field[i] = is(i) ? 0 : far;
  const n = Math.max(w, h);
  const [line, out, ends, seats] = [new Float64Array(n), new Float64Array(n), new Float64Array(n + 1), new Int32Array(n)];
  for (let x = 0; x < w; x++) {
    for (let y = 0; y < h; y++) line[y] = field[y * w + x];
    parabolas(line, h, out, seats, ends);
    for (let y = 0; y < h; y++) field[y * w + x] = out[y];
  }
  for (let y = 0; y < h; y++) {
    parabolas(field.subarray(y * w, (y + 1) * w), w, out, seats, ends);
    field.set(out.subarray(0, w), y * w);
  }
  return field;
}

/** Grow the marks by that many pixels; a negative number shrinks them. Marks that end at the edge of the mask are not shrunk there. */
export function grow(mask, by) {
  const around = bounds(mask);
  const reach = Math.abs(by);
  const box = around && inside(mask, around[0] - reach - 1, around[1] - reach - 1, around[2] + reach + 1, around[3] + reach + 1);
  if (!box || !by) return null;
  const [w, h] = [box[2] - box[0], box[3] - box[1]];
  const at = (i) => (box[1] + Math.floor(i / w)) * mask.width + box[0] + (i % w);
  const old = Uint8Array.from({ length: w * h }, (_, i) => mask.data[at(i)]);
  const distances = squaredDistances(w, h, by > 0 ? (i) => old[i] > 127 : (i) => old[i] <= 127);
  for (let i = 0; i < old.length; i++) {
    if (by > 0 && distances[i] <= by * by) mask.data[at(i)] = 255;
    if (by < 0 && distances[i] <= by * by) mask.data[at(i)] = 0;
  }
  return box;
}

/** Swap what is marked and what is not. */
export function invert(mask) {
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = 255 - mask.data[i];
  return [0, 0, mask.width, mask.height];
}

/** Remove all marks. */
export function clear(mask) {
  const box = bounds(mask);
  mask.data.fill(0);
  return box;
}
