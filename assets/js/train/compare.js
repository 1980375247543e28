/* Two runs side by side: their samples at the same step, their curves on the same axes, the settings that differ, and their measures. */

import { element, put, say, show } from "../parts/nodes.js";
import { grey } from "../parts/runs/sheets.js";
import { called } from "./called.js";
import { Chart } from "./chart.js";
import { reach } from "./charts.js";
import { address, merged } from "./desk.js";
import { Grid } from "./grid.js";
import { numbers } from "./numbers.js";
import { nearest } from "./scale.js";
import { plain, short } from "./values.js";

const PAUSE = { busy: 1500, rest: 8000 }; // ms between two looks at both
const CURVES = [
  ["g_loss", "train.compare.g_loss"],
  ["d_loss", "train.compare.d_loss"],
];
const HEALTH = [
  ["pair_diversity", "diagnostics.pair_diversity.name"],
  ["recall", "diagnostics.recall.name"],
];
const LONGEST = 18; // most letters of a name beside a line
const FIRST = ["modes_covered", "pair_diversity", "recall", "coverage", "entropy", "divergence", "duplicates", "oscillation", "memorising", "critic"]; // the others come after them

/** The settings in which two orders differ: [name, one, other]; missing settings have their defaults. */
function differences(one, other, schema) {
  const filled = (order) => ({ ...Object.fromEntries(Object.entries(schema).map(([name, entry]) => [name, entry.default])), ...order.settings, steps: order.steps, seed: order.seed ?? 0 });
  const [a, b] = [filled(one), filled(other)];
  return [...new Set(["steps", ...Object.keys(a), ...Object.keys(b)])].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name])).map((name) => [name, a[name], b[name]]);
}

export class Compare {
  constructor(root, desk) {
    Object.assign(this, { desk, place: root.querySelector("#compare"), runs: [null, null], share: 1 });
    this._build();
    desk.on("route", () => this._route());
    desk.on("words", () => desk.route.view === "compare" && this.draw());
    desk.on("tone", () => desk.route.view === "compare" && this._grids(true));
  }

  _build() {
    const { tools } = this.desk;
    this.sides = [0, 1].map((i) => {
      const [name, state, board] = [element("a", { className: `run${i}` }), element("p", { className: "note" }), element("div", { className: "sheet board" })];
      const grid = new Grid(board, { label: (k) => tools.t("train.samples.picture", { number: k + 1 }), chosen: () => {} });
      grid.cells.element.remove(); // two grids of buttons without a purpose would only disturb
      return { name, state, grid, sheetKey: null, element: element("div", { className: "side" }, element("h2", { className: "cap" }, name), state, board) };
    });
    this.slider = element("input", { type: "range", min: 0, max: 1000, value: 1000, id: "both" });
    this.at = element("output", { htmlFor: "both" });
    this.label = element("label", { className: "vh", htmlFor: "both" });
    this.slider.addEventListener("input", () => {
      this.share = Number(this.slider.value) / 1000;
      this._grids();
    });
    const chart = (title, height = 190) => {
      const figure = element("figure", { className: "chart" });
      return new Chart(figure, tools, { title, height });
    };
    this.curves = [...CURVES, ...HEALTH].map(([id, title]) => ({ id, chart: chart(title) }));
    this.settings = element("div", { className: "tabled" });
    this.health = element("div", { className: "tabled" });
    this.titles = [element("h2", { className: "cap" }), element("h2", { className: "cap" })];
    this.place.append(
      element("div", { className: "sides" }, ...this.sides.map((side) => side.element)),
      element("div", { className: "scrub" }, this.label, this.slider, this.at),
      element("div", { className: "charts" }, ...this.curves.map(({ chart: { figure } }) => figure)),
      element("section", {}, this.titles[0], this.settings),
      element("section", {}, this.titles[1], this.health),
    );
  }

  _route() {
    clearTimeout(this.timer);
    const { view, id, other } = this.desk.route;
    if (view !== "compare") return;
    const key = `${id},${other}`;
    if (this.key !== key) Object.assign(this, { key, runs: [null, null], share: 1 });
    this.slider.value = 1000 * this.share;
    this._look();
  }

  async _look() {
    const { wire, route } = this.desk;
    const { key } = this;
    clearTimeout(this.timer);
    try {
      const ids = [route.id, route.other];
      const answers = await Promise.all(ids.map((id, i) => wire.ask("job_show", { id, since: this.runs[i]?.mark ?? -1 })));
      if (this.key !== key || this.desk.route.view !== "compare") return;
      this.runs = answers.map((answer, i) => merged(this.runs[i], answer));
      this.desk.trouble(null);
      this.draw();
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (wire.reachable) this.desk.trouble("train.error.lost", error);
    }
    const busy = this.runs.some((run) => run?.state === "running");
    this.timer = setTimeout(() => this._look(), document.hidden ? 10_000 : busy ? PAUSE.busy : PAUSE.rest);
  }

  draw() {
    if (this.runs.some((run) => !run)) return;
    const { tools } = this.desk;
    const { t, number } = tools;
    this.runs.forEach((run, i) => {
      const side = this.sides[i];
      say(side.name, called(run, tools));
      put(side.name, "href", address(`#run=${run.id}`));
      say(side.state, t("train.compare.state", { state: t(`train.card.${run.state}_plain`), step: number(run.step), steps: number(run.steps) }));
      put(side.name, "title", called(run, tools));
    });
    say(this.label, t("train.samples.when"));
    this._grids();
    this._charts();
    this._tables();
  }

  /** The step at the slider; both runs show the sheet nearest to it. */
  get step() {
    return Math.round(this.share * Math.max(...this.runs.map((run) => run.samples?.[""]?.at(-1) ?? 0)));
  }

  async _grids(anew = false) {
    const { sheets, tools } = this.desk;
    const { step } = this;
    this.slider.style.setProperty("--p", `${100 * this.share}%`);
    say(this.at, tools.t("train.samples.step", { step: tools.number(step) }));
    put(this.slider, "aria-valuetext", this.at.textContent);
    await Promise.all(
      this.runs.map(async (run, i) => {
        const side = this.sides[i];
        const steps = run.samples?.[""] ?? [];
        if (!steps.length) return side.grid.put(null, tools.t("train.samples.none"));
        const at = steps[nearest(steps, step)];
        const sheetKey = `${run.id}/${at}`;
        if (side.sheetKey === sheetKey && !anew) return;
        side.sheetKey = sheetKey;
        const sheet = await sheets.get(run.id, "", at, grey(run.order));
        if (sheet && side.sheetKey === sheetKey) side.grid.put(sheet);
      }),
    );
  }

  _charts() {
    const { tools } = this.desk;
    const end = Math.max(...this.runs.map((run) => Math.max(run.step, run.state === "running" ? run.steps : 1)));
    for (const { id, chart } of this.curves) {
      const of = CURVES.some(([name]) => name === id) ? logged : diagnosed;
      const lines = this.runs.map((run, i) => of(run, id, i, brief(called(run, tools)))).filter(Boolean);
      show(chart.figure, lines.length > 0);
      if (lines.length) chart.draw({ lines, levels: [], end, now: null, reach: of === logged ? reach(end) : 0, say: this._say(id, of === logged) });
    }
  }

  /** A sentence about a chart of two runs. */
  _say(id, loss) {
    const { t, number } = this.desk.tools;
    const [one, other] = this.runs.map((run) => run.order?.settings?.loss ?? "relativistic");
    if (loss) return t(one === other ? "train.compare.same_game" : "train.compare.other_game");
    const real = this.runs.map((run) => run.lamps?.[id]?.real).find((value) => value !== null && value !== undefined);
    return real === undefined ? "" : t("train.compare.real", { real: short(real, number) });
  }

  _tables() {
    const { t, number } = this.desk.tools;
    const names = this.runs.map((run) => called(run, this.desk.tools));
    const { schema } = this.desk.options ?? { schema: {} };
    const differ = differences(this.runs[0].order, this.runs[1].order, schema);
    say(this.titles[0], t("train.compare.settings"));
    say(this.titles[1], t("train.compare.measured"));
    const value = (name, it) => (name === "loss" ? t(`losses.${it}.name`) : plain(it, this.desk.tools));
    const rows = differ.map(([name, one, other]) => [t(`train.field.${name}`), value(name, one), value(name, other)]);
    replace(this.settings, rows.length ? numbers([t("train.compare.setting"), ...names], rows) : element("p", { className: "say", textContent: t("train.compare.same") }));
    const all = new Set(this.runs.flatMap((run) => Object.keys(run.lamps ?? {}).filter((name) => run.lamps[name]?.threshold !== undefined)));
    const known = [...FIRST.filter((name) => all.delete(name)), ...all];
    const measured = known.map((name) => [t(`diagnostics.${name}.name`), ...this.runs.map((run) => (run.lamps?.[name] ? `${short(run.lamps[name].value, number)}${run.lamps[name].ill ? ` (${t("train.health.ill")})` : ""}` : "–"))]);
    replace(this.health, measured.length ? numbers([t("train.compare.measure"), ...names], measured) : element("p", { className: "say", textContent: t("train.health.none") }));
  }
}

/** A name short enough for the end of a line. */
const brief = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name);

/** A series of a run's log. */
function logged(run, id, i, name) {
  const series = run.curves?.series?.[id];
  return series && { id: String(i), name, kind: i ? "d" : "g", step: run.curves.step, ...series };
}

/** A measure of a run's diagnoses. */
function diagnosed(run, id, i, name) {
  const diagnoses = [...run.diagnoses].filter((each) => each[id]).sort((a, b) => a.step - b.step);
  return diagnoses.length ? { id: String(i), name, kind: i ? "d" : "g", step: diagnoses.map((each) => each.step), mean: diagnoses.map((each) => each[id].value) } : null;
}

function replace(place, content) {
  if (place.childNodes.length !== 1 || !place.firstChild.isEqualNode(content)) place.replaceChildren(content);
}
