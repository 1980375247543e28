/* Before a run starts: its time and memory, measured with exactly the settings shown, or said to be unknown; where it runs; a refusal; and
   the start. */

import { element, put, say, show } from "../parts/nodes.js";
import { pageError } from "../parts/troubles.js";
import { memory, short, time } from "./values.js";
import { Where } from "./where.js";

const REST = 300; // ms without a change before the server is asked for an earlier measurement
const GLANCE = 2000; // ms between two questions whether a measurement still waits for another one

export class Plan {
  /** forms: those that end in an order; the first is in use until `use` says otherwise. */
  constructor(root, desk, forms) {
    const [form] = forms;
    Object.assign(this, { desk, form, state: "unknown", estimate: null, turn: 0 });
    this.find = (id) => root.querySelector(`#${id}`);
    this.where = new Where(this.find("where"), desk, form, () => this.draw());
    this.said = element("p", { className: "say" });
    this.more = element("p", { className: "note" });
    this.bar = element("div", { className: "prog unknown" }, element("i"));
    this.button = element("button", { type: "button", className: "chip" });
    this.button.addEventListener("click", () => this.measure());
    put(this.said, "role", "status");
    this.find("estimate").append(this.said, this.bar, this.more, this.button);
    for (const { place } of forms) {
      place.addEventListener("submit", (event) => {
        event.preventDefault();
        this.start();
      });
    }
    desk.on("words rows", () => desk.route.view === this.form.view && this.draw());
  }

  /** Go on with another form, and what has been measured of its order. */
  use(form) {
    this.form = this.where.form = form;
    put(this.find("begin"), "form", form.place.id);
    this.changed();
  }

  /** The order has changed: remove the old estimate, and ask the server for an earlier measurement of the new order. */
  changed() {
    this.refuse(null);
    this.turn += 1;
    Object.assign(this, { state: "unknown", estimate: null });
    clearTimeout(this.timer);
    clearTimeout(this.glance);
    this.timer = setTimeout(() => this._recall(), REST);
    this.draw();
  }

  get _askable() {
    return this.desk.route.view === this.form.view && this.form.data?.ready && !this.form.wrong().length;
  }

  /** Ask for an earlier measurement with exactly these settings; nothing is measured now. */
  async _recall() {
    if (!this._askable) return this.draw();
    const { turn } = this;
    try {
      const answer = await this.desk.wire.ask("train_estimate", { order: this.form.order, measure: false });
      if (turn === this.turn && this.state === "unknown" && answer.known) Object.assign(this, { state: "known", estimate: answer });
    } catch (error) {
      if (error.name !== "TaskError") throw error; // a refusal is shown only after a press of Measure or Start
    }
    if (turn === this.turn) this.draw();
  }

  /** Measure a few real steps of this order on the server. A newer measurement replaces an older one. */
  async measure() {
    if (!this._askable) return this.draw();
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.state = "measuring";
    this.refuse(null);
    this.draw();
    this._watch(turn);
    let [state, estimate, problem] = ["unknown", null, null];
    try {
      estimate = await this.desk.wire.ask("train_estimate", { order: this.form.order });
      state = "known";
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      problem = error;
    }
    if (turn !== this.turn) return; // it belongs to other settings
    clearTimeout(this.glance);
    Object.assign(this, { state, estimate });
    if (problem) this.refuse(problem);
    this.draw();
  }

  /** Show whether the measurement has begun or waits for that of somebody else. */
  _watch(turn) {
    this.glance = setTimeout(async () => {
      let waits = false;
      try {
        waits = Boolean((await this.desk.wire.ask("train_estimate", { order: this.form.order, measure: false })).waits);
      } catch (error) {
        if (error.name !== "TaskError") throw error;
      }
      if (turn !== this.turn || !["measuring", "waiting"].includes(this.state)) return;
      this.state = waits ? "waiting" : "measuring";
      this.draw();
      this._watch(turn);
    }, GLANCE);
  }

  /** Show a refusal of the server; null hides it. */
  refuse(error) {
    this.refusal = error;
    const place = this.find("refused");
    show(place, Boolean(error));
    if (error) say(place.querySelector("p"), error.sentence);
  }

  draw() {
    const { tools } = this.desk;
    const { t } = tools;
    const { state, estimate } = this;
    const busy = state === "measuring" || state === "waiting";
    const needs = !this.form.data?.ready;
    show(this.bar, busy);
    if (busy) say(this.said, t(`train.plan.${state}`));
    else if (estimate) say(this.said, t("train.plan.needs", { time: time(estimate.total, tools), memory: memory(estimate.memory_mb, tools) }));
    else say(this.said, t(needs ? this._first : "train.plan.unknown"));
    say(this.more, estimate ? this._more() : "");
    show(this.more, Boolean(estimate));
    show(this.button, !busy && !needs && !this.form.wrong().length);
    say(this.button, t(estimate ? "train.plan.again" : "train.plan.measure"));
    this.where.draw();
    say(this.find("begin"), t(this.starting ? "train.plan.starting" : this.where.away ? "train.plan.start_there" : "train.plan.start"));
    this.find("begin").disabled = Boolean(this.starting);
    if (this.refusal) this.refuse(this.refusal);
  }

  /** What is said while there are no data yet. */
  get _first() {
    return this.form.view === "sounds" ? "train.sounds.first" : "train.plan.data_first";
  }

  _more() {
    const { tools } = this.desk;
    const { t, number } = tools;
    const { estimate } = this;
    const facts = [t(this.form.view === "sounds" ? "train.sounds.speed" : "train.plan.speed", { rate: short(1 / estimate.step, number), pictures: number(Math.round(estimate.pictures)) })];
    if (estimate.fits === false) facts.push(t("train.plan.tight"));
    if (estimate.runs > 0) facts.push(t("train.plan.busy"));
    return tools.sentences(facts);
  }

  /** Start the order of the form, here or on a rented machine. */
  async start() {
    const { form, desk } = this;
    if (form.wrong().length) {
      form.wrong()[0].control.focus();
      return;
    }
    if (!form.data.ready) return this.refuse(pageError(desk.tools, this._first));
    const missing = this.where.missing;
    if (missing) return this.refuse(pageError(desk.tools, missing));
    this.starting = true;
    this.draw();
    try {
      const { job } = await this._send();
      this.refuse(null);
      desk.tell("started");
      desk.list();
      desk.go(`#run=${job.id}`);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.refuse(error);
    }
    this.starting = false;
    this.draw();
  }

  async _send() {
    const { form, desk, where } = this;
    const [name, shared] = [form.name.value, form.shared.value && form.data.id !== "pictures"];
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
    return desk.wire.ask("train_start", { order: form.order, name, shared });
  }
}
