/* What the discriminator says of ten real and ten generated pictures, on one line each: a ring before the turn, a dot after it. */

import { element, put, say } from "../parts/nodes.js";
import { svg } from "./svg.js";
import { short } from "./values.js";

const [HEIGHT, EDGE] = [96, 8];
const LANES = { real: 26, generated: 62 };

export class Scores {
  constructor(place, tools) {
    Object.assign(this, { place, tools });
    this.caption = element("p", { className: "note" });
    this.drawing = svg("svg", { height: HEIGHT, role: "img" });
    place.append(this.caption, this.drawing);
  }

  /** Draw the scores of an answer; its `before` and `after` hold them. */
  draw({ before, after }) {
    const { t, number } = this.tools;
    say(this.caption, t("train.hand.scores"));
    const all = [before, after].flatMap(({ real, generated }) => [...real, ...generated]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const { paddingLeft, paddingRight } = getComputedStyle(this.place);
    const width = Math.max(200, this.place.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
    const at = (score) => EDGE + ((score - low) / (high - low || 1)) * (width - 2 * EDGE);
    put(this.drawing, "width", width);
    this.drawing.replaceChildren();
    for (const [lane, y] of Object.entries(LANES)) {
      svg("line", { x1: EDGE, x2: width - EDGE, y1: y, y2: y, class: "gl" }, this.drawing);
      this._text(EDGE, y - 12, "start", t(`train.hand.${lane}`));
      after[lane].forEach((score, i) => {
        const from = at(before[lane][i]);
        svg("line", { x1: from, x2: at(score), y1: y, y2: y, class: `way ${lane}` }, this.drawing);
        svg("circle", { cx: from, cy: y, r: 4, class: `ring ${lane}` }, this.drawing);
        svg("circle", { cx: at(score), cy: y, r: 4, class: `dot ${lane}` }, this.drawing);
      });
    }
    this._text(EDGE, HEIGHT - 6, "start", short(low, number));
    this._text(width - EDGE, HEIGHT - 6, "end", short(high, number));
    const list = (scores) => scores.map((score) => short(score, number)).join(t("train.comma"));
    put(this.drawing, "aria-label", t("train.hand.scores_said", { real: list(after.real), made: list(after.generated) }));
  }

  _text(x, y, anchor, words) {
    svg("text", { x, y, "text-anchor": anchor }, this.drawing).textContent = words;
  }
}
