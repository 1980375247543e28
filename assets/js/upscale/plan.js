/* The expected size, parts, time and memory, updated whenever a setting changes, and a sentence if the work is impossible. */

import { durationText } from "../parts/batch/bench.js";

const REST = 200; // milliseconds without a change before the server is asked
const AGAIN = 1500; // milliseconds until the next try, while the machine is being measured
const TRIES = 20;

export class Plan {
  constructor(bench, root) {
    Object.assign(this, { bench, timer: 0, turn: 0, tries: 0, of: null }); // of: the picture that the plan belongs to
    this.find = (id) => root.querySelector(`#${id}`);
    bench.on("shown settings", () => this._soon());
    bench.on("items plan settings", () => this._write());
    bench.tools.onLanguage(() => this._write());
    this._write();
  }

  /** Ask again soon. The plan of another picture is removed; one for other settings is dimmed until the new one arrives. */
  _soon() {
    const { bench } = this;
    clearTimeout(this.timer);
    this.tries = 0;
    if (this.of !== bench.shown) {
      Object.assign(this, { of: bench.shown, turn: this.turn + 1 });
      bench.plan = null;
      bench.tell("plan");
    }
    this._age(Boolean(bench.plan));
    this.timer = setTimeout(() => this._ask(), REST);
  }

  _age(old) {
    this.find("fact-becomes").closest("dl").setAttribute("aria-busy", String(old));
  }

  async _ask() {
    const { bench } = this;
    const { shown } = bench;
    const turn = ++this.turn;
    let plan = null;
    if (shown?.width) {
      const { model, factor, width: out_width, strength, form } = bench.fieldsOf();
      try {
        plan = await bench.tools.ask("upscale_plan", { width: shown.width, height: shown.height, model, factor, out_width, strength, form });
      } catch (error) {
        if (error.name !== "TaskError") throw error;
        plan = error.key === "frame.unreachable" ? null : { error };
      }
    }
    if (turn !== this.turn) return;
    bench.plan = plan;
    this._age(false);
    bench.tell("plan");
    if (plan?.measured === false && ++this.tries < TRIES) this.timer = setTimeout(() => this._ask(), AGAIN);
  }

  _write() {
    const { bench } = this;
    const { shown, plan, tools } = bench;
    const size = (width, height) => tools.t("batch.picture.size_value", { width: tools.number(width), height: tools.number(height) });
    const known = shown?.width && plan && !plan.error ? plan : null;
    const facts = {
      size: shown?.width ? size(shown.width, shown.height) : "",
      becomes: known ? size(...known.size) : "",
      time: known ? this._time(known) : "",
      memory: known ? this._memory(known.memory_mb) : "",
    };
    for (const [name, words] of Object.entries(facts)) this.find(`fact-${name}`).textContent = words || "–";
    this._all(known);
    this._warn();
  }

  _time({ seconds, tiles }) {
    const { tools } = this.bench;
    const time = durationText(tools, seconds);
    return tiles > 1 ? tools.t("upscale.picture.in_parts", { time, tiles: tools.number(tiles) }) : time;
  }

  _memory(megabytes) {
    const { tools } = this.bench;
    if (megabytes < 1000) return tools.t("upscale.picture.megabytes", { megabytes: tools.number(Math.max(10, Math.round(megabytes / 10) * 10)) });
    return tools.t("upscale.picture.gigabytes", { gigabytes: tools.number(megabytes / 1024, 1) });
  }

  /** The time for all remaining pictures, in proportion to their pixels. */
  _all(known) {
    const { bench } = this;
    const { shown, tools } = bench;
    const left = bench.remaining.filter(({ width }) => width);
    const row = this.find("row-all");
    row.hidden = !known || left.length < 2;
    if (row.hidden) return;
    const pixels = left.reduce((sum, { width, height }) => sum + width * height, 0);
    row.querySelector("dt").textContent = tools.t("upscale.picture.time_all", { count: tools.number(left.length) });
    this.find("fact-all").textContent = durationText(tools, (known.seconds * pixels) / (shown.width * shown.height));
  }

  _warn() {
    const { plan, shown, tools, items } = this.bench;
    const place = this.find("plan");
    const words = !shown || !plan ? "" : plan.error ? plan.error.sentence : plan.fits ? "" : tools.t(items.length > 1 ? "upscale.picture.unfit_some" : "upscale.picture.unfit");
    place.hidden = !words;
    place.querySelector("b").textContent = tools.t("upscale.error.plan");
    if (place.querySelector("p").textContent !== words) place.querySelector("p").textContent = words;
  }
}
