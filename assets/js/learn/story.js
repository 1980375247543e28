/* The chapters: each sets up an experiment and ends in a task that the page verifies itself. */

import { markup } from "../shell/markup.js";

const WILD = { rateD: 0.003, rateG: 0.03, beta1D: 0.9, beta1G: 0.9 };
const last = (measures, count, name) => (measures.length > count ? measures.slice(-count).reduce((sum, row) => sum + row[name], 0) / count : NaN);
/** The median length of the arrows. */
function length({ arrows }) {
  const half = arrows.length / 2, lengths = Array.from({ length: half }, (_, i) => Math.hypot(arrows[i], arrows[half + i])).sort((a, b) => a - b);
  return lengths[half >> 1];
}
const of = (settings, expected) => Object.entries(expected).every(([name, value]) => settings[name] === value);

/** settings: what the chapter begins with, beyond the standard. done({log, frame, settings, memory}): whether the task is solved; memory
    is kept from call to call and emptied when the run begins anew. */
export const CHAPTERS = [
  { key: "two", settings: {}, views: ["points", "field"], done: ({ log }) => log.measures.some(({ modes }) => modes === 8) },
  { key: "terms", settings: {}, views: ["points", "field"], done: ({ log }) => log.losses.some(({ d }) => d < 0.9) },
  { key: "best", settings: { data: "bell" }, views: ["points", "field", "best"], done: ({ log, settings }) => settings.data === "bell" && last(log.measures, 10, "error") < 0.06 },
  {
    key: "saturation", settings: { data: "blobs", loss: "minimax", rateD: 0.02 }, views: ["points", "field", "arrows"],
    done({ frame, settings, memory }) {
      if (!frame.arrows) return false;
      const now = length(frame);
      if (settings.loss === "minimax") Object.assign(memory, { tick: frame.tick, short: now });
      return settings.loss !== "minimax" && memory.tick === frame.tick && memory.short > 0 && now > 5 * memory.short;
    },
  },
  {
    key: "collapse", settings: {}, views: ["points", "field"],
    done: ({ log }) => log.measures.some(({ tick, modes }) => modes === 8 && log.measures.some((later) => later.tick > tick && later.modes <= 3)),
  },
  { key: "circling", settings: { data: "gaussian" }, views: ["points", "field", "trails"], done: ({ log, settings }) => of(settings, { data: "gaussian", rateD: 0.001, rateG: 0.001 }) && last(log.measures, 10, "unrest") < 0.25 },
  {
    key: "distance", settings: { loss: "wasserstein" }, views: ["points", "field"],
    done: ({ log, frame, settings }) => settings.loss === "wasserstein" && settings.gp > 0 && frame.losses.gp < 0.05 && log.measures.at(-1)?.modes === 8,
  },
  { key: "measure", settings: {}, views: ["points", "field"], done: ({ log }) => log.measures.some(({ good, modes }) => good >= 0.7 && modes <= 3) },
  {
    key: "cure", settings: WILD, views: ["points", "field"],
    done: ({ log }) => log.measures.some(({ tick: from }) => from <= 3000 && held(log.measures, from, from + 2000)),
  },
  { key: "pictures", settings: { data: "ring", dims: 1 }, views: ["points", "mesh"], done: ({ log, settings }) => of(settings, { data: "ring", dims: 1 }) && log.measures.some(({ modes }) => modes >= 11) },
];

/** All eight parts covered at every measure of a stretch, to whose end the run has come. */
function held(measures, from, to) {
  return measures.at(-1).tick >= to && measures.filter(({ tick }) => tick >= from && tick <= to).every(({ modes }) => modes === 8);
}

const KEPT = "likeness-learn-solved";

function remembered() {
  try {
    return new Set(JSON.parse(localStorage.getItem(KEPT) ?? "[]"));
  } catch {
    return new Set();
  }
}

export class Story {
  constructor(desk, root, chapter, dirac) {
    Object.assign(this, { desk, tools: desk.tools, chapter: chapter >= 1 && chapter <= CHAPTERS.length ? chapter : 1, memory: {}, solved: remembered(), dirac });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("chapter").addEventListener("change", ({ target }) => this.open(Number(target.value)));
    this.find("next").addEventListener("click", () => this.open((this.chapter % CHAPTERS.length) + 1));
    this.find("set-up").addEventListener("click", () => this.setUp());
    desk.on("restart", () => (this.memory = {}));
    for (const event of ["frame", "log"]) desk.on(event, () => this._check());
    desk.on("log", () => this._live());
    this.tools.onLanguage(() => this.write());
    this.write();
  }

  open(chapter) {
    this.chapter = chapter;
    this.memory = {};
    this.write();
    this.setUp();
  }

  /** The chapter's experiment, as it begins. */
  setUp() {
    const { settings, views } = CHAPTERS[this.chapter - 1];
    this.desk.pause();
    this.desk.begin(settings, views);
    this.desk.tell("chapter");
  }

  write() {
    const { t, number } = this.tools, { key } = CHAPTERS[this.chapter - 1];
    const select = this.find("chapter");
    select.replaceChildren(...CHAPTERS.map((each, i) => new Option(`${i + 1} ${t(`learn.chapter.${each.key}.title`)}${this.solved.has(each.key) ? " ✓" : ""}`, i + 1)));
    select.value = this.chapter;
    this.find("chapter-title").textContent = t(`learn.chapter.${key}.title`);
    const paragraphs = ["one", "two", "three"].map((which) => markup`<p class="say" data-t-html="learn.chapter.${key}.${which}"></p>`);
    this.find("chapter-text").replaceChildren(markup`${paragraphs}`.nodes);
    this.tools.fill(this.find("chapter-text"));
    for (const math of this.find("formulas").children) math.toggleAttribute("hidden", Number(math.dataset.chapter) !== this.chapter);
    this.find("dirac-place").hidden = key !== "circling";
    if (key === "circling") this.dirac.paint();
    this.find("task-text").textContent = t(`learn.chapter.${key}.task`);
    this.find("solved").textContent = t("learn.story.solved", { solved: number(this.solved.size), total: number(CHAPTERS.length) });
    this._live();
    this._state();
  }

  /** The derivation of the third chapter in the numbers of now: what D's loss would be at its best, and what it is. */
  _live() {
    const { log, settings } = this.desk, { js } = log.measures.at(-1) ?? {}, { d } = log.losses.at(-1) ?? {};
    const known = CHAPTERS[this.chapter - 1].key === "best" && ["minimax", "non_saturating"].includes(settings.loss) && Number.isFinite(js) && Number.isFinite(d);
    const value = (x) => this.tools.number(x, 3);
    this.find("live").textContent = known ? this.tools.t("learn.story.live", { js: value(js), best: value(Math.log(4) - 2 * js), d: value(d) }) : "";
  }

  _state() {
    const solved = this.solved.has(CHAPTERS[this.chapter - 1].key);
    const words = this.tools.t(solved ? "learn.story.done" : "learn.story.open");
    this.find("task").classList.toggle("done", solved);
    if (this.find("task-state").textContent !== words) this.find("task-state").textContent = words;
  }

  _check() {
    const { key, done } = CHAPTERS[this.chapter - 1], { desk } = this;
    if (this.solved.has(key) || !desk.frame || !desk.log.measures.length) return;
    if (!done({ log: desk.log, frame: desk.frame, settings: desk.settings, memory: this.memory })) return;
    this.solved.add(key);
    try {
      localStorage.setItem(KEPT, JSON.stringify([...this.solved]));
    } catch (problem) {
      console.info("the tick is not kept:", problem.name);
    }
    this.write();
  }
}
