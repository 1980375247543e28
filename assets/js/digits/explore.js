/* Two ways to explore: a plane of two sliders, and a sheet of every digit for eight seeds. Drawn only while they can be seen. */

import { Board } from "./board.js";
import { save } from "./files.js";
import { atRest } from "./frames.js";
import * as latent from "../parts/latent.js";
import { className, sentenceKey } from "./models.js";
import { anySeed } from "./rail.js";
import { REACH } from "./state.js";

const STEPS = Array.from({ length: 9 }, (_, i) => -REACH + (i * REACH) / 4);
const HANDS = 8;

/** The plane through the present digit along two directions. `open()` says whether its panel is open; `soon()` draws it if so. */
export class Plane {
  constructor(desk, rail, root, open) {
    const [across, down] = ["across", "down"].map((id) => root.querySelector(`#${id}`));
    Object.assign(this, { desk, rail, across, down, open });
    this.board = new Board(root.querySelector("#plane"), { columns: 9, rows: 9, label: (i) => this._label(i), chosen: (i) => this._take(i) });
    for (const select of [across, down]) select.addEventListener("change", () => this._changed(select));
    this.soon = atRest((stale) => this._draw(stale), 0);
    desk.on("model", () => this._list());
    desk.on("rest", () => this.soon());
    desk.on("change", () => (this.listed === this._names().join() ? this._mark() : this._list())); // another class has other directions
    desk.tools.onLanguage(() => this._list());
    desk.tools.onTone(() => this.board.repaint());
  }

  async _draw(stale) {
    const { desk, across, down } = this;
    if (!this.open() || desk.mode !== "shape" || !desk.model || !across.value) return;
    const { directions, model } = desk;
    const { size, look } = model;
    const latents = latent.grid(desk.code, directions[across.value], directions[down.value], STEPS);
    const { view } = desk.state;
    await desk.paintMany(latents, latents.map(() => desk.classWeights), (i, picture) => this.board.put(i, picture, size, view, look), stale);
  }

  _names() {
    return Object.keys(this.desk.directions);
  }

  _list() {
    if (!this.desk.model) return;
    const names = this._names();
    this.listed = names.join();
    [this.across, this.down].forEach((select, i) => {
      const free = names.filter((name) => i === 0 || name !== this.across.value);
      const kept = free.includes(select.value) ? select.value : free[0];
      select.replaceChildren(...names.map((name) => new Option(this.rail.directionName(name), name, false, name === kept)));
    });
    this.board.name();
    this._mark();
  }

  /** The two directions always differ: the other one changes if necessary. */
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
    return tools.t("digits.plane.cell", { across: this.rail.directionName(this.across.value), x, down: this.rail.directionName(this.down.value), y });
  }

  _mark() {
    if (!this.open() || !this.across.value) return;
    const values = this.desk.sliderValues;
    const at = (name) => STEPS.findIndex((value) => Math.abs(value - values[name]) < 0.01);
    const [x, y] = [at(this.across.value), at(this.down.value)];
    this.board.mark(x < 0 || y < 0 ? -1 : y * 9 + x);
  }

  _take(i) {
    const { desk, across, down } = this;
    desk.set({ sliders: { ...desk.state.sliders, [across.value]: STEPS[i % 9], [down.value]: STEPS[Math.floor(i / 9)] } });
  }
}

const COLUMNS = 10;

/** Ten digits for eight seeds: each row is a seed. Of many classes ten are shown, the present one among them; without classes every picture
    has its own seed. */
export class Sheet {
  constructor(desk, root, open) {
    Object.assign(this, { desk, open, seed: 1, drawn: null, first: 0, place: root.querySelector("#sheet10"), board: null });
    this._lay(COLUMNS);
    root.querySelector("#others").addEventListener("click", () => this._other());
    root.querySelector("#sheet-png").addEventListener("click", () => this._download());
    this.soon = atRest((stale) => this._draw(stale), 0);
    desk.on("rest", () => this.soon());
    desk.on("model", () => {
      this._fit();
      this.board.name(); // its places may show something else now
    });
    desk.tools.onLanguage(() => this.board.name());
    desk.tools.onTone(() => this.board.repaint());
  }

  /** Make a board with so many columns. */
  _lay(columns) {
    this.place.replaceChildren();
    this.place.style.maxWidth = columns < COLUMNS ? `${columns * 84}px` : "";
    this.board = new Board(this.place, { columns, rows: HANDS, label: (i) => this._label(i), chosen: (i) => this._take(i) });
    this.board.name();
    this.drawn = null;
  }

  /** Fit the board to the present model: all its classes, the ten around the present one, or none. */
  _fit() {
    const { model, state } = this.desk;
    this.first = COLUMNS * Math.floor((model.classes ? state.digit : 0) / COLUMNS);
    const columns = model.classes ? Math.min(COLUMNS, model.classes - this.first) : COLUMNS;
    if (columns !== this.board.columns) this._lay(columns);
    else if (!model.digits) this.board.name();
  }

  async _draw(stale) {
    const { desk, seed } = this;
    if (!this.open() || desk.mode !== "shape" || !desk.model) return;
    this._fit();
    const { latent: n, size, classes, id, look } = desk.model;
    const { truncation, view } = desk.state;
    const { board, first } = this;
    const what = [id, seed, truncation, view, first].join();
    if (what === this.drawn) return;
    const { columns } = board;
    const hand = (k) => latent.scaled(latent.fromSeed(seed + k, n), truncation);
    const hands = Array.from({ length: HANDS }, (_, r) => hand(r));
    const latents = Array.from({ length: HANDS * columns }, (_, i) => (classes ? hands[Math.floor(i / columns)] : hand(i)));
    const weights = latents.map((_, i) => latent.classes(classes, first + (i % columns)));
    await desk.paintMany(latents, weights, (i, picture) => board.put(i, picture, size, view, look), stale);
    if (!stale()) this.drawn = what;
  }

  _label(i) {
    const { tools, model } = this.desk;
    const columns = this.board?.columns ?? COLUMNS;
    const row = 1 + Math.floor(i / columns);
    if (!model) return tools.t("digits.sheet10.cell", { digit: i % columns, row });
    if (!model.classes) return tools.t("digits.any.sheet10.plain", { seed: this.seed + i });
    return tools.t(sentenceKey(model, "sheet10.cell"), { digit: className(tools, model, this.first + (i % columns)), row });
  }

  _other() {
    this.seed = anySeed();
    this.board.name();
    this.soon();
  }

  _take(i) {
    const { columns } = this.board;
    const { classes } = this.desk.model;
    const kind = classes ? { seed: this.seed + Math.floor(i / columns), digit: this.first + (i % columns) } : { seed: this.seed + i };
    this.desk.set({ ...kind, origin: null, sliders: {}, to: null, blend: 0 });
  }

  async _download() {
    const { desk, seed, first } = this;
    const { model, truncation, view } = desk.state;
    await save(desk, async () => {
      const answer = await desk.tools.ask("sheet", { rows: HANDS, seed, truncation, model, cell: 128, smooth: view === "ink", first });
      return [answer.picture, `${desk.model.digits ? "digits" : model.replaceAll("/", "-")}-sheet-${seed}.png`];
    });
  }
}
