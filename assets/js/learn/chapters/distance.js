/* The figure of distances: two heaps that the reader moves apart, the critic between them, and what both numbers say. */

import { Dial } from "../../parts/dial.js";
import { markup } from "../../shell/markup.js";
import { carried, places } from "./carrying.js";
import { line, mark, paper } from "./drawing.js";

const MOST = 3;

export function open(place, { tools }) {
  place.replaceChildren(markup`<canvas class="low" role="img" data-t-aria-label="chapters.distance.heaps"></canvas><p class="note" data-t="chapters.distance.legend"></p><div class="slot"></div><canvas class="low" role="img" data-t-aria-label="chapters.distance.chart"></canvas><p class="worked" role="status"></p>`.nodes);
  tools.fill(place);
  const [heaps, chart] = place.querySelectorAll("canvas"), said = place.querySelector("[role=status]");
  let gap = 1;
  const dial = new Dial(place.querySelector(".slot"), tools, { key: "chapters.distance.gap", low: 0, high: MOST, step: 0.05 }, (value) => ((gap = value), paint()));
  dial.set(gap);
  const curve = Array.from({ length: 61 }, (_, i) => (i * MOST) / 60).map((each) => ({ gap: each, ...carried(each) }));

  function paint() {
    const { number, t } = tools, { p, q, critic, js, work } = carried(gap);
    said.textContent = t("chapters.distance.now", { js: number(js, 3), most: number(Math.log(2), 3), work: number(work, 3) });
    const sheet = paper(heaps, { across: [-3, 3], up: [-2.1, 2.1], levels: [0], stops: [-2, 0, 2], number });
    if (sheet) {
      const { context, x, y, tones } = sheet, middle = (critic[0] + critic.at(-1)) / 2;
      line(context, p.map((value, i) => [x(places[i]), y(value)]), tones.ink.css);
      line(context, q.map((value, i) => [x(places[i]), y(value)]), tones.accent.css);
      line(context, critic.map((value, i) => [x(places[i]), y(value - middle)]), tones["ink-2"].css, { dash: [5, 4] });
    }
    const below = paper(chart, { across: [0, MOST], up: [0, MOST], levels: [0, 1, 2, 3], stops: [0, 1, 2, 3], number });
    if (!below) return;
    const { context, x, y, tones } = below;
    line(context, curve.map((each) => [x(each.gap), y(each.work)]), tones.accent.css);
    line(context, curve.map((each) => [x(each.gap), y(each.js)]), tones.ink.css, { dash: [5, 4] });
    mark(context, x(gap), y(work), tones.accent.css);
    mark(context, x(gap), y(js), tones.ink.css);
    for (const [text, value, colour] of [["W", work, tones.accent.css], ["JS", js, tones.ink.css]]) {
      context.fillStyle = colour;
      context.fillText(text, x(gap) + (gap > 2.6 ? -24 : 8), y(value) - 10);
    }
  }

  return { paint, words: () => (dial.label(), paint()) };
}
