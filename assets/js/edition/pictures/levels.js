/* Pictures as planes of levels, and what is done to them beside the nets: colours under transparency, alpha that stays within bounds. */

const SEEN = 1 / 16; // alpha from which a pixel's own colour is trusted

/** Whether nothing shows through. */
export function solid({ data }) {
  for (let p = 3; p < data.length; p += 4) if (data[p] !== 255) return false;
  return true;
}

/** RGBA bytes as {width, height, colours: [three planes, or one of a grey picture] in [0, 1], alpha: plane or null}. */
export function planes({ data, width, height }) {
  const n = width * height;
  let grey = true;
  for (let i = 0; i < 4 * n; i += 4) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) grey = false;
  const plane = (c) => {
    const made = new Float32Array(n);
    for (let i = 0, p = c; i < n; i++, p += 4) made[i] = data[p] * Math.fround(1 / 255);
    return made;
  };
  const alpha = solid({ data }) ? null : plane(3);
  const colours = grey ? [plane(0)] : [plane(0), plane(1), plane(2)];
  return { width, height, colours: alpha ? colours.map((each) => spread(each, alpha, width, height)) : colours, alpha };
}

/** Half-way cases to the even number, as numpy and Python round. */
export function nearestEven(x) {
  const low = Math.floor(x);
  return x - low === 0.5 ? low + (low % 2) : Math.round(x);
}

/** A plane with the values of hidden places taken from their surroundings (ganapp/pictures/hidden_colours.py). */
export function spread(values, share, width, height) {
  const weight = share.map((each) => (each >= SEEN ? each : 0));
  if (!weight.some(Boolean)) return values;
  const filled = pulled(values.map((each, i) => each * weight[i]), weight, width, height);
  return values.map((each, i) => (weight[i] ? each : filled[i]));
}

function pulled(total, weight, width, height) {
  const mean = total.map((each, i) => (weight[i] > 0 ? each / weight[i] : 0));
  if (Math.max(width, height) === 1 || weight.every((each) => each > 0)) return mean;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const halved = (values) => {
    const made = new Float32Array(w * h);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) made[(y >> 1) * w + (x >> 1)] += values[y * width + x];
    return made;
  };
  const smaller = pulled(halved(total), halved(weight), w, h);
  return mean.map((each, i) => (weight[i] > 0 ? each : smaller[(Math.floor(i / width) >> 1) * w + ((i % width) >> 1)]));
}

/** Alpha made larger, no lower and no higher than the pixels beside each place of the small one. */
export function bounded(made, small, width, height, scale) {
  const wide = width * scale;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [low, high] = [1, 0];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          low = Math.min(low, small[v * width + u]);
          high = Math.max(high, small[v * width + u]);
        }
      }
      for (let b = 0; b < scale; b++) {
        for (let a = 0, p = (y * scale + b) * wide + x * scale; a < scale; a++, p++) made[p] = Math.min(high, Math.max(low, made[p]));
      }
    }
  }
  return made;
}

/** Planes in [0, 1] as RGBA bytes, the nearest level of each. */
export function rgba({ width, height, colours, alpha }) {
  const data = new Uint8ClampedArray(4 * width * height);
  const put = (plane, c) => {
    for (let i = 0, p = c; i < plane.length; i++, p += 4) data[p] = Math.floor(Math.min(1, Math.max(0, plane[i])) * 255 + 0.5);
  };
  for (let c = 0; c < 3; c++) put(colours[c] ?? colours[0], c);
  if (alpha) put(alpha, 3);
  else for (let p = 3; p < data.length; p += 4) data[p] = 255;
  return new ImageData(data, width, height);
}
