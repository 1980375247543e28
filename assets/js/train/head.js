/* Above the pictures: the name of the run, its state in one sentence, the next thing to do, and its progress. */

import { element, put, say, show } from "../parts/nodes.js";
import { called } from "./called.js";
import { follow, onward } from "./health.js";
import { time } from "./values.js";

/** The seconds that the run in front still needs; null if this visitor cannot know. */
function ahead(desk) {
  const running = desk.rows.find((row) => row.state === "running" && row.device === desk.run.device);
  return running && running.step > 0 ? (running.seconds / running.step) * (running.steps - running.step) : null;
}

/** The sentence for a run before its first step: what it does, for how long so far, and that nobody has to wait. */
function starting(run, tools) {
  const { t, number } = tools;
  if (run.remote) return t("train.state.beginning");
  const [done, all] = run.fetched ?? [0, 0];
  if (all > 0) return tools.sentences([t("train.state.fetching", { done: number(done), all: number(all) }), t("train.state.goes_on")]);
  const begun = run.step > 0 ? t("train.state.loading", { step: number(run.step) }) : t("train.state.beginning");
  return tools.sentences([begun, t("train.state.so_far", { time: time(run.since ?? 0, tools) }), t("train.state.goes_on")]);
}

/** The sentence for a run that was asked to stop: what it does, for how long so far, and what would be kept if it ended now. */
function saving(run, tools) {
  const { t, number } = tools;
  const saved = run.saved > 0 ? t("train.state.end_keeps", { step: number(run.saved) }) : t("train.state.end_loses");
  return tools.sentences([t("train.state.saving"), t("train.state.saving_so_far", { time: time(run.since ?? 0, tools) }), run.yours && saved]);
}

/** The state of the shown run in one sentence. */
function sentence(desk) {
  const { run, tools, options } = desk;
  const { t, number } = tools;
  const values = { step: number(run.step), steps: number(run.steps), time: time(run.seconds, tools) };
  if (run.state === "running") {
    if (run.ending || desk.ending === run.id) return saving(run, tools);
    if (run.held) return t("train.state.held", values);
    if (run.starting || !run.step) return starting(run, tools);
    const left = run.eta === null ? t("train.state.at", values) : t("train.state.running", { ...values, left: time(run.eta, tools) });
    return tools.sentences([left, !run.remote && t("train.state.goes_on")]);
  }
  if (run.state === "waiting") {
    if (run.remote) return t("train.state.far");
    if (options?.borrowed && run.yours) return t("train.state.borrowed", values);
    const rest = ahead(desk);
    const place = run.place <= 1 ? t("train.state.next") : t("train.state.place", { place: number(run.place) });
    return tools.sentences([place, rest !== null && t("train.state.ahead", { time: time(rest, tools) })]);
  }
  if (["stopped", "paused"].includes(run.state) && !run.checkpoint) return t(`train.state.${run.state}_unsaved`, values);
  return t(`train.state.${run.state}`, values);
}

export class Head {
  constructor(root, desk) {
    Object.assign(this, { desk, announced: "" });
    this.find = (id) => root.querySelector(`#${id}`);
    this.buttons = {
      stop: this._button("soft", () => this._end("stop")),
      pause: this._button("bare", () => this._end("pause")),
      cancel: this._button("soft", () => this._end("stop")),
      resume: this._button("soft", () => this._change("resume")),
      end: this._button("soft", () => this._change("end")),
    };
    this.slower = element("button", { type: "button", className: "btn soft" });
    this.slower.addEventListener("click", () => follow(this.desk, this.remedy.key, this.slower));
    this.then = element("p", { className: "note" });
    this.remedies = element("div", { className: "remedy", hidden: true }, this.slower, this.then);
    this.find("why").append(this.remedies);
    this.find("acts").append(this.buttons.pause, this.buttons.stop, this.buttons.cancel, this.buttons.resume, this.buttons.end);
    desk.on("run words rows", () => desk.run && this.update());
    desk.on("route", () => this.route());
    desk.on("words", () => this.route());
    desk.on("reach", () => show(this.find("away"), !desk.wire.reachable));
    desk.on("trouble", (trouble) => {
      this.trouble = trouble;
      this._trouble();
    });
    desk.on("words", () => this._trouble());
  }

  _button(kind, pressed) {
    const button = element("button", { type: "button", className: `btn ${kind}`, hidden: true });
    button.addEventListener("click", pressed);
    return button;
  }

  _trouble() {
    const place = this.find("trouble");
    show(place, Boolean(this.trouble));
    if (!this.trouble) return;
    say(place.querySelector("b"), this.desk.tools.t(this.trouble.title));
    say(place.querySelector("p"), this.trouble.error.sentence);
  }

  /** The title and the lead of a view that shows no run. */
  route() {
    const { desk } = this;
    const { view } = desk.route;
    if (view === "run" && desk.run) return;
    for (const button of Object.values(this.buttons)) show(button, false);
    const { t } = desk.tools;
    const titles = { empty: "train.recorded.title", form: "train.form.title", style: "train.style.title", sounds: "train.sounds.title", lesson: "train.lesson.title", compare: "train.compare.title" };
    const leads = { empty: "train.recorded.lead", form: "train.form.lead", style: "train.style.lead", sounds: "train.sounds.lead", lesson: "train.lesson.lead", compare: "train.compare.lead", run: "train.opening", opening: "train.opening" };
    say(this.find("name"), t(titles[view] ?? "train.title"));
    say(this.find("state"), t(leads[view] ?? "train.lead"));
  }

  update() {
    const { desk } = this;
    const { run } = desk;
    if (desk.route.view !== "run") return;
    const { t } = desk.tools;
    if (desk.ending === run.id && run.state !== "running") desk.ending = null;
    say(this.find("name"), called(run, desk.tools));
    say(this.find("state"), desk.tools.sentences([sentence(desk), !run.yours && t("train.state.watching")]));
    this._announce();
    this._progress();
    this._why();
    for (const [name, shown] of Object.entries(this._possible(run))) show(this.buttons[name], shown);
    say(this.buttons.stop, t("train.act.stop"));
    say(this.buttons.pause, t("train.act.pause"));
    say(this.buttons.cancel, t("train.act.withdraw"));
    say(this.buttons.resume, t("train.act.resume"));
    say(this.buttons.end, t("train.act.end"));
  }

  _possible(run) {
    const here = run.yours && !run.remote;
    const ending = run.state === "running" && (run.ending !== "" || this.desk.ending === run.id);
    return {
      stop: here && run.state === "running" && !ending,
      pause: here && run.state === "running" && !ending,
      end: here && ending,
      cancel: here && run.state === "waiting",
      resume: here && ["paused", "stopped", "failed"].includes(run.state) && run.step < run.steps,
    };
  }

  /** Announce a change of state to screen readers, once; steps are not announced. */
  _announce() {
    const { run, tools } = this.desk;
    const key = `${run.id} ${run.state}`;
    if (this.announced === key) return;
    const first = !this.announced.startsWith(`${run.id} `);
    this.announced = key;
    say(this.find("announce"), first ? "" : `${called(run, tools)}${tools.t("train.comma")}${tools.t(`train.card.${run.state}_plain`)}`);
  }

  _progress() {
    const { run, tools } = this.desk;
    const bar = this.find("progress");
    put(bar, "aria-valuemax", run.steps);
    put(bar, "aria-valuenow", run.step);
    put(bar, "aria-valuetext", tools.t("train.state.at", { step: tools.number(run.step), steps: tools.number(run.steps) }));
    bar.firstElementChild.style.width = `${(100 * run.step) / Math.max(1, run.steps)}%`;
  }

  /** Show why the run ended, and what was kept. */
  _why() {
    const { run, tools } = this.desk;
    const place = this.find("why");
    show(place, Boolean(run.why));
    if (!run.why) return;
    this._remedy(run, tools);
    place.classList.toggle("mild", run.state !== "failed");
    say(place.querySelector("b"), tools.t(run.state === "failed" ? "train.why.failed" : "train.why.ended"));
    const kept = run.state === "failed" ? tools.t(run.checkpoint ? "train.why.kept" : "train.why.nothing") : "";
    say(place.querySelector("p"), tools.sentences([run.why[tools.language()], kept]));
  }

  /** After a divergence, offer a copy with lower rates. */
  _remedy(run, tools) {
    this.remedy = run.reason?.key === "errors.diverged" && run.yours && run.checkpoint ? run.advice?.find(({ key }) => key === "halve_rates") : null;
    show(this.remedies, Boolean(this.remedy));
    if (!this.remedy) return;
    say(this.slower, tools.t(`diagnostics.advice.${this.remedy.key}.name`));
    say(this.then, onward(this.remedy, run, tools));
  }

  async _end(action) {
    const { desk } = this;
    if (desk.run.state === "running") desk.ending = desk.run.id;
    this.update();
    if (!(await this._change(action))) desk.ending = null;
  }

  async _change(action) {
    const { desk } = this;
    try {
      await desk.change("job_change", { id: desk.run.id, action });
      desk.trouble(null);
      return true;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      desk.trouble("train.error.change", error);
      return false;
    }
  }
}

