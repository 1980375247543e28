/* A morph between two digits: latents on a great circle, classes on a line. It begins with two of its own, which change slowly into each
   other while they are in sight and unless the reader wants less motion; any other digit can be kept in their place. */

import { element } from "../parts/nodes.js";
import { save } from "./files.js";
import { eachFrame } from "./frames.js";
import { draw } from "../parts/ink.js";
import * as latent from "../parts/latent.js";
import { className, sentenceKey } from "./models.js";

const FRAMES = 11;
const SECONDS = { play: 2.4, drift: 6 }; // from A to B
const PAUSE = 50; // milliseconds between two pictures of a slow morph
const FIRST = { digits: [3, 8], others: [0, 1], seeds: [3, 8] };
const STEP = 0.6; // seconds a picture stays when motion is reduced

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Morph {
  constructor(desk, root, open) {
    Object.assign(this, { desk, open, ends: { a: null, b: null }, at: 0, playing: null, shown: null, film: [], model: null, begun: null, seen: false });
    this.find = (selector) => root.querySelector(selector);
    for (const end of ["a", "b"]) {
      this.find(`[data-keep=${end}]`).addEventListener("click", () => this.keep(end));
      this.find(`[data-end=${end}]`).addEventListener("click", () => this._show(this.ends[end]));
    }
    this.range = this.find("#place");
    this.range.addEventListener("input", () => this._pause() || this._go(Number(this.range.value) / 100));
    this.find("#play").addEventListener("click", () => (this.playing ? this._pause() : this._play()));
    this.find("#take-between").addEventListener("click", () => this._take());
    this.find("#gif").addEventListener("click", () => this._gif());
    this.find("#film").append(...Array.from({ length: FRAMES }, () => element("canvas")));
    this.redraw = eachFrame(() => this._paint());
    desk.on("model", () => this._reset());
    desk.on("engine", () => this._begin());
    new IntersectionObserver(([{ isIntersecting }]) => this._sight(isIntersecting)).observe(this.find("#between"));
    desk.tools.onLanguage(() => this._words());
    desk.tools.onTone(() => this._repaint());
    document.addEventListener("visibilitychange", () => document.hidden && this._pause());
    this._words();
  }

  /** Keep the present digit as an end. Of a blend, the digit with the larger share is kept. */
  async keep(end) {
    const { state } = this.desk;
    this._pause();
    this.model = state.model;
    this.ends[end] = { code: this.desk.code, digit: state.to !== null && state.blend > 0.5 ? state.to : state.digit };
    this._words();
    await this._draw();
  }

  /** The panel was closed. */
  rest() {
    this._pause();
  }

  /** The panel has come into sight, or gone. */
  _sight(seen) {
    this.seen = seen;
    if (seen) this._begin();
    else this._pause();
  }

  /** Two digits to begin with, once it is known who draws; what the server draws stands still. */
  async _begin() {
    const { model, engine, state } = this.desk;
    if (!this.seen || !this.open() || this.begun === state.model || !(model?.classes > 1) || (model.web && !engine?.settled)) return;
    this.begun = this.model = state.model;
    const kinds = model.digits ? FIRST.digits : FIRST.others;
    ["a", "b"].forEach((end, i) => (this.ends[end] ??= { code: latent.fromSeed(FIRST.seeds[i], model.latent), digit: kinds[i] }));
    const { a, b } = this.ends;
    this._words();
    await this._draw();
    const untouched = this.ends.a === a && this.ends.b === b;
    if (untouched && engine.where === "browser" && this.seen && !this.playing && !still.matches) this._play(SECONDS.drift, PAUSE);
  }

  get ready() {
    return this.ends.a !== null && this.ends.b !== null;
  }

  _reset() {
    if (this.model === this.desk.state.model) return this._words();
    this._pause();
    Object.assign(this, { ends: { a: null, b: null }, film: [], shown: null });
    this._words();
    this._repaint();
  }

  _between(t) {
    const { a, b } = this.ends;
    return [latent.slerp(a.code, b.code, t), latent.classes(this.desk.model.classes, a.digit, b.digit, t)];
  }

  async _draw() {
    const { desk, ends } = this;
    const known = ["a", "b"].filter((end) => ends[end]);
    const held = { ...ends };
    const same = () => held.a !== ends.a || held.b !== ends.b;
    const steps = this.ready
      ? Array.from({ length: FRAMES }, (_, i) => this._between(i / (FRAMES - 1)))
      : known.map((end) => [ends[end].code, latent.classes(desk.model.classes, ends[end].digit)]);
    const pictures = [];
    await desk.paintMany(steps.map(([z]) => z), steps.map(([, y]) => y), (i, picture) => (pictures[i] = picture), same);
    if (same()) return;
    this.thumbs = this.ready ? { a: pictures[0], b: pictures.at(-1) } : { [known[0]]: pictures[0] };
    this.film = this.ready ? pictures : [];
    this._repaint();
    if (this.ready) this._go(this.at);
  }

  _repaint() {
    const { desk } = this;
    const view = { view: desk.state.view, side: 128, look: desk.model?.look };
    for (const end of ["a", "b"]) {
      const canvas = this.find(`[data-end=${end}] canvas`);
      if (this.ends[end] && this.thumbs?.[end]) draw(canvas, this.thumbs[end], desk.model.size, view);
      else canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    }
    this.find("#film").hidden = !this.film.length;
    this.film.forEach((picture, i) => draw(this.find("#film").children[i], picture, desk.model.size, view));
    this.find("#between").classList.toggle("empty", !this.shown);
    if (this.shown) draw(this.find("#between"), this.shown, desk.model.size, { ...view, side: 320 });
    else this.find("#between").width += 0;
  }

  _go(t) {
    this.at = t;
    this.range.value = Math.round(t * 100);
    this.range.style.setProperty("--p", `${t * 100}%`);
    this.redraw();
  }

  async _paint() {
    if (!this.ready || !this.open()) return;
    const [z, y] = this._between(this.at);
    try {
      [this.shown] = await this.desk.engine.paint([z], [y]);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this._pause();
      this.find("#morph-say").textContent = error.sentence;
      return;
    }
    this.find("#between").classList.remove("empty");
    const { size, look } = this.desk.model;
    draw(this.find("#between"), this.shown, size, { view: this.desk.state.view, side: 320, look });
    const step = this.desk.tools.t("digits.morph.step", { percent: Math.round(this.at * 100) });
    this.find("#between").setAttribute("aria-label", step);
    this.range.setAttribute("aria-valuetext", step);
  }

  _play(seconds = SECONDS.play, pause = 0) {
    const playing = (this.playing = {}); // identifies this run of the film: after a pause and a new start it is another one
    this._words();
    let start = performance.now() - Math.acos(1 - 2 * (this.at < 1 ? this.at : 0)) * ((seconds * 1000) / Math.PI);
    let before = 0;
    const frame = (now) => {
      if (this.playing !== playing) return;
      requestAnimationFrame(frame);
      if (now - before < pause) return;
      if (pause && this.desk.moving) start += now - before; // nothing drifts while the hand moves something else
      before = now;
      if (pause && this.desk.moving) return;
      const time = (now - start) / 1000;
      if (still.matches) {
        const step = Math.floor(time / STEP) % (2 * (FRAMES - 1));
        this._go(Math.min(step, 2 * (FRAMES - 1) - step) / (FRAMES - 1));
      } else this._go((1 - Math.cos((time * Math.PI) / seconds)) / 2);
    };
    requestAnimationFrame(frame);
  }

  _pause() {
    if (!this.playing) return;
    this.playing = null;
    this._words();
  }

  _show(end) {
    if (end) this.desk.take(end.code, end.digit);
  }

  _take() {
    const [z] = this._between(this.at);
    const { a, b } = this.ends;
    if (a.digit === b.digit || this.at === 0) this.desk.take(z, a.digit);
    else this.desk.take(z, a.digit, b.digit, this.at);
  }

  async _gif() {
    const { a, b } = this.ends;
    const { model, view } = this.desk.state;
    const [latent_, latent_to] = [Array.from(a.code), Array.from(b.code)];
    const fields = { digit: a.digit, digit_to: b.digit, latent: latent_, latent_to, model, frames: 31, milliseconds: 60, cell: 256, smooth: view === "ink" };
    const name = this.desk.model.digits ? `digits-${a.digit}-${b.digit}.gif` : `${model.replaceAll("/", "-")}-morph.gif`;
    await save(this.desk, async () => [(await this.desk.tools.ask("morph", fields)).animation, name]);
  }

  _label(end, { digit }) {
    const { tools, model } = this.desk;
    return model.classes ? tools.t(sentenceKey(model, `morph.label_${end}`), { digit: className(tools, model, digit) }) : tools.t(`digits.any.morph.plain_${end}`);
  }

  _words() {
    const { tools, model } = this.desk;
    for (const end of ["a", "b"]) {
      const held = this.ends[end];
      const button = this.find(`[data-end=${end}]`);
      button.disabled = !held;
      button.setAttribute("aria-label", held ? this._label(end, held) : tools.t(`digits.morph.none_${end}`));
    }
    for (const id of ["place", "play", "take-between", "gif"]) this.find(`#${id}`).disabled = !this.ready;
    this.find("#play").textContent = tools.t(this.playing ? "digits.morph.pause" : "digits.morph.play");
    const one = !this.ready && (this.ends.a ?? this.ends.b) !== null;
    this.find("#morph-say").textContent = one ? tools.t(sentenceKey(model, "morph.other"), { end: this.ends.a ? "B" : "A" }) : "";
    this.find("#between").setAttribute("aria-label", tools.t(this.ready ? "digits.morph.step" : sentenceKey(model, "morph.need"), { percent: Math.round(this.at * 100) }));
  }
}
