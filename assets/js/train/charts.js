/* The charts of a run: both losses, how often the discriminator is right, the gradients. Decides what is drawn and what is said of it. */

import { element, say, show } from "../parts/nodes.js";
import { Chart } from "./chart.js";
import { memory, short, time } from "./values.js";

const LOGGED = 10; // steps between two lines of the log
const POINTS = 600; // points of a full curve
const PLAYED = ["gan", "digits", "sounds"]; // recipes in which two nets compete from the first step on
const NAMES = { [Math.log(2)]: "log 2", [Math.log(4)]: "log 4", [-Math.log(2)]: "\u2212log 2", 0.5: "½", 0.25: "¼", 0.125: "⅛" };

/** The number of points that are smoothed over: a fortieth of the planned run. */
export const reach = (steps) => Math.max(1.5, Math.min(POINTS, steps / LOGGED) / 40);

/** The value of an equilibrium as text: log 4, ¼, 2. */
function written(value, number) {
  for (const [known, name] of Object.entries(NAMES)) if (Math.abs(value - Number(known)) < 1e-6) return name;
  return short(value, number);
}

/** A series of the curves as a line of a chart; null if it was not logged. */
function line(run, series, name, kind) {
  const curve = run.curves?.series?.[series];
  return curve ? { id: series, name, kind, step: run.curves.step, ...curve } : null;
}

/** The values at which neither net can win; one line if both are the same. */
function levels({ equilibrium }, { number }) {
  const { discriminator = null, generator = null } = equilibrium ?? {};
  const lines = [];
  if (discriminator !== null) lines.push({ value: discriminator, name: written(discriminator, number), kind: discriminator === generator ? "both" : "d" });
  if (generator !== null && generator !== discriminator) lines.push({ value: generator, name: written(generator, number), kind: "g" });
  return lines;
}

/** A sentence about what these values mean. */
function balance({ equilibrium, order }, { t, number }) {
  const { discriminator = null, generator = null } = equilibrium ?? {};
  if (order?.recipe === "stylize") return t("train.chart.style_say");
  if (order?.settings?.architecture === "vae") return t("train.chart.alone");
  if (!PLAYED.includes(order?.recipe)) return "";
  if (discriminator === null && generator === null) return t("train.chart.no_balance");
  if (generator === null) return t("train.chart.balance_d", { d: written(discriminator, number) });
  const values = { d: written(discriminator, number), g: written(generator, number) };
  return t(discriminator === generator ? "train.chart.balance_same" : "train.chart.balance", values);
}

export class Charts {
  constructor(root, desk) {
    const { tools } = desk;
    this.desk = desk;
    this.find = (id) => root.querySelector(`#${id}`);
    this.losses = new Chart(this.find("losses"), tools, { title: "train.chart.losses", note: "train.chart.losses_say" });
    this.accuracy = new Chart(this.find("accuracy"), tools, { title: "train.chart.accuracy", height: 168, low: 0, high: 1, percent: true });
    this.gradients = new Chart(this.find("gradients"), tools, { title: "train.chart.gradients", height: 168 });
    this.pace = new Map();
    desk.on("run words", () => desk.run && this.update());
  }

  update() {
    const { run, tools } = this.desk;
    const { t } = tools;
    if (this.shown !== run.id) for (const chart of [this.losses, this.accuracy, this.gradients]) chart.y = null; // another run, another axis
    this.shown = run.id;
    const common = { end: run.state === "running" || run.state === "waiting" ? run.steps : Math.max(run.step, 1), now: run.state === "running" ? run.step : null, reach: reach(run.steps) };
    const all = (...lines) => lines.filter(Boolean);
    const [g, d] = [t("train.generator"), t("train.discriminator")];
    const lost = all(line(run, "g_loss", g, "g"), line(run, "d_loss", d, "d"));
    if (!lost.length) lost.push(...all(line(run, "loss", t("train.chart.loss"), "g"), line(run, "style", t("train.chart.style"), "g"), line(run, "content", t("train.chart.content"), "d"), line(run, "near", t("train.chart.near"), "g")));
    this.losses.note = run.curves?.series?.style ? null : "train.chart.losses_say"; // in style training both fall, or balance each other
    this.losses.draw({ ...common, lines: lost, levels: levels(run, tools), say: balance(run, tools) });
    const right = all(line(run, "d_right_real", t("train.chart.real"), "d"), line(run, "d_right_fake", t("train.chart.made"), "g"));
    const paired = right.length === 0; // a relativistic discriminator is right about pairs
    if (paired) right.push(...all(line(run, "d_order", t("train.chart.order"), "d")));
    show(this.accuracy.figure, right.length > 0 || !run.curves?.step?.length);
    this.accuracy.draw({ ...common, lines: right, levels: [{ value: 0.5, name: "½", kind: "both" }], say: t(paired && right.length ? "train.chart.order_say" : "train.chart.accuracy_say") });
    const pushed = all(line(run, "g_grad", g, "g"), line(run, "d_grad", d, "d"));
    show(this.gradients.figure, pushed.length > 0 || !run.curves?.step?.length);
    this.gradients.draw({ ...common, lines: pushed, say: t("train.chart.gradients_say") });
    this._pace();
  }

  /** Speed, time, memory, in one row. */
  _pace() {
    const { run, tools } = this.desk;
    const { t, number } = tools;
    const batch = run.order?.settings?.batch ?? { gan: 64, sounds: this.desk.options?.sounds.batch.default }[run.order?.recipe] ?? null;
    const live = run.state === "running";
    const rate = live ? run.rate : run.seconds > 0 ? run.step / run.seconds : 0;
    const some = rate > 0 && run.step > 0;
    this._number("rate", some ? short(rate, number) : "–");
    this._number("pictures", some && batch ? number(Math.round(rate * batch)) : "–");
    this._number("left", live && run.eta !== null ? time(run.eta, tools) : "–");
    this._number("spent", run.seconds > 0 ? time(run.seconds, tools) : "–");
    this._number("memory", run.memory_mb ? memory(run.memory_mb, tools) : "–");
    this._number("device", run.device ? this._device(run.device) : "–");
    for (const [name, { term }] of this.pace) say(term, t(`train.pace.${name}`));
  }

  _device(device) {
    const [kind, more] = device.split(":");
    return kind === "hub" ? more : kind === "cpu" ? this.desk.tools.t("train.device.cpu") : device.toUpperCase();
  }

  _number(name, text) {
    if (!this.pace.has(name)) {
      const [term, value] = [element("dt"), element("dd")];
      this.find("pace").append(element("div", {}, term, value));
      this.pace.set(name, { term, value });
    }
    say(this.pace.get(name).value, text);
  }
}
