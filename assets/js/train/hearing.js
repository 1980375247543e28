/* The sound of a sample: made by the server when a picture of a run of sounds is pressed, played, and saved as a WAV file. */

import { blobOf, download } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";
import { called } from "./called.js";

const KEPT = 60; // sounds that are kept

export class Hearing {
  constructor(root, desk) {
    Object.assign(this, { desk, made: new Map(), chosen: null, heard: null, problem: null, context: null, turn: 0 });
    this.place = root.querySelector("#hearing");
    this.said = element("p", { className: "say" });
    put(this.said, "role", "status");
    this.again = element("button", { type: "button", className: "btn soft", id: "hear-again" });
    this.save = element("button", { type: "button", className: "btn bare", id: "hear-save" });
    this.again.addEventListener("click", () => this.chosen && this.hear(this.chosen));
    this.save.addEventListener("click", () => this.heard && download(this.heard.blob, this._name()));
    this.place.append(this.said, element("div", { className: "do" }, this.again, this.save));
    desk.on("sample", (sample) => this.hear(sample));
    desk.on("run words", () => this.update());
  }

  /** Whether the run that is shown learns sounds. */
  get fits() {
    return this.desk.run?.order?.recipe === "sounds";
  }

  /** Play a sample: {number, step, sheet}. */
  async hear(sample) {
    const { desk } = this;
    const { run } = desk;
    if (!this.fits || !sample.step) return;
    this.context ??= new AudioContext(); // browsers give it after a press only
    const turn = (this.turn += 1);
    Object.assign(this, { chosen: sample, problem: null });
    const key = [run.id, sample.sheet, sample.step, sample.number].join("/");
    try {
      this.heard = this.made.get(key) ?? (await this._fetch(key, { id: run.id, ...sample }));
      if (turn === this.turn) await this._play(this.heard.blob);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.problem = error;
    }
    if (turn === this.turn) this.update();
  }

  async _fetch(key, fields) {
    const answer = await this.desk.wire.ask("job_hear", fields);
    const made = { ...answer, ...fields, blob: blobOf(answer.sound) };
    this.made.set(key, made);
    if (this.made.size > KEPT) this.made.delete(this.made.keys().next().value);
    return made;
  }

  async _play(blob) {
    const buffer = await this.context.decodeAudioData(await blob.arrayBuffer());
    if (this.context.state === "suspended") await this.context.resume();
    this.playing?.stop();
    this.playing = this.context.createBufferSource();
    this.playing.buffer = buffer;
    this.playing.connect(this.context.destination);
    this.playing.start();
    this.place.dataset.played = String(Number(this.place.dataset.played ?? 0) + 1);
  }

  _name() {
    const { number, step } = this.heard;
    return `${called(this.desk.run, this.desk.tools).replace(/[^\p{L}\p{N}_-]+/gu, "-")}-${step}-${number}.wav`;
  }

  update() {
    const { t, number, sentences } = this.desk.tools;
    const heard = this.heard?.id === this.desk.run?.id ? this.heard : null;
    show(this.place, this.fits);
    for (const button of [this.again, this.save]) show(button, Boolean(heard));
    say(this.again, t("train.hearing.again"));
    say(this.save, t("train.hearing.save"));
    if (this.problem) return say(this.said, this.problem.sentence);
    if (!heard) return say(this.said, t("train.hearing.press"));
    const values = { number: number(heard.number), step: number(heard.step), length: number(heard.length, 2), pitch: number(heard.pitch) };
    const words = heard.heard ? t("train.hearing.judge", { word: heard.heard, sure: number(100 * heard.sure) }) : "";
    return say(this.said, sentences([t(heard.pitch ? "train.hearing.sound" : "train.hearing.unvoiced", values), words]));
  }
}
