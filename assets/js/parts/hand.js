/* What can be measured of a digit's hand in its picture: as ganapp/metrics/attributes.py does, to the last digit but rounding. */

const LEAST = 1e-6;
const HAZE = 0.05; // what a generator leaves on its paper
const SPAN = 0.95; // share of the ink that the width reaches over

/** Ink without haze, its mass, and its moments about the middle of mass: of x with y, and of y. */
function moments(picture, size) {
  const ink = Float64Array.from(picture, (value) => Math.max(0, value - HAZE) / (1 - HAZE));
  let [mass, column, row] = [0, 0, 0];
  ink.forEach((value, i) => {
    mass += value;
    column += value * (i % size);
    row += value * Math.floor(i / size);
  });
  const whole = Math.max(mass, LEAST);
  [column, row] = [column / whole, row / whole];
  let [together, variance] = [0, 0];
  ink.forEach((value, i) => {
    const dy = Math.floor(i / size) - row;
    together += (value * dy * ((i % size) - column)) / whole;
    variance += (value * dy * dy) / whole;
  });
  return { ink, mass, row, lean: together / Math.max(variance, LEAST) };
}

/** The stroke's width in pixels: twice the ink over the length of its outline. */
function weight(ink, mass, size) {
  const at = (x, y) => (x < 0 || y < 0 || x >= size || y >= size ? 0 : ink[y * size + x]);
  let outline = 0;
  for (let y = -1; y < size; y++) {
    for (let x = -1; x < size; x++) outline += Math.hypot(at(x, y + 1) - at(x, y), at(x + 1, y) - at(x, y));
  }
  return (2 * mass) / Math.max(outline, LEAST);
}

/** Ink by columns of the digit set upright. */
function columns(ink, size, row, lean) {
  const sums = new Float64Array(size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const place = x + lean * (y - row);
      const left = Math.floor(place);
      const share = place - left;
      const value = (i) => (i < 0 || i >= size ? 0 : ink[y * size + i]);
      sums[x] += value(left) * (1 - share) + value(left + 1) * share;
    }
  }
  return sums;
}

/** How long the stretch is that holds the middle SPAN of a profile's mass, over SPAN. */
function reach(profile) {
  const total = profile.reduce((sum, value) => sum + value, 0);
  if (total <= LEAST) return 0;
  const below = [0];
  for (const value of profile) below.push(below[below.length - 1] + value / total);
  const place = (share) => {
    const right = Math.min(profile.length, Math.max(1, below.filter((value) => value < share).length));
    return right - 1 + (share - below[right - 1]) / Math.max(below[right] - below[right - 1], LEAST);
  };
  return (place(0.5 + SPAN / 2) - place(0.5 - SPAN / 2)) / SPAN;
}

/** {slant: degrees to the right, weight, width: pixels} of a picture (size x size values, 1 = ink). */
export function measured(picture, size) {
  const { ink, mass, row, lean } = moments(picture, size);
  return { slant: (Math.atan(-lean) * 180) / Math.PI, weight: weight(ink, mass, size), width: reach(columns(ink, size, row, lean)) };
}
