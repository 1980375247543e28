/* Before a run starts: how long and how much memory, from a few real steps; where it runs; the refusal, if there is one; the start. */

import { element, memory, put, say, sentences, short, show, time } from "./say.js";
import { Where } from "./where.js";

const REST = 700; // ms without a change before a measurement begins by itself

export class Plan {
  constructor(root, desk, form) {
    Object.assign(this, { desk, form, state: "none", estimate: null, turn: 0, measuring: false, again: false });
    this.find = (id) => root.querySelector(`#${id}`);
    this.where = new Where(this.find("where"), desk, form, () => this.draw());
    this.said = element("p", { className: "say" });
    this.more = element("p", { className: "note" });
    this.bar = element("div", { className: "prog unknown" }, element("i"));
    this.button = element("button", { type: "button", className: "chip" });
    this.button.addEventListener("click", () => this.measure());
    put(this.said, "role", "status");
    this.find("estimate").append(this.said, this.bar, this.more, this.button);
    form.place.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
    desk.on("words rows", () => desk.route.view === "form" && this.draw());
  }

  /** The order is another one. After a coarse choice it is measured by itself, once the hand rests. */
  changed(coarse) {
    this.refuse(null);
    this.turn += 1;
    if (this.state === "done") this.state = "stale";
    clearTimeout(this.timer);
    if (coarse && this.form.data?.ready && this.desk.route.view === "form") this.timer = setTimeout(() => this.measure(), REST);
    this.draw();
  }

  /** A few real steps of this order, on the server. One measurement at a time; a change meanwhile makes it begin anew. */
  async measure() {
    if (this.measuring) {
      this.again = true;
      return;
    }
    if (this.form.wrong().length || !this.form.data.ready) return this.draw();
    const { turn } = this;
    Object.assign(this, { measuring: true, again: false, state: "measuring" });
    this.refuse(null);
    this.draw();
    let [state, found] = ["none", null];
    try {
      found = await this.desk.wire.ask("train_estimate", { order: this.form.order });
      state = "done";
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (turn === this.turn) this.refuse(error);
    }
    this.measuring = false;
    if (turn === this.turn) Object.assign(this, { state, estimate: found });
    else this.state = "stale";
    this.draw();
    if (this.again && this.desk.route.view === "form") this.measure();
  }

  /** The server says no, in a sentence; null takes it away. */
  refuse(error) {
    this.refusal = error;
    const place = this.find("refused");
    show(place, Boolean(error));
    if (error) say(place.querySelector("p"), error.sentence);
  }

  draw() {
    const { tools, rows } = this.desk;
    const { t } = tools;
    const { state, estimate } = this;
    const known = estimate && (state === "done" || state === "stale");
    show(this.bar, state === "measuring");
    const needs = !this.form.data?.ready;
    if (state === "measuring") say(this.said, t("train.plan.measuring"));
    else if (known) say(this.said, t("train.plan.needs", { time: time(this._total(), tools), memory: memory(estimate.memory_mb, tools) }));
    else say(this.said, t(needs ? "train.plan.data_first" : "train.plan.unknown"));
    say(this.more, known ? this._more(rows) : "");
    show(this.more, Boolean(known));
    show(this.button, !this.measuring && !needs && state !== "done");
    say(this.button, t(state === "stale" ? "train.plan.again" : "train.plan.measure"));
    this.where.draw();
    say(this.find("begin"), t(this.starting ? "train.plan.starting" : this.where.away ? "train.plan.start_there" : "train.plan.start"));
    this.find("begin").disabled = Boolean(this.starting);
    if (this.refusal) this.refuse(this.refusal);
  }

  /** Seconds in all, for the steps as they are now: those cost the most and are changed the most. */
  _total() {
    const { estimate, form } = this;
    const { steps, every, previews, settings } = form.order;
    const grids = Math.floor(steps / every) + (previews ? Math.floor(steps / previews) : 0);
    const looks = Math.floor(steps / (settings.diagnosed ?? 250));
    return estimate.ready + estimate.step * steps + estimate.show * grids + estimate.diagnosis * looks;
  }

  _more(rows) {
    const { tools } = this.desk;
    const { t, number } = tools;
    const { estimate } = this;
    const told = [t("train.plan.speed", { rate: short(1 / estimate.step, number), pictures: number(Math.round(estimate.pictures)) })];
    if (estimate.fits === false) told.push(t("train.plan.tight"));
    if (rows.some((row) => row.state === "running" && !row.remote)) told.push(t("train.plan.busy"));
    if (this.state === "stale") told.push(t("train.plan.stale"));
    return sentences(told, tools);
  }

  /** Start what the form asks for, here or on a rented machine. */
  async start() {
    const { form, desk } = this;
    const { t } = desk.tools;
    if (form.wrong().length) {
      form.wrong()[0].control.focus();
      return;
    }
    if (!form.data.ready) return this.refuse(own(t, "train.plan.data_first"));
    const missing = this.where.missing;
    if (missing) return this.refuse(own(t, missing));
    this.starting = true;
    this.draw();
    try {
      const { job } = await this._send();
      this.refuse(null);
      desk.list();
      desk.go(`#run=${job.id}`);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.refuse(error);
      this.find("refused").scrollIntoView({ block: "nearest" });
    }
    this.starting = false;
    this.draw();
  }

  async _send() {
    const { form, desk, where } = this;
    const [name, shared] = [form.name.value, form.shared.value];
    if (where.away) {
      const answer = await desk.wire.ask("hub_start", { order: form.order, ...where.rent, name });
      desk.tokens.set(answer.job.id, where.rent.token);
      return answer;
    }
    if (form.origin) {
      const answer = await desk.wire.ask("job_duplicate", { id: form.origin.id, changes: form.changes, onward: form.onward, name });
      if (shared) await desk.wire.ask("job_change", { id: answer.job.id, action: "share" });
      return answer;
    }
    return desk.wire.ask("train_start", { order: form.order, name: name || this._called(), shared });
  }

  /** A run without a name is called after its data and its preset. */
  _called() {
    const { options, tools } = this.desk;
    const data = options.datasets.find(({ id }) => id === this.form.data.id)?.name?.[tools.language()] ?? this.form.data.id;
    const preset = options.presets.find(({ id }) => id === this.form.preset)?.name?.[tools.language()];
    return [data, preset].filter(Boolean).join(tools.t("train.comma")).slice(0, 80);
  }
}

/** A refusal of the page's own; its sentence follows the language. */
const own = (t, key) => ({
  get sentence() {
    return t(key);
  },
});
