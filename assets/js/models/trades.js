/* One table a trade: our models, packs and classical ways on the same pictures, as ganapp/evaluation/trades measured them. */

import { element } from "../parts/nodes.js";

const DIGITS = { psnr_clean: 2, seconds: 2, megabytes: 1 };
const MANY = 12; // rows beyond which a table is folded

/** A way's name: of a classical one in words, of a model its id; what follows a colon is the painting. */
function called({ method, source }, { t }) {
  const [way, ...rest] = method.split(": ");
  return [source === "classical" ? t(`models.trades.ways.${way}`) : way, ...rest].join(": ");
}

function line(entry, measures, tools) {
  const { t, number } = tools;
  const cells = measures.map((name) => {
    const known = entry[name] !== null && entry[name] !== undefined;
    const cell = element("td", { textContent: known ? number(entry[name], DIGITS[name] ?? 3) : "–" });
    cell.dataset.head = t(`models.trades.measures.${name}`);
    return cell;
  });
  const head = element("th", { scope: "row" }, called(entry, tools), element("span", { className: "note", textContent: t(`models.trades.source.${entry.source}`) }));
  return element("tr", {}, head, ...cells);
}

function table(trade, tools) {
  const { t, number } = tools;
  const heads = [t("models.trades.way"), ...trade.measures.map((name) => t(`models.trades.measures.${name}`))];
  const head = element("tr", {}, ...heads.map((textContent) => element("th", { scope: "col", textContent })));
  const whole = element(
    "table",
    { className: "measures each" },
    element("caption", { className: "vh", textContent: t(`models.task.${trade.trade}`) }),
    element("thead", {}, head),
    element("tbody", {}, ...trade.rows.map((entry) => line(entry, trade.measures, tools))),
  );
  const folded = trade.rows.length > MANY ? element("details", {}, element("summary", { textContent: t("models.trades.each", { count: number(trade.rows.length) }) }), whole) : whole;
  return element(
    "section",
    { className: "model pack trade" },
    element("h3", { textContent: t(`models.task.${trade.trade}`) }),
    element("p", { className: "say", textContent: t(`models.trades.about.${trade.trade}`, { count: number(trade.samples), data: trade.data }) }),
    folded,
    element("p", { className: "note" }, t("models.trades.command"), " ", element("code", { textContent: `python -m ganapp bench trade ${trade.trade} --data DIR --samples ${trade.samples}${trade.quick ? " --quick" : ""}` })),
  );
}

/** The nodes of all tables; none where none was measured. */
export function trades(measured, tools) {
  if (!measured.length) return [];
  const { t } = tools;
  const told = [element("summary", { textContent: t("models.trades.title") }), element("p", { className: "say", textContent: t("models.trades.lead") })];
  return [element("details", { className: "more trades" }, ...told, ...measured.map((trade) => table(trade, tools)))];
}
