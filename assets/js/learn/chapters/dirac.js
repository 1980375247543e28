/* The figure of the smallest GAN: where both players are pushed, and their way from a place of the reader's choice. */

import { Dial } from "../../parts/dial.js";
import { markup } from "../../shell/markup.js";
import { LOSSES } from "../../parts/engine/losses.js";
import { line, mark, square } from "./drawing.js";
import { eigenvalue, MOTIONS, path, PENALTIES, push, RATE, START } from "./smallest.js";

const REACH = 2, ARROW = 9;

export function open(place, { tools }) {
  const game = { loss: "minimax", penalty: "none", gamma: 0.5 };
  let motion = "flow", start = START;
  const choice = (id, key) => markup`<div class="field"><label for="dirac-${id}" data-t="${key}"></label><select id="dirac-${id}" class="text"></select></div>`;
  place.replaceChildren(markup`<canvas class="tall" role="application" tabindex="0" data-t-aria-label="chapters.dirac.label"></canvas><p class="note" role="status"></p>${[choice("loss", "learn.set.loss"), choice("penalty", "chapters.dirac.penalty"), choice("motion", "chapters.dirac.motion")]}<div class="slot"></div><p class="note" data-t="chapters.dirac.start"></p>`.nodes);
  tools.fill(place);
  const [canvas, said, slot] = ["canvas", "[role=status]", ".slot"].map((which) => place.querySelector(which));
  const lists = { loss: Object.keys(LOSSES), penalty: PENALTIES, motion: MOTIONS };
  const dial = new Dial(slot, tools, { key: "chapters.dirac.gamma", low: 0, high: 3, step: 0.05 }, (gamma) => ((game.gamma = gamma), paint()));
  dial.set(game.gamma);

  function words() {
    for (const [name, values] of Object.entries(lists)) {
      const select = place.querySelector(`#dirac-${name}`);
      select.replaceChildren(...values.map((value) => new Option(tools.t(name === "loss" ? `learn.loss.${value}` : `chapters.dirac.${name}_${value}`), value)));
      select.value = name === "motion" ? motion : game[name];
    }
  }

  function verdict() {
    const at = eigenvalue(game), number = (value) => tools.number(value, 2).replace("-", "\u2212");
    if (!at) return tools.t("chapters.dirac.unsettled");
    const { real, imaginary } = at, length = Math.hypot(1 + RATE * real, RATE * imaginary); // by which a step of both together multiplies
    const values = { real: number(real), turn: number(imaginary), length: tools.number(length, 3), rate: tools.number(RATE, 1) };
    if (motion === "together" && length > 1) return tools.t("chapters.dirac.outwards", values);
    const inwards = Math.hypot(...path(game, motion, start).at(-1)) < 0.95 * Math.hypot(...start);
    if (real === 0) return tools.t(`chapters.dirac.${inwards ? "slows" : motion === "flow" ? "circles" : "closed"}`, values);
    return tools.t(imaginary ? "chapters.dirac.spirals" : "chapters.dirac.straight", values);
  }

  function paint() {
    const words = verdict();
    if (said.textContent !== words) said.textContent = words;
    slot.hidden = game.penalty === "none";
    const sheet = square(canvas, REACH);
    if (!sheet) return;
    const { context, width, x, y, tones } = sheet;
    for (let i = -7; i <= 7; i++) {
      for (let j = -7; j <= 7; j++) {
        const from = [i, j].map((value) => value * 0.26), [u, v] = push(from, game), length = Math.hypot(u, v) || 1, size = ARROW * Math.min(1, length + 0.2);
        line(context, [[x(from[0]), y(from[1])], [x(from[0]) + (u / length) * size, y(from[1]) - (v / length) * size]], tones.edge.css, { width: 1 });
        mark(context, x(from[0]), y(from[1]), tones.edge.css, 1.2);
      }
    }
    const places = path(game, motion, start).map(([theta, psi]) => [x(theta), y(psi)]);
    line(context, places, tones.accent.css, { width: motion === "flow" ? 2 : 1 });
    if (motion !== "flow") for (const [px, py] of places) mark(context, px, py, tones.accent.css, 2);
    mark(context, x(start[0]), y(start[1]), tones.accent.css, 5);
    mark(context, x(0), y(0), tones.ink.css, 3);
    Object.assign(context, { fillStyle: tones["ink-2"].css, font: getComputedStyle(canvas).font });
    context.fillText("θ", width - 14, y(0) - 6);
    context.fillText("ψ", x(0) + 6, 14);
  }

  place.addEventListener("change", ({ target }) => {
    const name = target.id?.replace("dirac-", "");
    if (!(name in lists)) return;
    if (name === "motion") motion = target.value;
    else game[name] = target.value;
    paint();
  });
  const within = (value) => Math.min(REACH, Math.max(-REACH, value));
  canvas.addEventListener("pointerdown", (event) => {
    const box = canvas.getBoundingClientRect();
    start = [((event.clientX - box.left) / box.width) * 2 * REACH - REACH, REACH - ((event.clientY - box.top) / box.height) * 2 * REACH];
    paint();
  });
  canvas.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (!by) return;
    event.preventDefault();
    start = start.map((value, i) => within(value + by[i]));
    paint();
  });
  words();
  return { paint, words: () => (words(), dial.label(), paint()) };
}
