/* The figure of VAE, GAN and both together: the same data, the same nets, three ways to learn; samples and reconstructions side by side. */

import { Dial } from "../../parts/dial.js";
import { markup } from "../../shell/markup.js";
import { PLAIN } from "./blend.js";
import { picture, Players } from "./players.js";

const KINDS = ["vae", "gan", "both"];
const DATA = ["eight", "ring", "moons", "spiral", "grid"];
const ROWS = ["modes", "good", "js", "miss"];
export const BEGIN = { spread: 0.2, pull: 1 }; // of the third game

export function open(place, story) {
  const { tools } = story, game = { data: "eight", seed: 1, ...BEGIN };
  const panels = KINDS.map((kind) => markup`<figure data-kind="${kind}"><figcaption><b data-t="chapters.mixed.${kind}"></b></figcaption><canvas class="tall" role="img" data-t-aria-label="chapters.mixed.${kind}"></canvas><dl class="numbers"></dl></figure>`);
  place.replaceChildren(markup`<div class="knobs"></div><div class="panels">${panels}</div><p class="note" data-t="chapters.mixed.legend"></p><div class="knobs"><div class="field"><label for="mixed-data" data-t="learn.set.data"></label><select id="mixed-data" class="text"></select></div><div class="slot"></div></div>`.nodes);
  tools.fill(place);
  const [buttons] = place.querySelectorAll(".knobs"), slot = place.querySelector(".slot"), select = place.querySelector("select");
  const games = () => KINDS.map((kind) => ({ ...PLAIN, data: game.data, seed: game.seed, spread: game.spread, coder: kind !== "gan", pull: { vae: 0, gan: 1, both: game.pull }[kind] }));
  const players = new Players(buttons, story, games, (frame) => (frame ? paint() : undefined));
  const dials = [
    new Dial(slot, tools, { key: "chapters.mixed.pull", low: 0.25, high: 256, step: 0.25, powers: true, neutral: 1 }, (pull) => (game.pull = pull, players.change(2, { pull }))),
    new Dial(slot, tools, { key: "chapters.mixed.spread", low: 0.05, high: 0.5, step: 0.05, neutral: 0.2 }, (spread) => ((game.spread = spread), players.change(0, { spread }), players.change(2, { spread }))),
  ];

  function setUp() {
    Object.assign(game, { data: PLAIN.data, ...BEGIN });
    dials[0].set(game.pull);
    dials[1].set(game.spread);
    select.value = game.data;
    players.play(false);
    players.begin();
  }

  function words() {
    select.replaceChildren(...DATA.map((name) => new Option(tools.t(`learn.data.${name}`), name)));
    select.value = game.data;
    players.words();
    paint();
  }

  function paint() {
    const { frame } = players, { t, number } = tools;
    if (!frame) return;
    frame.games.forEach((each, i) => {
      const panel = place.querySelector(`[data-kind=${KINDS[i]}]`);
      picture(panel.querySelector("canvas"), each);
      const values = { modes: number(each.modes), good: t("learn.number.percent", { value: number(100 * each.good) }), js: number(each.js, 2), miss: Number.isFinite(each.miss) ? number(each.miss, 2) : "–" };
      panel.querySelector("dl").replaceChildren(markup`${ROWS.map((row) => markup`<div><dt>${t(row === "miss" ? "chapters.mixed.miss" : `learn.number.${row}`)}</dt><dd>${values[row]}</dd></div>`)}`.nodes);
    });
    Object.assign(figure.state, { games: frame.games, data: game.data });
    story.check();
  }

  select.addEventListener("change", () => ((game.data = select.value), players.begin()));
  const figure = { paint, setUp, words: () => (words(), dials.forEach((dial) => dial.label())), state: {} };
  words();
  setUp();
  return figure;
}
