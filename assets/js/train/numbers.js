import { element } from "../parts/nodes.js";

/** A table of numbers: its columns' heads, and rows [name, value, ...], all texts. */
export function numbers(heads, rows) {
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col", textContent: text })));
  const body = rows.map(([name, ...values]) => element("tr", {}, element("th", { scope: "row", textContent: name }), ...values.map((text) => element("td", { textContent: text }))));
  return element("table", { className: "numbers" }, element("thead", {}, head), element("tbody", {}, ...body));
}
