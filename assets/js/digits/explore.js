/* Ways to look around: a plane of two sliders, and a sheet of every digit in eight hands. Drawn only while they are in view. */

import { Board } from "./board.js";
import * as latent from "../latent.js";
import { anySeed } from "./rail.js";
import { save } from "./files.js";
import { REACH } from "./state.js";
import { atRest } from "./frames.js";

const STEPS = Array.from({ length: 9 }, (_, i) => -REACH + (i * REACH) / 4);
const HANDS = 8;

/** The plane through the present digit along two directions. `open()` tells whether its panel is; `soon()` draws it then. */
export class Plane {
  constructor(desk, rail, root, open) {
    const [across, down] = ["across", "down"].map((id) => root.querySelector(`#${id}`));
    Object.assign(this, { desk, rail, across, down, open });
    this.board = new Board(root.querySelector("#plane"), { columns: 9, rows: 9, label: (i) => this._label(i), taken: (i) => this._take(i) });
    for (const select of [across, down]) select.addEventListener("change", () => this._changed(select));
    this.soon = atRest((stale) => this._draw(stale), 0);
    desk.on("model", () => this._list());
    desk.on("rest", () => this.soon());
    desk.on("change", () => this._mark());
    desk.tools.onLanguage(() => this._list());
    desk.tools.onTone(() => this.board.repaint());
  }

  async _draw(stale) {
    const { desk, across, down } = this;
    if (!this.open() || desk.mode !== "shape" || !desk.model || !across.value) return;
    const { directions, size } = desk.model;
    const latents = latent.grid(desk.code, directions[across.value], directions[down.value], STEPS);
    const { view } = desk.state;
    await desk.paintMany(latents, latents.map(() => desk.weights), (i, picture) => this.board.put(i, picture, size, view), stale);
  }

  _names() {
    return [...this.desk.model.attributes, ...this.desk.model.raw];
  }

  _list() {
    if (!this.desk.model) return;
    const names = this._names();
    [this.across, this.down].forEach((select, i) => {
      const kept = names.includes(select.value) ? select.value : names[i];
      select.replaceChildren(...names.map((name) => new Option(this.rail.called(name), name, false, name === kept)));
    });
    this.board.name();
    this._mark();
  }

  /** The two directions differ: the other one gives way. */
  _changed(select) {
    const other = select === this.across ? this.down : this.across;
    if (other.value === select.value) other.value = this._names().find((name) => name !== select.value);
    this.board.name();
    this._mark();
    this.soon();
  }

  _label(i) {
    const { tools } = this.desk;
    const [x, y] = [STEPS[i % 9], STEPS[Math.floor(i / 9)]].map((value) => tools.number(value, 2));
    return tools.t("digits.plane.cell", { across: this.rail.called(this.across.value), x, down: this.rail.called(this.down.value), y });
  }

  _mark() {
    if (!this.open() || !this.across.value) return;
    const standing = this.desk.standing;
    const at = (name) => STEPS.findIndex((value) => Math.abs(value - standing[name]) < 0.01);
    const [x, y] = [at(this.across.value), at(this.down.value)];
    this.board.mark(x < 0 || y < 0 ? -1 : y * 9 + x);
  }

  _take(i) {
    const { desk, across, down } = this;
    desk.set({ sliders: { ...desk.state.sliders, [across.value]: STEPS[i % 9], [down.value]: STEPS[Math.floor(i / 9)] } });
  }
}

/** Ten digits in eight hands: each row is a seed. */
export class Sheet {
  constructor(desk, root, open) {
    Object.assign(this, { desk, open, seed: 1, drawn: null });
    this.board = new Board(root.querySelector("#sheet10"), { columns: 10, rows: HANDS, label: (i) => this._label(i), taken: (i) => this._take(i) });
    root.querySelector("#others").addEventListener("click", () => this._other());
    root.querySelector("#sheet-png").addEventListener("click", () => this._download());
    this.soon = atRest((stale) => this._draw(stale), 0);
    desk.on("rest", () => this.soon());
    desk.tools.onLanguage(() => this.board.name());
    desk.tools.onTone(() => this.board.repaint());
    this.board.name();
  }

  async _draw(stale) {
    const { desk, seed } = this;
    if (!this.open() || desk.mode !== "shape" || !desk.model) return;
    const { latent: n, size, classes, id } = desk.model;
    const { truncation, view } = desk.state;
    const what = [id, seed, truncation, view].join();
    if (what === this.drawn) return;
    const hands = Array.from({ length: HANDS }, (_, r) => latent.scaled(latent.fromSeed(seed + r, n), truncation));
    const latents = hands.flatMap((hand) => Array(10).fill(hand));
    const weights = latents.map((_, i) => latent.classes(classes, i % 10));
    await desk.paintMany(latents, weights, (i, picture) => this.board.put(i, picture, size, view), stale);
    if (!stale()) this.drawn = what;
  }

  _label(i) {
    return this.desk.tools.t("digits.sheet10.cell", { digit: i % 10, row: 1 + Math.floor(i / 10) });
  }

  _other() {
    this.seed = anySeed();
    this.soon();
  }

  _take(i) {
    this.desk.set({ seed: this.seed + Math.floor(i / 10), digit: i % 10, found: null, sliders: {}, to: null, blend: 0 });
  }

  async _download() {
    const { desk, seed } = this;
    const { model, truncation, view } = desk.state;
    await save(desk, async () => {
      const answer = await desk.tools.ask("sheet", { rows: HANDS, seed, truncation, model, cell: 128, smooth: view === "ink" });
      return [answer.picture, `digits-sheet-${seed}.png`];
    });
  }
}
