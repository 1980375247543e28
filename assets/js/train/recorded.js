/* What a newcomer sees first: a run that was recorded, replayed step by step. Its losses and lamps move as they did; nothing is asked of the
   server. */

import { element } from "../parts/nodes.js";

const PAUSE = 350; // milliseconds between two steps
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The run as it was at a step: what it had logged, drawn and measured by then. */
function until(run, step) {
  const end = run.curves.step.findLastIndex((each) => each <= step) + 1;
  const part = (values) => values?.slice(0, end);
  const series = Object.fromEntries(Object.entries(run.curves.series).map(([name, { mean, least, greatest }]) => [name, { mean: part(mean), least: part(least), greatest: part(greatest) }]));
  const curves = { ...run.curves, step: part(run.curves.step), seconds: part(run.curves.seconds), series };
  const diagnoses = run.diagnoses.filter((each) => each.step <= step);
  const { step: _, ...lamps } = diagnoses.at(-1) ?? {};
  const samples = Object.fromEntries(Object.entries(run.samples).map(([name, steps]) => [name, steps.filter((each) => each <= step)]));
  const over = step >= run.step;
  return { ...run, curves, diagnoses, lamps, samples, step: Math.min(step, run.step), seconds: curves.seconds.at(-1) ?? 0, state: over ? "done" : "running", rate: run.step / run.seconds, eta: null };
}

export class Recorded {
  constructor(root, desk) {
    Object.assign(this, { desk, run: null, timer: 0 });
    const own = element("a", { className: "btn main", href: "train#new" });
    own.dataset.t = "train.recorded.start";
    desk.tools.fill(own);
    desk.on("route", () => this._route(root.querySelector("#acts"), own));
    for (const taken of ["pointerdown", "keydown"]) root.querySelector("#scrub").addEventListener(taken, () => this.timer && this._end());
  }

  async _route(acts, own) {
    const here = this.desk.route.view === "empty";
    if (here) acts.append(own);
    else own.remove();
    clearTimeout(this.timer);
    if (!here) return;
    this.run ??= await this._load();
    if (this.desk.recorded !== (this.desk.recorded = this.run)) this.desk.tell("recorded");
    if (!this.run || this.desk.route.view !== "empty") return;
    const steps = this.run.samples[""];
    this._show(still.matches ? steps.length - 1 : 0);
  }

  /** The reader replays it: all of it is there. */
  _end() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.run) this._show(this.run.samples[""].length - 1);
  }

  async _load() {
    try {
      return await (await fetch(this.desk.tools.staticUrl("recordings/digits/run.json"))).json();
    } catch (problem) {
      console.info("no recording:", problem.message);
      return null;
    }
  }

  /** Show the run as it was when its i-th sheet was drawn, and go on to the next. */
  _show(i) {
    const { desk, run } = this;
    this.timer = 0;
    if (desk.route.view !== "empty") return;
    const steps = run.samples[""];
    desk.run = until(run, i === steps.length - 1 ? run.step : steps[i]);
    desk.tell("run");
    if (i + 1 < steps.length) this.timer = setTimeout(() => this._show(i + 1), document.hidden ? 4 * PAUSE : PAUSE);
  }
}
