/* The chapters: what each sets up, the figure beside it, and the task at its end, which the page verifies itself. */

import { strange } from "./strange.js";
import { dataOf } from "../parts/engine/data.js";

const WILD = { rateD: 0.003, rateG: 0.03, beta1D: 0.9, beta1G: 0.9 };
const last = (measures, count, name) => (measures.length > count ? measures.slice(-count).reduce((sum, row) => sum + row[name], 0) / count : NaN);
/** The median length of the arrows. */
function length({ arrows }) {
  const half = arrows.length / 2, lengths = Array.from({ length: half }, (_, i) => Math.hypot(arrows[i], arrows[half + i])).sort((a, b) => a - b);
  return lengths[half >> 1];
}
const of = (settings, expected) => Object.entries(expected).every(([name, value]) => settings[name] === value);

/** All eight parts covered at every measure of a stretch, to whose end the run has come. */
function held(measures, from, to) {
  return measures.at(-1).tick >= to && measures.filter(({ tick }) => tick >= from && tick <= to).every(({ modes }) => modes === 8);
}

/** settings: what the chapter begins with, beyond the standard. done({log, frame, settings, memory, figure}): whether the task is solved;
    memory is kept from call to call and emptied when the run begins anew, figure is the state of the chapter's figure. figure: loads it;
    wide: it stands above the laboratory; alone: it stands in its place. formulas: names of chapters/formulas.js. */
export const CHAPTERS = [
  { key: "two", settings: {}, views: ["points", "field"], done: ({ log }) => log.measures.some(({ modes }) => modes === 8) },
  { key: "terms", settings: {}, views: ["points", "field"], figure: () => import("./chapters/terms.js"), formulas: ["game"], done: ({ log }) => log.losses.some(({ d }) => d < 0.9) },
  {
    key: "best", settings: { data: "bell", beta1D: 0.9, beta1G: 0.9 }, views: ["points", "field", "best"], figure: () => import("./chapters/derivation.js"),
    done: ({ log, settings }) => settings.data === "bell" && last(log.measures, 10, "error") < 0.06,
  },
  {
    key: "saturation", lesson: "strong", settings: { data: "blobs", loss: "minimax", rateD: 0.02 }, views: ["points", "field", "arrows"], figure: () => import("./chapters/saturation.js"), formulas: ["saturation"],
    done({ frame, settings, memory }) {
      if (!frame.arrows) return false;
      const now = length(frame);
      if (settings.loss === "minimax") Object.assign(memory, { tick: frame.tick, short: now });
      return settings.loss !== "minimax" && memory.tick === frame.tick && memory.short > 0 && now > 5 * memory.short;
    },
  },
  {
    key: "collapse", lesson: "collapse", settings: {}, views: ["points", "field"],
    done({ log: { measures } }) {
      const first = measures.findIndex(({ modes }) => modes === 8);
      return first >= 0 && measures.slice(first).some(({ modes }) => modes <= 3);
    },
  },
  {
    key: "circling", lesson: "rates", settings: { data: "gaussian" }, views: ["points", "field", "trails"], figure: () => import("./chapters/dirac.js"), formulas: ["dirac"],
    done: ({ log, settings }) => of(settings, { data: "gaussian", rateD: 0.001, rateG: 0.001 }) && last(log.measures, 10, "unrest") < 0.25,
  },
  {
    key: "cure", settings: WILD, views: ["points", "field"], formulas: ["penalties"],
    done: ({ log }) => log.measures.some(({ tick: from, modes }) => from <= 3000 && modes === 8 && held(log.measures, from, from + 2000)),
  },
  {
    key: "distance", settings: { loss: "wasserstein" }, views: ["points", "field"], figure: () => import("./chapters/distance.js"), formulas: ["wasserstein", "critic"],
    done: ({ log, frame, settings }) => settings.loss === "wasserstein" && settings.gp > 0 && frame.losses.gp < 0.05 && log.measures.at(-1)?.modes === 8,
  },
  {
    key: "pictures", lesson: "normalisation", settings: { data: "ring", dims: 1 }, views: ["points", "mesh"], figure: () => import("./chapters/features.js"), wide: true,
    done: ({ log, settings }) => of(settings, { data: "ring", dims: 1 }) && log.measures.some(({ modes }) => modes >= 11),
  },
  {
    key: "mixed", settings: {}, views: ["points", "field"], figure: () => import("./chapters/mixed.js"), alone: true, formulas: ["vae", "both"],
    done: ({ figure }) => figure?.data === "eight" && figure.games.at(-1).modes === 8 && figure.games.at(-1).good >= 0.74 && figure.games.at(-1).miss < 0.1,
  },
  {
    key: "measure", settings: {}, views: ["points", "field"], figure: () => import("./chapters/lying.js"),
    done: ({ log }) => log.measures.some(({ good, modes }) => good >= 0.7 && modes <= 3),
  },
  {
    key: "uses", settings: { data: "moons" }, views: ["points", "field"], figure: () => import("./chapters/uses.js"),
    done: ({ log, settings, figure }) => settings.data === "moons" && log.measures.at(-1)?.modes >= 9 && figure?.marked.join() === strange(dataOf("moons")).join(),
  },
  {
    key: "harms", lesson: "memorising", settings: {}, views: ["points", "field"], figure: () => import("./chapters/copies.js"), alone: true,
    done: ({ figure }) => Boolean(figure?.now) && figure.now.tick >= 3000 && figure.now.modes >= 11 && figure.now.attack < 0.58 && figure.now.copies < 0.1,
  },
];
