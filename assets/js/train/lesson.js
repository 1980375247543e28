/* Lessons: which there are, and in the run of one what is broken, the symptom once the meter names it, the cure, and how it heals. */

import { element, put, say, show } from "../parts/nodes.js";
import { address } from "./desk.js";
import { short } from "./values.js";

const EARLY = 0.5; // share of the steps before which a run has no verdict: every run is ill when it begins, and no discriminator has won yet

export class Lesson {
  constructor(root, desk) {
    Object.assign(this, { desk, busy: false });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("lesson-begin").addEventListener("click", () => this._ask("lesson_start", { lesson: this.chosen.id }));
    this.find("lesson-heal").addEventListener("click", () => this._ask("lesson_cure", { id: this.desk.run.id }));
    desk.on("route options words", () => this._choice());
    desk.on("run options words", () => desk.run && this._run());
  }

  _say(id, part) {
    return this.desk.tools.t(`lessons.${id}.${part}`);
  }

  /** The view of a lesson before it begins, and links to the others. */
  _choice() {
    const { route, options } = this.desk;
    if (route.view !== "lesson" || !options) return;
    this.chosen = options.lessons.find(({ id }) => id === route.lesson) ?? options.lessons[0];
    for (const part of ["name", "breaks", "watch"]) say(this.find(`lesson-${part}`), this._say(this.chosen.id, part));
    const links = options.lessons.map(({ id }) => {
      const link = element("a", { href: address(`#lesson=${id}`), textContent: this._say(id, "name") });
      put(link, "aria-current", id === this.chosen.id ? "page" : null);
      return element("li", {}, link);
    });
    this.find("lesson-list").replaceChildren(...links);
    this.find("lesson-begin").disabled = this.busy;
  }

  /** The panel in the run of a lesson. */
  _run() {
    const { run, options, tools } = this.desk;
    const lesson = run.lesson && options?.lessons.find(({ id }) => id === run.lesson.id);
    show(this.find("lesson"), Boolean(lesson));
    if (!lesson) return;
    const { t } = tools;
    const over = !["running", "waiting"].includes(run.state);
    const { cured } = run.lesson;
    const found = over || run.step >= EARLY * run.steps ? run.lesson.found : null;
    const verdict = cured ? (found === false ? "healed" : over ? "not_healed" : "healing") : found ? "found" : over ? "missing" : "breaking";
    this.find("lesson").dataset.verdict = verdict;
    say(this.find("lesson-title"), this._say(lesson.id, "name"));
    say(this.find("lesson-state"), t(`train.lesson.${verdict}`, { symptoms: this._symptoms(lesson, run) }));
    const told = { breaking: ["breaks", "watch"], found: ["why"], missing: ["breaks"], healing: ["cure"], healed: ["healed"], not_healed: ["cure"] }[verdict];
    say(this.find("lesson-why"), tools.sentences(told.map((part) => this._say(lesson.id, part))));
    const heal = this.find("lesson-heal");
    show(heal, !cured && run.yours && (verdict === "found" || verdict === "missing") && (run.checkpoint || !lesson.onward));
    heal.disabled = this.busy;
    say(this.find("lesson-cure"), heal.hidden ? "" : tools.sentences([this._say(lesson.id, "cure"), t(lesson.onward ? "train.lesson.onward" : "train.lesson.anew")]));
  }

  /** The symptoms with their numbers: "Modes covered 2 (healthy from 9.5)". */
  _symptoms(lesson, run) {
    const { t, number } = this.desk.tools;
    const one = (name) => {
      const lamp = run.lamps?.[name];
      const label = t(`diagnostics.${name}.name`);
      if (!lamp) return label;
      return t(lamp.better === "higher" ? "train.lesson.from" : "train.lesson.up_to", { name: label, value: short(lamp.value, number), threshold: short(lamp.threshold, number) });
    };
    return lesson.symptoms.map(one).join(t("train.comma"));
  }

  async _ask(task, fields) {
    this.busy = true;
    for (const id of ["lesson-begin", "lesson-heal"]) this.find(id).disabled = true;
    try {
      const { job } = await this.desk.change(task, fields);
      this.desk.trouble(null);
      this.desk.go(`#run=${job.id}`);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.desk.trouble("train.error.lesson", error);
    } finally {
      this.busy = false;
      for (const id of ["lesson-begin", "lesson-heal"]) this.find(id).disabled = false;
    }
  }
}
