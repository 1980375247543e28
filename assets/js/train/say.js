/* Nodes and words: what every part of the page writes with. A node is touched only when what it says has changed. */

/** A new element with properties and children. */
export function element(name, properties = {}, ...children) {
  const { dataset, ...plain } = properties;
  const made = Object.assign(document.createElement(name), plain);
  Object.assign(made.dataset, dataset);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Put text into a node unless it stands there already. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set an attribute unless it is set; null takes it away. */
export function put(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** A length of time as it is said: "45 seconds", "6 minutes". */
export function time(seconds, { t, number }) {
  if (seconds < 5) return t("train.time.moment");
  for (const [name, length] of UNITS) {
    const count = Math.round(seconds / length);
    if (seconds >= 1.5 * length && count >= 2) return t(`train.time.${name}s`, { count: number(count) });
    if (seconds >= 0.96 * length) return t(`train.time.${name}`);
  }
  return t("train.time.seconds", { count: seconds < 20 ? Math.round(seconds) : 5 * Math.round(seconds / 5) });
}

/** Megabytes as they are said. */
export function memory(megabytes, { t, number }) {
  return megabytes < 1000 ? t("train.size.mb", { size: number(Math.max(1, Math.round(megabytes))) }) : t("train.size.gb", { size: number(megabytes / 1000, 1) });
}

/** A number with as many digits as tell something. */
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
