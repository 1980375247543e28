/* The figure of the losses: every term of the chosen loss as a formula, with what it comes to at the place under the pointer. */

import { markup } from "../../shell/markup.js";
import { LOSSES } from "../../parts/engine/losses.js";
import { formula } from "./formulas.js";

/** What each term comes to at a place with D's score `score`; `real` and `fake`: mean scores, which the paired loss compares with. */
export function termsAt(loss, { score, real, fake }) {
  const of = LOSSES[loss];
  if (of.paired) return { real: of.fake(fake - score), fake: of.fake(score - real), own: of.own(score - real) };
  return { real: of.real(score), fake: of.fake(score), own: of.own(score) };
}

const ROWS = ["real", "fake", "own"];

export function open(place, { desk, tools }) {
  place.replaceChildren(markup`<p class="note" data-t="chapters.terms.point"></p><dl class="terms">${ROWS.map((row) => markup`<div><dt><span data-t="chapters.terms.${row}"></span><span class="math" data-row="${row}"></span></dt><dd data-value="${row}">–</dd></div>`)}</dl><p class="note" data-at=""></p>`.nodes);
  tools.fill(place);
  let shown = "";

  function paint() {
    const { settings, frame } = desk, { t, number } = tools, value = (x, digits = 3) => number(x, digits).replace("-", "\u2212");
    if (shown !== settings.loss) {
      shown = settings.loss;
      for (const row of ROWS) place.querySelector(`[data-row=${row}]`).replaceChildren(formula(`${shown}_${row}`));
      tools.fill(place);
    }
    if (!frame?.at) return;
    const terms = termsAt(settings.loss, frame.at), [x, y] = frame.at.place;
    for (const row of ROWS) place.querySelector(`[data-value=${row}]`).textContent = value(terms[row]);
    const sums = { d: value(frame.losses.d), g: value(frame.losses.g) };
    const words = t("chapters.terms.at", { x: value(x, 2), y: value(y ?? 0, 2), score: value(frame.at.score, 2) });
    place.querySelector("[data-at]").textContent = Number.isFinite(frame.losses.d) ? tools.sentences([words, t("chapters.terms.means", sums)]) : words;
  }

  for (const event of ["frame", "settings"]) desk.on(event, () => place.hidden || paint());
  return { paint, words: paint, wants: ["at"] };
}
