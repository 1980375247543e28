/* The figure of the best discriminator: its derivation step by step, each with its number on the grid as the run stands now. */

import { markup } from "../../shell/markup.js";
import { REACH } from "../../parts/engine/data.js";
import { cheapest, cost, derive } from "./derive.js";
import { line, mark, paper } from "./drawing.js";
import { formula } from "./formulas.js";

const STEPS = ["place", "zero", "put", "split", "named", "now"];

export function open(place, { desk, tools }) {
  const steps = STEPS.map((step) => markup`<li><p class="say" data-t-html="chapters.derive.${step}"></p><div class="math" data-formula="${step}"></div>${step === "place" ? markup`<canvas class="low" role="img" data-t-aria-label="chapters.derive.curve"></canvas>` : ""}<p class="worked" data-step="${step}"></p></li>`);
  place.replaceChildren(markup`<ol class="steps">${steps}</ol>`.nodes);
  for (const math of place.querySelectorAll("[data-formula]")) math.append(formula(`derive_${math.dataset.formula}`));
  tools.fill(place);
  const canvas = place.querySelector("canvas");

  /** The cell that the reader points at, or the one with most of the data. */
  const cell = (p, count) => {
    const at = desk.pointed ? Math.floor(((desk.pointed[0] + REACH) / (2 * REACH)) * count) : p.indexOf(Math.max(...p));
    return Math.min(count - 1, Math.max(0, at));
  };

  function paint() {
    const { frame } = desk;
    if (!frame?.shares || !frame.field) return;
    const { number, t } = tools, { field } = frame, { p, q } = frame.shares, n = field.length, i = cell(p, n), value = (x, digits = 3) => number(x, digits).replace("-", "\u2212");
    const whole = p[i] + q[i], found = whole ? cheapest(p[i], q[i]) : NaN, best = p[i] / whole, all = derive(p, q, field);
    const x = ((i + 0.5) / n) * 2 * REACH - REACH, numbers = {
      place: { x: value(x, 2), p: value(p[i], 4), q: value(q[i], 4), found: value(found), d: value(field[i]) },
      zero: { best: value(best), slope: value(Math.abs(q[i] / (1 - best || 1) - p[i] / (best || 1)), 4) },
      put: { least: value(all.least) },
      split: { log: value(Math.log(4)), klp: value(all.klP), klq: value(all.klQ), least: value(Math.log(4) - all.klP - all.klQ) },
      named: { js: value(all.js), least: value(Math.log(4) - 2 * all.js) },
      now: { now: value(all.now), gap: value(all.now - all.least) },
    };
    for (const [step, values] of Object.entries(numbers)) {
      const row = place.querySelector(`[data-step=${step}]`), words = whole || !["place", "zero"].includes(step) ? t(`chapters.derive.${step}_number`, values) : t("chapters.derive.empty");
      if (row.textContent !== words) row.textContent = words;
    }
    if (whole) curve(p[i] / whole, q[i] / whole, best, field[i]);
  }

  function curve(p, q, best, now) {
    const sheet = paper(canvas, { across: [0, 1], up: [0, 2], levels: [0, 1, 2], stops: [0, 0.5, 1], number: tools.number });
    if (!sheet) return;
    const { context, x, y, tones } = sheet, up = (d) => y(Math.min(2, cost(p, q, d)));
    const places = Array.from({ length: 199 }, (_, i) => (i + 1) / 200);
    line(context, places.map((d) => [x(d), up(d)]), tones.ink.css);
    line(context, [[x(best), y(0)], [x(best), y(2)]], tones["ink-2"].css, { width: 1, dash: [1, 3] });
    mark(context, x(now), up(now), tones.accent.css);
  }

  for (const event of ["frame", "pointed"]) desk.on(event, () => place.hidden || paint());
  return { paint, words: paint, wants: ["shares"] };
}
