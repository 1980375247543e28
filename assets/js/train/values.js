/* Times, sizes and settings as text. */

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** A length of time as text: "45 seconds", "6 minutes". */
export function time(seconds, { t, number }) {
  if (seconds < 5) return t("train.time.moment");
  for (const [name, length] of UNITS) {
    const count = Math.round(seconds / length);
    if (seconds >= 1.5 * length && count >= 2) return t(`train.time.${name}s`, { count: number(count) });
    if (seconds >= 0.96 * length) return t(`train.time.${name}`);
  }
  return t("train.time.seconds", { count: seconds < 20 ? Math.round(seconds) : 5 * Math.round(seconds / 5) });
}

/** Megabytes as text. */
export function memory(megabytes, { t, number }) {
  return megabytes < 1000 ? t("train.size.mb", { size: number(Math.max(1, Math.round(megabytes))) }) : t("train.size.gb", { size: number(megabytes / 1000, 1) });
}

/** A number with as many digits as are useful. */
export function short(value, number) {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.095 || size === 0 ? 2 : size >= 0.0095 ? 3 : 4;
  return number(value, digits).replace("-", "\u2212");
}

/** A setting's value as text: "on", "0.0005", "colour, cutout". */
export function plain(value, { t, number }) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "train.on" : "train.off");
  if (Array.isArray(value)) return value.length ? value.map((one) => t(`train.choice.${one}`)).join(t("train.comma")) : "–";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? number(value) : String(Number(value.toPrecision(4)));
}
