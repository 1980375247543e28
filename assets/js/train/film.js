/* The pictures of a run: the grid, the slider that replays it, the three kinds of sheets, and the latent that is followed. */

import { element, put, say, show } from "../parts/nodes.js";
import { grey } from "../parts/runs/sheets.js";
import { Followed } from "./followed.js";
import { Grid } from "./grid.js";
import { svg } from "./svg.js";

const KINDS = ["", "raw", "rebuilt", "beside"]; // of the average, of the generator as it is, rebuilt from real pictures, beside any-style
const FRAME = 120; // ms that each sheet is shown at speed 1
const SPEEDS = [0.5, 1, 2, 4];
const ICONS = { play: "M6 4l9 5-9 5z", pause: "M6.5 4v10M11.5 4v10" };

export class Film {
  constructor(root, desk) {
    Object.assign(this, { desk, name: "", at: null, following: true, run: null, sheetKey: undefined, playing: null });
    this.find = (id) => root.querySelector(`#${id}`);
    this.grid = new Grid(this.find("board"), { label: (i) => this._label(i), chosen: (i) => this._choose(i) });
    this.followed = new Followed(root, desk, (step) => {
      this.go(step);
      if (desk.run?.order?.recipe === "sounds") this._sound();
    });
    this._controls();
    desk.on("run", () => this.update());
    desk.on("words", () => this._words());
    desk.on("tone", () => this._show(true));
    desk.on("route", () => this.desk.route.view !== "run" && this._stop());
  }

  _controls() {
    const { desk } = this;
    this.slider = this.find("when");
    this.slider.addEventListener("input", () => {
      this._stop();
      this.go(this.steps[Number(this.slider.value)]);
    });
    for (const early of ["pointerenter", "focus"]) this.slider.addEventListener(early, () => this._expect());
    this.find("play").prepend(icon("play"));
    this.find("play").addEventListener("click", () => (this.playing ? this._stop() : this._play()));
    this.speed = this.find("speed");
    this.speed.append(...SPEEDS.map((value) => element("option", { value: String(value), selected: value === 1 })));
    this.kinds = KINDS.map((name) => {
      const input = element("input", { type: "radio", name: "which", value: name, checked: name === "" });
      return { name, input, label: element("label", { hidden: true }, input, element("span")) };
    });
    this.find("which").append(...this.kinds.map(({ label }) => label));
    this.find("which").addEventListener("change", (event) => this._kind(event.target.value));
    const pixels = this.find("pixels");
    pixels.addEventListener("click", () => {
      const on = pixels.getAttribute("aria-pressed") !== "true";
      put(pixels, "aria-pressed", on);
      this.grid.view(on);
    });
    desk.tools.fill(pixels);
  }

  get steps() {
    return this.desk.run?.samples?.[this.name] ?? [];
  }

  /** Follow the present state of the run. */
  update() {
    const { run } = this.desk;
    show(this.find("when").closest(".film"), run.order?.recipe !== "verse"); // poems are no pictures
    if (run.id !== this.run) this._fresh(run);
    this._together();
    for (const { name, label } of this.kinds) show(label, Boolean(run.samples?.[name]?.length));
    show(this.find("which"), this.kinds.filter(({ label }) => !label.hidden).length > 1);
    if (this.following || !this.steps.includes(this.at)) this.at = this.steps.at(-1) ?? null;
    this._slide();
    this._show();
    this.followed.draw();
    this.followed.ring(this.at);
  }

  /** How many pictures of a sheet belong together: a photograph and its painting, and the one of any-style between them. */
  _together() {
    this.grid.together = this.desk.run?.order?.recipe !== "stylize" ? 0 : this.name === "beside" ? 3 : 2;
  }

  _fresh(run) {
    this._stop();
    const first = run.samples?.beside?.length ? "beside" : "";
    Object.assign(this, { run: run.id, name: first, at: null, following: true, sheetKey: undefined });
    for (const { name, input } of this.kinds) input.checked = name === first;
    this.followed.name = first;
    this.followed.chosen = -1;
    this.followed.draw(true);
    this.grid.mark(-1);
    this.grid.name();
    this._words();
  }

  /** Show the sheet of a step; the last one is followed from then on. */
  go(step) {
    this.at = step;
    this.following = step === this.steps.at(-1);
    this._slide();
    this._show();
    this.followed.ring(step);
  }

  _slide() {
    const { steps, slider } = this;
    const { t, number } = this.desk.tools;
    const i = steps.indexOf(this.at);
    const most = Math.max(0, steps.length - 1);
    show(this.find("scrub"), steps.length > 0);
    put(slider, "max", most);
    if (Number(slider.value) !== i) slider.value = i;
    slider.style.setProperty("--p", most ? `${(100 * i) / most}%` : "100%");
    slider.disabled = this.find("play").disabled = this.speed.disabled = most === 0;
    const words = this.at === null ? "" : t("train.samples.step", { step: number(this.at) });
    put(slider, "aria-valuetext", words);
    say(this.find("when-said"), words);
  }

  /** Show the sheet of the present step; a newer request replaces an older one. */
  async _show(anew = false) {
    const { desk, name, at } = this;
    const { run } = desk;
    if (!run) return;
    const soon = run.state === "running" || run.state === "waiting";
    const sheetKey = at === null ? `${run.id}/${soon}` : `${run.id}/${name}/${at}`;
    if (sheetKey === this.sheetKey && !anew) return;
    this.sheetKey = sheetKey;
    if (at === null) {
      this.grid.put(null, desk.tools.t(soon ? "train.samples.soon" : "train.samples.none"));
      return;
    }
    const sheet = desk.sheets.ready(run.id, name, at) ?? (await desk.sheets.get(run.id, name, at, grey(run.order)));
    if (this.sheetKey !== sheetKey) return;
    if (sheet) this.grid.put(sheet);
    else this.sheetKey = undefined; // requested again with the next update
  }

  _kind(name) {
    this.name = this.followed.name = name;
    this._together();
    if (!this.steps.includes(this.at)) this.at = this.steps.at(-1) ?? null;
    this._slide();
    this._show();
    this.followed.draw(true);
    this._words();
  }

  _choose(i) {
    const sounds = this.desk.run?.order?.recipe === "sounds"; // a sound is pressed again to hear it again
    const chosen = this.followed.chosen === i && !sounds ? -1 : i;
    this.grid.mark(chosen);
    this.followed.choose(chosen);
    this.followed.ring(this.at);
    if (sounds) this._sound();
  }

  /** Have the chosen sample of the present step heard. */
  _sound() {
    this.desk.tell("sample", { number: this.followed.chosen + 1, step: this.at, sheet: this.name });
  }

  /** Fetch the run's sheets in advance, because the reader is about to play them. */
  _expect() {
    const { run, sheets } = this.desk;
    if (run) for (const step of this.steps.slice(0, 200)) sheets.get(run.id, this.name, step, grey(run.order), false);
  }

  _play() {
    const { steps } = this;
    if (steps.length < 2) return;
    this._expect();
    let i = steps.indexOf(this.at);
    if (i === steps.length - 1) i = -1;
    const { id } = this.desk.run;
    const playing = (this.playing = { timer: 0 }); // identifies this run of the film: after a stop and a new start it is another one
    const turn = async () => {
      const step = this.steps[++i];
      if (step === undefined || this.desk.run?.id !== id) return this._stop();
      await this.desk.sheets.get(id, this.name, step, grey(this.desk.run.order));
      if (this.playing !== playing) return;
      this.go(step);
      playing.timer = setTimeout(turn, FRAME / Number(this.speed.value));
    };
    playing.timer = setTimeout(turn, 0);
    this._words();
  }

  _stop() {
    if (!this.playing) return;
    clearTimeout(this.playing.timer);
    this.playing = null;
    this._words();
  }

  _label(i) {
    const { run, tools } = this.desk;
    const rows = this.grid.sheet?.rows ?? 8;
    const kind = run?.classes?.length ? run.classes[Math.floor(i / rows) % run.classes.length] : null;
    const what = run?.order?.recipe === "sounds" ? "sound" : "picture";
    return tools.t(`train.samples.${what}${kind === null ? "" : "_of"}`, { number: i + 1, kind });
  }

  _words() {
    const { t } = this.desk.tools;
    const play = this.find("play");
    const doing = this.playing ? "pause" : "play";
    put(play.querySelector("path"), "d", ICONS[doing]);
    put(play, "title", t(`train.samples.${doing}`));
    say(play.querySelector("span"), t(`train.samples.${doing}`));
    const recipe = this.desk.run?.order?.recipe;
    const average = recipe === "stylize" ? "painted" : "average";
    for (const { name, label } of this.kinds) say(label.lastElementChild, t(`train.samples.kind.${name || average}`));
    say(this.find("which-say"), t(`train.samples.kind_say.${this.name || (recipe === "sounds" ? "heard" : average)}`));
    const { number } = this.desk.tools;
    for (const option of this.speed.options) say(option, t("train.samples.times", { speed: number(Number(option.value), option.value.includes(".") ? 1 : 0) }));
    this.grid.name();
    this._slide();
  }
}

function icon(name) {
  const node = svg("svg", { viewBox: "0 0 18 18", "aria-hidden": "true" });
  svg("path", { d: ICONS[name] }, node);
  return node;
}
