/* One row of an evaluation as it is read: as many digits as tell something, and whether its bar is met. */

/** Three digits after the point, or two significant ones where that would hide a small number. */
export function short(value, number) {
  if (value === 0 || Math.abs(value) >= 0.01) return number(value, Math.abs(value) >= 100 ? 1 : 3);
  return value.toExponential(1).replace("e-", " × 10⁻").replace(/\d+$/, (power) => [...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]).join(""));
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
