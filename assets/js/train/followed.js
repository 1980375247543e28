/* One latent through the whole training: eleven pictures from the same place of the grid. */

import { element, put, say, show } from "../parts/nodes.js";
import { grey } from "../parts/runs/sheets.js";
import { nearest, spread } from "./scale.js";

const COUNT = 11;
const SIDE = 64;

export class Followed {
  /** taken(step): the reader chose a step. */
  constructor(root, desk, taken) {
    Object.assign(this, { desk, chosen: -1, name: "" });
    this.find = (id) => root.querySelector(`#${id}`);
    this.place = this.find("followed");
    this.steps = Array.from({ length: COUNT }, () => {
      const button = element("button", { type: "button" }, element("canvas", { width: 2 * SIDE, height: 2 * SIDE }), element("span"));
      button.addEventListener("click", () => button.dataset.step && taken(Number(button.dataset.step)));
      return button;
    });
    this.find("followed-row").append(...this.steps);
    desk.on("words", () => this.draw());
    desk.on("tone", () => this.draw(true));
  }

  /** Follow picture i, none with -1. */
  choose(i) {
    this.chosen = i;
    this.draw(true);
  }

  /** The steps of the eleven pictures: spread over the planned run while it goes on, over the existing sheets once it has ended. */
  _moments() {
    const { run } = this.desk;
    const steps = run.samples[this.name] ?? [];
    if (run.state !== "running" && run.state !== "waiting") return spread(steps, COUNT);
    return Array.from({ length: COUNT }, (_, k) => {
      const planned = (k * run.steps) / (COUNT - 1);
      const at = steps.length ? steps[nearest(steps, planned)] : null;
      const reached = k === 0 ? steps.length > 0 : planned <= (steps.at(-1) ?? -1);
      return reached ? at : null;
    });
  }

  /** Draw what has changed; `anew`: all of it. */
  draw(anew = false) {
    const { run, tools } = this.desk;
    const shown = this.chosen >= 0 && Boolean(run?.samples?.[this.name]?.length);
    show(this.place, shown);
    if (!shown) return;
    say(this.find("followed-title"), tools.t(run.order?.recipe === "sounds" ? "train.followed.sound" : "train.followed.title", { number: tools.number(this.chosen + 1) }));
    const moments = this._moments();
    this.steps.forEach((button, k) => this._step(button, moments[k] ?? null, anew));
  }

  _step(button, step, anew) {
    const { t, number } = this.desk.tools;
    const key = step === null ? "" : String(step);
    say(button.lastElementChild, step === null ? "" : number(step));
    put(button, "aria-label", step === null ? t("train.followed.later") : t("train.followed.step", { step: number(step) }));
    button.disabled = step === null;
    if (button.dataset.step === key && !anew) return;
    button.dataset.step = key;
    if (step === null) this._paint(button, null);
    else this._fetch(button, step);
  }

  async _fetch(button, step) {
    const { desk } = this;
    const { id, order } = desk.run;
    const [name, chosen] = [this.name, this.chosen];
    const sheet = await desk.sheets.get(id, name, step, grey(order), false);
    if (sheet && button.dataset.step === String(step) && chosen === this.chosen && name === this.name && desk.run?.id === id) this._paint(button, sheet);
  }

  _paint(button, sheet) {
    const canvas = button.firstElementChild;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    sheet?.paint(context, this.chosen, 4, 4, canvas.width - 8);
  }

  /** Ring the moment that the grid shows. */
  ring(step) {
    const known = this.steps.map((button) => (button.dataset.step ? Number(button.dataset.step) : Infinity));
    const at = step === null ? -1 : known.indexOf(step);
    this.steps.forEach((button, k) => put(button, "aria-current", k === at ? "true" : null));
  }
}
