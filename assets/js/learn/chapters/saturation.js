/* The figure of saturation: how hard both forms of the generator's loss push, over D's score, and where the generated points stand now. */

import { markup } from "../../shell/markup.js";
import { LOSSES } from "../../parts/engine/losses.js";
import { line, paper } from "./drawing.js";

const REACH = 8;
const FORMS = { minimax: "log(1 − D)", non_saturating: "−log D" };
const push = (form, score) => Math.abs(LOSSES[form].ownSlope(score));

export function open(place, { desk, tools }) {
  place.replaceChildren(markup`<canvas class="low" role="img" data-t-aria-label="chapters.saturation.label"></canvas><p class="note" data-t="chapters.saturation.legend"></p><p class="worked" data-now=""></p>`.nodes);
  tools.fill(place);
  const canvas = place.querySelector("canvas");

  function paint() {
    const { number, t } = tools, scores = desk.frame?.scores;
    const sheet = paper(canvas, { across: [-REACH, REACH], up: [0, 1.05], levels: [0, 0.5, 1], stops: [-8, -4, 0, 4, 8], number, digits: 1 });
    if (!sheet) return;
    const { context, x, y, tones } = sheet, places = Array.from({ length: 161 }, (_, i) => (i / 10) - REACH);
    line(context, places.map((s) => [x(s), y(push("minimax", s))]), tones.ink.css, { dash: [5, 4] });
    line(context, places.map((s) => [x(s), y(push("non_saturating", s))]), tones.accent.css);
    Object.assign(context, { fillStyle: tones.accent.css, textAlign: "left" });
    context.fillText(FORMS.non_saturating, x(-REACH) + 4, y(0.92));
    Object.assign(context, { fillStyle: tones.ink.css, textAlign: "right" });
    context.fillText(FORMS.minimax, x(REACH) - 4, y(0.92));
    if (!scores) return;
    for (const score of scores) {
      const at = x(Math.min(REACH, Math.max(-REACH, score)));
      line(context, [[at, y(0)], [at, y(0.06)]], tones.accent.css, { width: 1 });
    }
    const mean = (form) => number(scores.reduce((sum, score) => sum + push(form, score), 0) / scores.length, 3);
    const words = t("chapters.saturation.now", { first: mean("minimax"), other: mean("non_saturating") });
    const row = place.querySelector("[data-now]");
    if (row.textContent !== words) row.textContent = words;
  }

  desk.on("frame", () => place.hidden || paint());
  return { paint, words: paint };
}
