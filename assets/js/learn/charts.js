/* The charts of a run and the same numbers as a table: losses with their balance, divergences with their floors, modes, unrest. */

import { LOSSES } from "../parts/engine/losses.js";
import { chart } from "./lines.js";
import { markup } from "../shell/markup.js";

const ROWS = 20;

/** Measures of the run, every one or every so many. */
function table(measures, place, { t, number }) {
  const stride = Math.max(1, Math.ceil(measures.length / ROWS)), names = ["kl", "js", "modes", "good", "error", "unrest"];
  const head = ["step", ...names].map((name) => markup`<th scope="col">${t(`learn.number.${name}`)}</th>`);
  const value = (row, name) => (Number.isFinite(row[name]) ? number(row[name], name === "modes" ? 0 : 2) : "–");
  const shown = measures.filter((_, i) => (measures.length - 1 - i) % stride === 0);
  const body = shown.map((row) => markup`<tr><th scope="row">${number(row.tick)}</th>${names.map((name) => markup`<td>${value(row, name)}</td>`)}</tr>`);
  place.replaceChildren(markup`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`.nodes);
}

export function charts(desk, find, tools) {
  const { t, number } = tools;
  const rows = (list, name) => list.map((row) => [row.tick, row[name]]);
  const floor = (name) => ({ value: desk.ready.floor[name], name: t("learn.lines.floor") });
  const level = (value, name) => (value === null ? [] : [{ value, name: t(`learn.lines.${name}`) }]);
  const paint = (id, lines, levels, high) => chart(find(id), { lines, levels, high, now: desk.frame.tick, end: Math.max(1, desk.frame.end), number });
  const of = (name, line, rest) => ({ name: line, rows: rows(desk.log.measures, name), kind: "g", ...rest });
  const parts = {
    losses() {
      const { balance } = LOSSES[desk.settings.loss], { losses } = desk.log;
      const levels = balance.d === balance.g ? level(balance.d, "balance") : [...level(balance.d, "balance_d"), ...level(balance.g, "balance_g")];
      paint("losses", [{ name: "D", rows: rows(losses, "d"), kind: "d" }, { name: "G", rows: rows(losses, "g"), kind: "g" }], levels);
    },
    kl: () => paint("kl", [of("kl", "KL")], [floor("kl")], Math.LN2),
    js: () => paint("js", [of("js", "JS")], [floor("js")], Math.LN2),
    modes: () => paint("modes", [of("modes", t("learn.lines.covered"), { digits: 0 })], [{ value: desk.ready.modes, name: t("learn.lines.all") }], desk.ready.modes),
    unrest: () => paint("unrest", [of("unrest", t("learn.lines.moved"))], [floor("unrest")], 1),
    error() {
      const hidden = !LOSSES[desk.settings.loss].best, place = find("error").parentElement;
      if (place.hidden !== hidden) place.hidden = hidden;
      paint("error", [of("error", "|D − D*|")], [], 0.5);
    },
    table: () => find("table").parentElement.open && table(desk.log.measures, find("table"), tools),
  };
  const known = () => desk.frame && desk.ready;
  const draw = () => known() && Object.values(parts).forEach((part) => part());
  let left = [];
  /** One part in each frame, so that none of them holds up the page for long. */
  const turn = () => {
    if (known()) parts[left.shift()]();
    else left = [];
    if (left.length) requestAnimationFrame(turn);
  };
  const begin = () => {
    if (!left.length) requestAnimationFrame(turn);
    left = [...new Set([...left, ...Object.keys(parts)])];
  };
  find("table").parentElement.addEventListener("toggle", () => parts.table());
  desk.on("log", begin);
  tools.onLanguage(draw);
  tools.onTone(draw);
  new ResizeObserver(draw).observe(find("losses"));
}
