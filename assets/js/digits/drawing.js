/* The drawing mode: the reader draws a digit, the network makes the closest one it can, and the discriminator judges the drawing. */

import { address } from "../parts/files.js";
import { pageError } from "../parts/troubles.js";
import { squared } from "./files.js";
import { atRest } from "./frames.js";
import { draw } from "../parts/ink.js";
import { dim, showNoVerdict, showVerdict } from "./judge.js";
import { pixelsOf } from "./margin.js";
import { className, sentenceKey } from "./models.js";
import { Sketch } from "../parts/sketch.js";
import { packed } from "./state.js";

const PAUSE = 450; // milliseconds after the last stroke before the search begins, so that the pen can be set down again
const UNUSUAL = 90; // per cent of samples that are more usual than a drawing: from here on it is called unusual

export class Drawing {
  constructor(desk, root) {
    Object.assign(this, { desk, answer: null, verdict: null, inks: null, searching: false });
    this.find = (id) => root.querySelector(`#${id}`);
    const { t } = desk.tools;
    this.pad = new Sketch(this.find("pad"), () => this._changed(), (word) => (this.find("pen").textContent = t(`digits.draw.pen_${word}`)));
    this.soon = atRest((stale) => this._search(stale), PAUSE);
    this.find("undo").addEventListener("click", () => this.pad.undo());
    this.find("wipe").addEventListener("click", () => this.pad.wipe());
    this.find("take").addEventListener("click", () => this._take());
    this.find("read-as").addEventListener("change", () => this.pad.empty || this._changed());
    this.find("picture").addEventListener("change", (event) => this._chosen(event.target));
    desk.on("model", () => this._model());
    desk.on("mode", () => desk.mode === "draw" && !this.answer && !this.pad.empty && this._changed());
    desk.tools.onLanguage(() => {
      if (desk.model) this._kinds();
      this._write();
    });
    desk.tools.onTone(() => this.pad.paint() || this._write());
    this._write();
  }

  /** Another generator has other classes, and perhaps cannot search. */
  _model() {
    const { model, mode } = this.desk;
    Object.assign(this, { answer: null, verdict: null, inks: null });
    this._kinds();
    this.find("modes").hidden = !model.can.find;
    this.find("judge-yours").hidden = !model.can.judge;
    if (mode === "draw" && !model.can.find) this.desk.enter("shape");
    else if (this.searching) this.soon(); // drawn before a generator was here
    this._write();
  }

  /** The classes that a drawing can be read as; none for a model without classes. */
  _kinds() {
    const { model, tools } = this.desk;
    const select = this.find("read-as");
    const [auto] = select.options;
    const kept = select.value;
    select.replaceChildren(auto, ...model.names.map((_, kind) => new Option(className(tools, model, kind), kind)));
    select.value = model.names[kept] === undefined ? "" : kept;
    select.closest(".field").hidden = !model.classes;
  }

  /** Lay a picture of a digit on the sheet and look for it. */
  async lay(file) {
    const picture = await squared(file);
    if (picture) this.pad.lay(picture, await address(file));
    else this.desk.trouble({ title: "open", error: pageError(this.desk.tools, "digits.error.not_a_picture"), kept: this._kept });
  }

  /** Key of the sentence that says what is kept after an error. */
  get _kept() {
    if (this.pad.empty) return null;
    return this.pad.strokes.length ? "kept_drawing" : "kept_picture";
  }

  _changed() {
    this.find("hint").hidden = !this.pad.empty;
    this.find("undo").disabled = !this.pad.undoable;
    this.find("wipe").disabled = this.pad.empty;
    this.searching = !this.pad.empty;
    if (this.pad.empty) {
      Object.assign(this, { answer: null, verdict: null, inks: null });
      this.desk.trouble(null);
    }
    this._write();
    this.soon();
  }

  async _search(stale) {
    const { desk, pad } = this;
    if (pad.empty || !desk.model) return;
    const picture = pad.toFile();
    const { id: model, can, size, look } = desk.model;
    const { ask } = desk.tools;
    try {
      const readAs = this.find("read-as").value;
      const answer = await ask("invert", { picture, model, digit: readAs === "" ? null : Number(readAs) });
      const verdict = can.judge ? await ask("discriminate", { picture, model, digit: answer.digit }) : null;
      const inks = { seen: await pixelsOf(answer.seen, size, look), closest: await pixelsOf(answer.found, size, look) };
      if (stale()) return;
      Object.assign(this, { answer: { ...answer, model }, verdict, inks, searching: false });
      desk.trouble(null);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (stale()) return;
      Object.assign(this, { answer: null, verdict: null, inks: null, searching: false });
      desk.trouble({ title: "find", error, kept: this._kept, again: () => this._changed() });
    }
    this._write();
  }

  async _take() {
    const { desk, answer } = this;
    if (!answer) return;
    desk.enter("shape");
    desk.take(answer.latent, answer.digit);
  }

  async _chosen(input) {
    const [file] = input.files;
    input.value = "";
    if (file) await this.lay(file);
  }

  _write() {
    const { tools, model } = this.desk;
    const { answer, verdict, inks } = this;
    this.find("take").disabled = !answer;
    const own = answer?.model === "digits" ? `&${new URLSearchParams({ digit: answer.digit, z: packed(answer.latent) })}` : "";
    this.find("why").href = `learn#chapter=9${own}`; // whose figure takes this very digit apart
    for (const id of ["seen", "closest"]) {
      const canvas = this.find(id);
      if (inks) draw(canvas, inks[id], model.size, { view: id === "seen" ? "pixels" : this.desk.state.view, side: 320, look: model.look });
      else canvas.width += 0;
    }
    this.find("closest").setAttribute("aria-label", answer ? this._named("found_label", answer) : tools.t(sentenceKey(model, "draw.waiting")));
    this.find("found-say").textContent = this._sentence();
    for (const place of [this.find("judge-yours"), this.find("closest").closest(".two")]) dim(place, Boolean(answer) && this.searching);
    if (verdict) showVerdict(this.find("judge-yours"), tools, verdict.probability, model, true);
    else showNoVerdict(this.find("judge-yours"));
  }

  /** A sentence that names the class that was found, where there are classes. */
  _named(key, answer, values = {}) {
    const { tools, model } = this.desk;
    if (!model.classes) return tools.t(`digits.any.draw.${key}_plain`, values);
    return tools.t(sentenceKey(model, `draw.${key}`), { ...values, digit: className(tools, model, answer.digit) });
  }

  _sentence() {
    const { model, tools } = this.desk;
    const say = (key, values) => tools.t(sentenceKey(model, key), values);
    const { answer } = this;
    if (this.searching) return tools.t("digits.draw.searching");
    if (!answer) return say("draw.waiting");
    if (answer.verdict === "not_a_digit") return say("draw.unsure");
    const percent = Math.round(answer.typical * 100);
    const sentences = [this._named("match", answer, { percent: Math.round((1 - answer.residual) * 100) })];
    if (answer.verdict === "loose") sentences.push(tools.t("digits.draw.loose"));
    sentences.push(percent < UNUSUAL ? say("draw.typical") : say("draw.unusual", { percent: Math.min(99, percent) }));
    return this.desk.tools.sentences(sentences);
  }
}
