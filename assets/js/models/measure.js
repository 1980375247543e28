/* One row of an evaluation as text: with as many digits as are useful, and whether it meets its bar. */

const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Three digits after the point, four for what is below 0.01, and a power of ten where that would hide a number. */
function short(value, number) {
  const size = Math.abs(value);
  if (size > 0 && size < 0.0005) {
    const [digits, power] = value.toExponential(1).split("e-");
    return `${digits} × 10⁻${[...power].map((digit) => POWERS[digit]).join("")}`.replace("-", "−");
  }
  return number(value, size >= 100 ? 1 : size >= 0.01 || size === 0 ? 3 : 4).replace("-", "−");
}

/** `number(value, digits)` writes a number in the reader's language. Empty strings stand for what is not known. */
export function measure(row, number) {
  const write = (value) => (value === null || value === undefined ? "" : short(value, number));
  const lower = row.better === "lower";
  const bar = row.bar === null || row.bar === undefined ? "" : `${lower ? "≤" : "≥"} ${write(row.bar)}`;
  return {
    value: write(row.value),
    interval: row.interval ? `${write(row.interval[0])} – ${write(row.interval[1])}` : "",
    real: write(row.real),
    bar,
    met: bar !== "" && (lower ? row.value <= row.bar : row.value >= row.bar),
    samples: number(row.samples),
  };
}
