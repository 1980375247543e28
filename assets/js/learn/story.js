/* The story: one chapter at a time, its text, formulas, figure and task, and which tasks are solved. */

import { put, say, show } from "../parts/nodes.js";
import { markup } from "../shell/markup.js";
import { CHAPTERS } from "./tasks.js";

const PARAGRAPHS = ["one", "two", "three"];
const KEPT = "likeness-learn-solved";

/** {key of a solved task: the day, "2026-11-28"}. */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return new Map(Array.isArray(kept) ? kept.map((key) => [key, ""]) : Object.entries(kept));
  } catch {
    return new Map();
  }
}

export class Story {
  /** chapter: which is open at first; made: a digit that was made on another page, {digit, z}, for the chapter that takes its network apart. */
  constructor(desk, root, glossary, { chapter, made }) {
    Object.assign(this, { desk, made, chapter, glossary, tools: desk.tools, memory: {}, solved: remembered(), figures: new Map() });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("chapter").addEventListener("change", ({ target }) => this.open(Number(target.value)));
    this.find("next").addEventListener("click", () => this.open((this.chapter % CHAPTERS.length) + 1));
    this.find("set-up").addEventListener("click", () => this.setUp());
    desk.on("restart", () => (this.memory = {}));
    desk.on("log", () => this.check()); // a log comes five times a second, and after whatever the reader does
    this.tools.onLanguage(() => {
      this.write();
      for (const { place, figure } of this.figures.values()) {
        figure?.words();
        this.glossary.link(place);
      }
    });
    this.tools.onTone(() => this.figures.get(this.key)?.figure?.paint());
    new ResizeObserver(() => this.figures.get(this.key)?.figure?.paint()).observe(this.find("figures"));
    this.write();
  }

  get key() {
    return CHAPTERS[this.chapter - 1].key;
  }

  open(chapter) {
    this._turn(chapter);
    this.setUp();
  }

  /** The chapter's experiment, as it begins. */
  setUp() {
    const { settings, views } = CHAPTERS[this.chapter - 1];
    this._begin(settings, views);
  }

  /** All of the state of a link (link.js), as if the page were opened by it. */
  follow({ chapter, made, settings, views, pace }) {
    this.made = made;
    this._turn(chapter);
    this._begin(settings, views);
    this.desk.speed(pace);
  }

  _turn(chapter) {
    this.chapter = chapter;
    this.memory = {};
    this.write();
  }

  _begin(settings, views) {
    this.desk.pause();
    this.desk.begin(settings, views);
    this.figures.get(this.key)?.figure?.setUp?.();
    this.desk.tell("chapter");
  }

  write() {
    const { t, number } = this.tools, { key, alone, formulas = [] } = CHAPTERS[this.chapter - 1];
    const select = this.find("chapter");
    select.replaceChildren(...CHAPTERS.map((each, i) => new Option(`${i + 1} ${t(`learn.chapter.${each.key}.title`)}${this.solved.has(each.key) ? " ✓" : ""}`, i + 1)));
    select.value = this.chapter;
    this.find("chapter-title").textContent = t(`learn.chapter.${key}.title`);
    const paragraphs = PARAGRAPHS.map((which) => markup`<p class="say" data-t-html="learn.chapter.${key}.${which}"></p>`);
    this.find("chapter-text").replaceChildren(markup`${paragraphs}`.nodes);
    this.tools.fill(this.find("chapter-text"));
    this.glossary.link(this.find("chapter-text"));
    this._formulas(formulas);
    this._lesson();
    put(this.find("laboratory"), "data-alone", alone ? "" : null);
    this._figure();
    this.glossary.say(this.find("task-text"), `learn.chapter.${key}.task`);
    this.find("solved").textContent = t("learn.story.solved", { solved: number(this.solved.size), total: number(CHAPTERS.length) });
    this._state();
  }

  /** A link to the lesson of the training page that shows the same on real digits. */
  _lesson() {
    const { lesson } = CHAPTERS[this.chapter - 1], link = this.find("lesson");
    show(link, Boolean(lesson));
    if (!lesson) return;
    put(link, "href", `train#lesson=${lesson}`);
    say(link, this.tools.t("learn.story.lesson", { name: this.tools.t(`lessons.${lesson}.name`) }));
  }

  async _formulas(names) {
    const { key } = this, place = this.find("formulas");
    const made = names.length ? (await import("./chapters/formulas.js")).formula : null;
    if (key !== this.key) return; // another chapter by now
    place.replaceChildren(...names.map((name) => made(name)));
    this.tools.fill(place);
  }

  /** Show the chapter's figure, which is loaded when it is first needed. */
  async _figure() {
    const { key } = this, { figure: load, wide, alone } = CHAPTERS[this.chapter - 1];
    for (const [name, { place }] of this.figures) show(place, name === key);
    this.desk.want(this.figures.get(key)?.figure?.wants ?? []);
    if (!load || this.figures.has(key)) return void this.figures.get(key)?.figure?.paint();
    const place = Object.assign(document.createElement("div"), { className: "figure" }), entry = { place, figure: null };
    place.dataset.figure = key;
    this.figures.set(key, entry);
    this.find(wide || alone ? "exhibit" : "figures").append(place);
    try {
      entry.figure = await (await load()).open(place, this);
    } catch (problem) {
      console.info("a figure is missing:", problem.message);
      place.replaceChildren(markup`<p class="note" data-t="chapters.missing"></p>`.nodes);
      this.figures.delete(key);
    }
    this.tools.fill(place);
    this.glossary.link(place);
    if (key !== this.key) return show(place, false);
    this.desk.want(entry.figure?.wants ?? []);
    entry.figure?.paint();
  }

  _state() {
    const solved = this.solved.has(this.key);
    this.find("task").classList.toggle("done", solved);
    say(this.find("task-state"), this.tools.t(solved ? "learn.story.done" : "learn.story.open"));
  }

  /** Whether the task is solved by now. */
  check() {
    const { key, done } = CHAPTERS[this.chapter - 1], { desk } = this;
    if (this.solved.has(key) || !desk.frame || !desk.log.measures.length) return;
    if (!done({ log: desk.log, frame: desk.frame, settings: desk.settings, memory: this.memory, figure: this.figures.get(key)?.figure?.state })) return;
    this.solved.set(key, new Date().toISOString().slice(0, 10));
    try {
      localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(this.solved)));
    } catch (problem) {
      console.info("the tick is not kept:", problem.name);
    }
    this.write();
    desk.tell("solved");
  }
}
