/* The figure of memorising: a GAN that sees few points again and again; how many of its points are copies, and how well its discriminator
   gives away who was in the training data. */

import { Dial } from "../../parts/dial.js";
import { markup } from "../../shell/markup.js";
import { dataOf } from "../../parts/engine/data.js";
import { Random } from "../../parts/engine/random.js";
import { PLAIN, sampled } from "./blend.js";
import { picture, Players } from "./players.js";

const ROWS = ["modes", "good", "copies", "attack"];
export const FEW = { ...PLAIN, data: "ring", coder: false, pull: 1, r1: 0.1, pool: 16 };

export function open(place, story) {
  const { tools } = story, game = { ...FEW };
  place.replaceChildren(markup`<div class="knobs"></div><div class="panels one"><figure><canvas class="tall" role="img" data-t-aria-label="chapters.copies.label"></canvas></figure><dl class="numbers"></dl></div><p class="note" data-t="chapters.copies.legend"></p><div class="slot"></div>`.nodes);
  tools.fill(place);
  const canvas = place.querySelector("canvas"), list = place.querySelector("dl");
  const players = new Players(place.querySelector(".knobs"), story, () => [game], (frame) => (frame ? paint() : undefined));
  const dials = [
    new Dial(place.querySelector(".slot"), tools, { key: "chapters.copies.pool", low: 8, high: 2048, step: 1, powers: true, neutral: 16 }, (pool) => ((game.pool = Math.round(pool)), players.begin())),
    new Dial(place.querySelector(".slot"), tools, { key: "learn.set.r1", low: 0, high: 10, step: 0.1, neutral: 0.1 }, (r1) => ((game.r1 = r1), players.change(0, { r1 }))),
  ];

  function setUp() {
    Object.assign(game, FEW);
    dials[0].set(game.pool);
    dials[1].set(game.r1);
    players.play(false);
    players.begin();
  }

  function paint() {
    const { frame } = players, { t, number } = tools;
    if (!frame) return;
    const [now] = frame.games, percent = (value) => t("learn.number.percent", { value: number(100 * value) });
    picture(canvas, now, sampled(dataOf(game.data), new Random(game.seed + 1), game.pool));
    const values = { modes: number(now.modes), good: percent(now.good), copies: percent(now.copies), attack: percent(now.attack) };
    list.replaceChildren(markup`${ROWS.map((row) => markup`<div><dt>${t(["copies", "attack"].includes(row) ? `chapters.copies.${row}` : `learn.number.${row}`)}</dt><dd>${values[row]}</dd></div>`)}`.nodes);
    figure.state.now = now;
    story.check();
  }

  const figure = { paint, setUp, words: () => (players.words(), dials.forEach((dial) => dial.label()), paint()), state: {} };
  setUp();
  return figure;
}
