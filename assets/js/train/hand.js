/* Driving a run by hand: one turn of a player, of both, slow motion; and what the turn changed: pictures, scores, pull. */

import { element, put, say, show } from "../parts/nodes.js";
import { grey, ink, Sheet } from "../parts/runs/sheets.js";
import { Scores } from "./scores.js";
import { short, time } from "./values.js";

const COUNT = 10; // pictures of a look
const SIDE = 64; // pixels of the canvas for each of them
const GLANCE = 120; // ms between two questions whether a turn is done
const STAGE = 1600; // ms of a stage of slow motion
const ROWS = ["before", "after", "pull"];
const STAGES = [
  { key: "judge", lit: ["scores"] },
  { key: "move_d", lit: ["scores"], act: "discriminator" },
  { key: "feel", lit: ["pull"] },
  { key: "move_g", lit: ["before", "after", "scores"], act: "generator" },
];

/** Whether a run can be driven by whoever looks at it. */
const drivable = ({ run, options }) =>
  run.yours && !run.remote && !options?.borrowed && run.order?.recipe === "gan" && run.order.settings?.architecture !== "vae" && (run.order.processes ?? 1) === 1 && ["running", "waiting"].includes(run.state) && !run.ending;

/** A sheet from PNG in base64; `inked`: grey pictures in the colour of the present tone. */
async function unpacked(packed, inked) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const sheet = new Sheet(bitmap, inked, inked ? ink() : null);
  bitmap.close();
  return sheet;
}

/** The pull as colours: what is to get more ink in the accent, what is to get less in the colour of faults. */
function coloured(sheet) {
  const context = sheet.canvas.getContext("2d");
  const pixels = context.getImageData(0, 0, sheet.canvas.width, sheet.canvas.height);
  const [more, less] = ["--accent", "--bad"].map((name) => ink(name));
  for (let i = 0; i < pixels.data.length; i += 4) {
    const pull = ((pixels.data[i] + pixels.data[i + 1] + pixels.data[i + 2]) / 3 - 128) / 127;
    [pixels.data[i], pixels.data[i + 1], pixels.data[i + 2]] = pull > 0 ? more : less;
    pixels.data[i + 3] = Math.min(255, Math.abs(pull) ** 0.6 * 255);
  }
  context.putImageData(pixels, 0, 0);
  return sheet;
}

export class Hand {
  constructor(root, desk) {
    Object.assign(this, { desk, answer: null, id: "", busy: false, stage: -1, timer: 0 });
    this.find = (id) => root.querySelector(`#${id}`);
    this.place = this.find("hand");
    this.buttons = Object.fromEntries(["hold", "discriminator", "generator", "both", "slow", "go"].map((act) => [act, this._button(act)]));
    this.rows = Object.fromEntries(ROWS.map((name) => [name, this._row(name)]));
    this.scores = new Scores(this.find("hand-scores"), desk.tools);
    desk.on("run words", () => desk.run && this.update());
    desk.on("tone", () => this._draw());
    desk.on("route", () => this._still());
    addEventListener("resize", () => this.desk.run && this.answer?.after && this.scores.draw(this.answer));
    document.addEventListener("visibilitychange", () => document.hidden && this._still());
  }

  _button(act) {
    const button = element("button", { type: "button", className: `btn ${act === "both" ? "main" : act === "go" ? "bare" : "soft"}`, dataset: { act } });
    button.addEventListener("click", () => (act === "slow" ? this._slow() : (this._still(), this.act(act))));
    this.find("hand-acts").append(button);
    return button;
  }

  _row(name) {
    const caption = element("p", { className: "note" });
    const canvas = element("canvas", { width: COUNT * SIDE, height: SIDE });
    put(canvas, "role", "img");
    const row = element("div", { className: "strip", dataset: { row: name } }, caption, canvas);
    this.find("hand-rows").append(row);
    return { caption, canvas, row };
  }

  update() {
    const { run, tools } = this.desk;
    const { t } = tools;
    if (run.id !== this.id) Object.assign(this, { id: run.id, answer: null });
    const can = drivable(this.desk);
    show(this.place, can);
    if (!can) return this._still();
    for (const [act, button] of Object.entries(this.buttons)) {
      show(button, act === "hold" ? !run.held : run.held);
      button.disabled = this.busy && act !== "slow";
      say(button, t(`train.hand.${act}`));
    }
    put(this.buttons.slow, "aria-pressed", this.stage >= 0);
    show(this.find("hand-seen"), run.held && Boolean(this.answer?.after));
    if (run.held && !this.answer && !this.busy) this._await(0);
    this._words();
  }

  _words() {
    const { run, tools } = this.desk;
    const { t, number } = tools;
    const { answer } = this;
    const left = run.held && answer?.left ? t("train.hand.left", { time: time(answer.left, tools) }) : "";
    say(this.find("hand-left"), run.held ? left : t("train.hand.say"));
    if (!run.held || !answer?.after) return say(this.find("hand-said"), "");
    const strength = short(answer.after.strength, number);
    const about = { before: t("train.hand.before"), after: t(answer.act === "hold" ? "train.hand.now" : "train.hand.after"), pull: t("train.hand.pull", { strength }) };
    for (const [name, { caption, canvas }] of Object.entries(this.rows)) {
      say(caption, about[name]);
      put(canvas, "aria-label", about[name]);
    }
    show(this.rows.before.row, answer.act !== "hold");
    for (const [name, label] of [["more", "train.hand.more"], ["less", "train.hand.less"]]) say(this.find(`hand-${name}`), t(label));
    const staged = this.stage >= 0 ? t(`train.hand.stage.${STAGES[this.stage].key}`) : this._changed();
    say(this.find("hand-said"), staged);
    this.scores.draw(answer);
  }

  /** What the last turn changed, in one sentence. */
  _changed() {
    const { tools } = this.desk;
    const { act, step, before, after, values } = this.answer;
    const { t, number } = tools;
    const mean = (list) => short(list.reduce((sum, each) => sum + each, 0) / list.length, number);
    const scores = { real: mean(before.real), real_now: mean(after.real), made: mean(before.generated), made_now: mean(after.generated) };
    const losses = { d: values.d_loss, g: values.g_loss };
    const words = { step: number(step), ...scores };
    for (const [name, value] of Object.entries(losses)) words[name] = value === undefined ? "" : short(value, number);
    return t(`train.hand.changed.${act}`, words);
  }

  /** Ask for a turn, and wait until it is done; false when it is refused. */
  async act(act) {
    if (this.busy) return false;
    this.busy = true;
    this.update();
    try {
      const { serial } = await this.desk.wire.ask("job_drive", { id: this.id, act });
      await this._await(serial);
      this.desk.trouble(null);
      return true;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this._still();
      this.desk.trouble("train.error.hand", error);
      return false;
    } finally {
      this.busy = false;
      await this.desk.look();
    }
  }

  async _await(serial) {
    const { id } = this;
    while (this.id === id && this.desk.route.view === "run") {
      const { answer } = await this.desk.wire.ask("job_drive", { id, since: this.answer?.serial ?? -1 });
      if (answer && answer.serial >= serial) {
        this.answer = answer.after ? answer : { ...this.answer, left: answer.left, held: answer.held };
        return this._draw();
      }
      if (!["running", "waiting"].includes(this.desk.run?.state)) return;
      await new Promise((resolve) => setTimeout(resolve, GLANCE));
    }
  }

  async _draw() {
    const { answer, desk } = this;
    if (!answer?.after) return;
    const inked = grey(desk.run.order);
    const sheets = { before: await unpacked(answer.before.pictures, inked), after: await unpacked(answer.after.pictures, inked), pull: coloured(await unpacked(answer.after.pull, false)) };
    if (answer !== this.answer) return;
    for (const [name, { canvas }] of Object.entries(this.rows)) {
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < COUNT; i++) {
        if (name === "pull") {
          context.globalAlpha = 0.16;
          sheets.after.paint(context, i, i * SIDE + 2, 2, SIDE - 4);
          context.globalAlpha = 1;
        }
        sheets[name].paint(context, i, i * SIDE + 2, 2, SIDE - 4, name === "pull");
      }
    }
    this.update();
  }

  /** Slow motion: a stage after the other, two of which are turns, until it is stopped or nobody looks. */
  _slow() {
    if (this.stage >= 0) return this._still();
    this._next();
  }

  async _next() {
    this.stage = (this.stage + 1) % STAGES.length;
    const { lit, act } = STAGES[this.stage];
    for (const part of this.place.querySelectorAll("[data-row]")) part.classList.toggle("lit", lit.includes(part.dataset.row));
    this.update();
    const playing = (this.playing = {});
    if (act && !(await this.act(act))) return;
    if (this.playing === playing && this.desk.run?.held) this.timer = setTimeout(() => this._next(), STAGE);
    else if (this.playing === playing) this._still();
  }

  _still() {
    clearTimeout(this.timer);
    if (this.stage < 0) return;
    Object.assign(this, { stage: -1, playing: null });
    for (const part of this.place.querySelectorAll(".lit")) part.classList.remove("lit");
    if (this.desk.run) this.update();
  }
}
