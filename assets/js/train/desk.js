/* The state of the training page: the run that is shown, and the list of runs. All other parts listen and draw; none has state of its own.
   */

import { Events } from "../parts/events.js";
import { Sheets } from "../parts/runs/sheets.js";
import { Wire } from "../parts/runs/wire.js";

const PAUSE = { running: 400, waiting: 1000, remote: 5000, rest: 5000, away: 3000, hidden: 10_000 }; // ms between two looks at a run
const LIST = { busy: 3000, rest: 10_000 };
const PAGE = 30; // runs that are added to the list at a time
const MOST = 200; // most runs in one answer

/** The view that the hash of an address asks for. */
export function routed(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (parts.has("compare")) {
    const [id, other] = parts.get("compare").split(",");
    if (id && other) return { view: "compare", id, other };
  }
  if (parts.get("run")) return { view: "run", id: parts.get("run") };
  if (parts.has("style")) return { view: "style" };
  if (parts.has("sounds")) return { view: "sounds" };
  if (parts.has("lesson")) return { view: "lesson", lesson: parts.get("lesson") };
  if (parts.has("new")) return { view: "form", from: parts.get("new") || null, given: Object.fromEntries(parts) };
  return { view: "opening" };
}

/** The hash for ?recipe=..., by which other pages link here. */
const byRecipe = (search) => ({ stylize: "#style", sounds: "#sounds" })[new URLSearchParams(search).get("recipe")] ?? "";

/** The address of a view for a link; "#..." alone would lead to the first page of the app, because of the <base> of the document. */
export const address = (hash) => `train${hash}`;

/** What is known of a run, combined with a later answer, which only has what is new. */
export function merged(known, answer) {
  const from = answer.curves?.from;
  if (!known || known.id !== answer.id || !(from > 0)) return answer;
  const length = answer.curves.step.length;
  const joined = (old, fresh) => [...(old ?? []).slice(0, from), ...(fresh ?? [])];
  const series = {};
  for (const name of new Set([...Object.keys(known.curves.series), ...Object.keys(answer.curves.series)])) {
    const [old, fresh] = [known.curves.series[name], answer.curves.series[name]];
    series[name] = {};
    for (const part of ["mean", "least", "greatest"]) series[name][part] = joined(old?.[part] ?? Array(from).fill(null), fresh?.[part] ?? Array(length).fill(null));
  }
  const curves = { step: joined(known.curves.step, answer.curves.step), seconds: joined(known.curves.seconds, answer.curves.seconds), series };
  const samples = { ...known.samples };
  for (const [name, steps] of Object.entries(answer.samples)) samples[name] = [...new Set([...(samples[name] ?? []), ...steps])].sort((a, b) => a - b);
  const diagnoses = new Map([...known.diagnoses, ...answer.diagnoses].map((each) => [each.step, each]));
  const lamps = Object.keys(answer.lamps ?? {}).length ? answer.lamps : known.lamps;
  return { ...answer, curves, samples, lamps, diagnoses: [...diagnoses.values()] };
}

export class Desk extends Events {
  constructor(tools) {
    super();
    this.tools = tools;
    this.wire = new Wire(tools);
    this.sheets = new Sheets(this.wire);
    Object.assign(this, { options: null, route: { view: "opening" }, run: null, rows: [], total: 0, count: PAGE, find: "", listed: false, recorded: undefined, tokens: new Map() });
    tools.onLanguage(() => this.tell("words"));
    tools.onTone(() => {
      this.sheets.forget();
      this.tell("tone");
    });
    this.wire.onReach(() => this.tell("reach"));
    addEventListener("hashchange", () => this._follow());
    document.addEventListener("visibilitychange", () => document.hidden || (this.look(), this.list()));
  }

  /** Report an error; null when all is well. */
  trouble(title, error) {
    this.tell("trouble", title && { title, error });
  }

  async begin() {
    const options = this.wire.ask("train_options").then((answer) => {
      this.options = answer;
      this.tell("options");
    });
    this._follow();
    await Promise.all([options.catch((error) => this.trouble("train.error.options", error)), this.list()]);
    if (!this.options) this._again("options", 3000, () => this.begin());
  }

  _again(name, pause, work) {
    this.timers ??= {};
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(work, pause);
  }

  go(hash) {
    if (location.hash === hash) this._follow();
    else location.hash = hash;
  }

  _follow() {
    const route = routed(location.hash || byRecipe(location.search));
    const [was, old] = [this.route.id, this.route.view];
    this.route = route;
    if (route.view === "opening" && this.listed) this._open();
    if (route.view === "run") this.last = this.route.id;
    if (this.route.id !== was && !(old === "run" && this.route.view === "run")) this.run = null; // from one run to another, the old one is shown until the new one has arrived
    this.trouble(null);
    this.tell("route", old);
    if (this.route.id) this.look();
  }

  /** Without a hash, open the run that was shown before, a running one, the newest, or none. */
  _open() {
    const first = this.rows.find((row) => row.id === this.last) ?? this.rows.find((row) => row.yours && row.state === "running") ?? this.rows.find((row) => row.yours) ?? this.rows[0];
    if (!first) {
      this.route = { view: "empty" };
      return;
    }
    history.replaceState(history.state, "", `${location.pathname}${location.search}#run=${first.id}`);
    this.route = { view: "run", id: first.id };
  }

  /** Ask for the run now, and again after a while. */
  async look() {
    const { id } = this.route;
    if (!id) return;
    const turn = (this.turn = (this.turn ?? 0) + 1);
    clearTimeout(this.timers?.look);
    const known = this.run?.id === id ? this.run : null;
    let pause = PAUSE.away;
    try {
      let answer = await this.wire.ask("job_show", { id, since: known?.mark ?? -1 });
      if (turn !== this.turn || this.route.id !== id) return;
      if (known && (answer.step < known.step || answer.state !== known.state)) {
        answer = await this.wire.ask("job_show", { id, since: -1 }); // it was resumed from an earlier step, so everything is fetched again
        if (turn !== this.turn || this.route.id !== id) return;
      }
      this.run = answer.step < (known?.step ?? 0) ? answer : merged(known, answer);
      this._patch();
      this.tell("run");
      pause = this.run.remote && !["done", "stopped", "failed"].includes(this.run.state) ? PAUSE.remote : (PAUSE[this.run.state] ?? PAUSE.rest);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (turn !== this.turn || this.route.id !== id) return;
      if (this.wire.reachable) {
        if (!known || error.key === "no_such_job") return this._lost(error);
      }
    }
    if (turn === this.turn) this._again("look", document.hidden ? Math.max(pause, PAUSE.hidden) : pause, () => this.look());
  }

  _lost(error) {
    this.run = null;
    this.route = { view: "lost", id: null };
    this.tell("route");
    this.trouble("train.error.lost", error);
  }

  /** Update the row of the run, because the list is fetched less often. */
  _patch() {
    const { run } = this;
    const row = this.rows.find((each) => each.id === run.id);
    if (!row) return;
    const changed = row.state !== run.state;
    Object.assign(row, { state: run.state, starting: run.starting, ending: run.ending, step: run.step, seconds: run.seconds, place: run.place, name: run.name, names: run.names, shared: run.shared, result: run.result, thumb: run.samples?.[""]?.at(-1) ?? row.thumb });
    this.tell("rows");
    if (changed) this.list();
  }

  /** Ask for the list now, and again after a while. */
  async list() {
    const turn = (this.listTurn = (this.listTurn ?? 0) + 1);
    const { find, count } = this;
    let pause = LIST.busy;
    try {
      const { jobs, total } = await this._rows(count, find);
      if (turn !== this.listTurn) return;
      Object.assign(this, { rows: jobs, total, listed: true });
      this.tell("rows");
      if (this.route.view === "opening" || (this.route.view === "empty" && jobs.length)) this._follow();
      pause = jobs.some((row) => row.state === "running" || row.state === "waiting") ? LIST.busy : LIST.rest;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (this.wire.reachable) this.trouble("train.error.list", error);
    }
    if (turn === this.listTurn) this._again("list", document.hidden ? PAUSE.hidden : pause, () => this.list());
  }

  /** The newest `count` runs; an answer holds at most 200 of them. */
  async _rows(count, find) {
    const jobs = [];
    for (;;) {
      const answer = await this.wire.ask("jobs_list", { first: jobs.length, count: Math.min(MOST, count - jobs.length), find });
      jobs.push(...answer.jobs);
      if (jobs.length >= Math.min(count, answer.total) || !answer.jobs.length) return { jobs, total: answer.total };
    }
  }

  more() {
    this.count += PAGE;
    return this.list();
  }

  search(text) {
    this.find = text;
    this.count = PAGE;
    return this.list();
  }

  /** Send a request that changes runs, then fetch both the list and the run. Rejects with a TaskError. */
  async change(task, fields) {
    try {
      return await this.wire.ask(task, fields);
    } finally {
      this.list();
      this.look();
    }
  }

  /** The token of the Hub for a run; it is kept until the tab is closed. */
  token(id) {
    return this.tokens.get(id) ?? "";
  }
}
