/* The settings, as lists to choose from: a short ladder of values for each number, and whatever else a link brought. */

import { CHOICES, DEFAULTS } from "../parts/engine/settings.js";
import { markup } from "../shell/markup.js";

const WEIGHTS = [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const RATES = [0.0001, 0.0003, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.03, 0.1];
const BETAS = [0, 0.5, 0.7, 0.9, 0.95, 0.99];
export const LADDERS = { r1: WEIGHTS, r2: WEIGHTS, gp: WEIGHTS, rateD: RATES, rateG: RATES, beta1D: BETAS, beta1G: BETAS, beta2D: [0.9, 0.99, 0.999], beta2G: [0.9, 0.99, 0.999], ema: [0, 0.9, 0.99, 0.999] };
const GROUPS = {
  data: ["data", "noise", "dims"],
  game: ["loss", "r1", "r2", "gp"],
  learning: ["optimizer", "rateD", "rateG", "beta1D", "beta1G", "beta2D", "beta2G", "k"],
  rest: ["unit", "batch", "ema", "seed"],
};
const WORDED = ["data", "noise", "loss", "optimizer", "unit"];

export class Rail {
  constructor(desk, place, hand, glossary) {
    Object.assign(this, { desk, place, hand, glossary });
    place.addEventListener("change", ({ target }) => this._chosen(target));
    desk.on("settings", () => this.draw());
    desk.tools.onLanguage(() => this.draw(true));
    this.draw(true);
  }

  _options(name) {
    const value = this.desk.settings[name];
    const values = CHOICES[name] ?? [...new Set([...LADDERS[name], value])].sort((a, b) => a - b);
    return name === "data" && !this.desk.settings.drawn.length ? values : values;
  }

  _word(name, value) {
    const { t } = this.desk.tools;
    if (WORDED.includes(name)) return t(`learn.${name}.${value}`);
    return ["r1", "r2", "gp", "ema"].includes(name) && !value ? t("learn.set.none") : String(value);
  }

  draw(anew = false) {
    const { settings, tools } = this.desk;
    if (anew) {
      const groups = Object.entries(GROUPS).map(([group, names]) => {
        const fields = names.map((name) => {
          const label = markup`<label for="set-${name}" data-t="learn.set.${name}"></label>`;
          const input = name === "seed" ? markup`<input id="set-seed" class="text" type="number" min="0" max="4294967295" step="1" inputmode="numeric">` : markup`<select id="set-${name}" class="text"></select>`;
          return markup`<div class="field" data-of="${name}">${label}${input}</div>`;
        });
        const say = group === "data" ? markup`<button type="button" class="chip" id="draw" data-t="learn.hand.begin"></button>` : group === "game" ? markup`<p class="note" id="loss-say"></p>` : "";
        return markup`<section class="group" aria-labelledby="group-${group}"><h2 class="cap" id="group-${group}" data-t="learn.group.${group}"></h2>${fields}${say}</section>`;
      });
      this.place.replaceChildren(markup`${groups}`.nodes);
      tools.fill(this.place);
      this.place.querySelector("#draw").addEventListener("click", () => this.hand.begin());
    }
    for (const name of Object.values(GROUPS).flat()) {
      const input = this.place.querySelector(`#set-${name}`);
      if (name === "seed") {
        if (document.activeElement !== input) input.value = settings.seed;
        continue;
      }
      const values = this._options(name).map(String);
      if (anew || values.join() !== [...input.options].map(({ value }) => value).join()) {
        input.replaceChildren(...this._options(name).map((value) => new Option(this._word(name, value), value)));
      }
      input.value = String(settings[name]);
    }
    this.place.querySelector("[data-of=beta2D]").hidden = this.place.querySelector("[data-of=beta2G]").hidden = settings.optimizer === "sgd";
    this.glossary.say(this.place.querySelector("#loss-say"), `learn.loss_say.${settings.loss}`);
  }

  _chosen(target) {
    const name = target.id?.replace("set-", "");
    if (!(name in DEFAULTS)) return;
    if (name === "data" && target.value === "drawn" && !this.desk.settings.drawn.length) {
      target.value = this.desk.settings.data;
      this.hand.begin();
      return;
    }
    if (name === "seed" && (target.value === "" || !Number.isFinite(Number(target.value)))) target.value = this.desk.settings.seed;
    this.desk.set({ [name]: Array.isArray(DEFAULTS[name]) || typeof DEFAULTS[name] !== "number" ? target.value : Number(target.value) });
  }
}
