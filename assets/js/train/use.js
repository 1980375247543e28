/* A button to use what a run has learnt, as soon as there is something, also while the run goes on. The server makes the model, so it is
   there even if the visitor leaves. */

import { element, say, show } from "../parts/nodes.js";
import { called } from "./called.js";
import { time } from "./values.js";

const USED = ["gan", "digits", "stylize", "verse", "sounds"]; // recipes whose results another page can use

/** What stands after the key of a sentence about the result of an order: a style, a writer and a voice have their own. */
export const manner = (order) => ({ stylize: "_style", verse: "_verse", sounds: "_sound" })[order?.recipe] ?? "";

export class Use {
  constructor(root, desk) {
    Object.assign(this, { desk, awaited: new Set() }); // awaited: runs for whose model somebody waits on this page
    this.find = (id) => root.querySelector(`#${id}`);
    this.button = element("button", { type: "button", className: "btn main", hidden: true });
    this.button.addEventListener("click", () => this._press());
    this.find("acts").prepend(this.button);
    this.older = element("a", { className: "note", hidden: true });
    this.find("using").append(this.older);
    desk.on("run words rows route", () => this.update());
  }

  /** The state of the model: null, or {state, seconds, address, error, step}. */
  get _adoption() {
    const { run } = this.desk;
    return this.awaited.has(run.id) && !run.adoption ? { state: "waiting", seconds: 0 } : run.adoption;
  }

  update() {
    const { run, route, tools } = this.desk;
    const usable = route.view === "run" && run && USED.includes(run.order?.recipe) && Number.isInteger(run.usable);
    show(this.button, Boolean(usable));
    show(this.find("using"), Boolean(usable));
    this.find("adding").querySelector(".do a").className = `btn ${usable || route.view === "empty" ? "soft" : "main"}`;
    if (!usable) return;
    const adoption = this._adoption;
    const busy = ["waiting", "working"].includes(adoption?.state);
    this.button.disabled = busy;
    say(this.button, tools.t(busy ? "train.result.use_busy" : this._ready(adoption) ? "train.result.open" : "train.result.use"));
    say(this.find("using").querySelector("p"), this._sentence(run, adoption, busy));
    this._older(run, adoption);
    show(this.find("using"), Boolean(this._sentence(run, adoption, busy)) || !this.older.hidden);
    show(this.find("using").querySelector(".prog"), busy);
  }

  /** A link to the model of an earlier step: on a fast machine the run has gone on before anybody comes back. */
  _older(run, adoption) {
    const there = adoption?.state === "done" && Boolean(adoption.address) && Number.isInteger(adoption.step) && adoption.step !== run.usable;
    show(this.older, there);
    say(this.older, there ? this.desk.tools.t("train.result.older", { step: this.desk.tools.number(adoption.step) }) : "");
    if (there) this.older.href = new URL(adoption.address, document.baseURI).href;
  }

  /** Whether the model exists and is as new as the result of the run. */
  _ready(adoption) {
    return adoption?.state === "done" && adoption.step === this.desk.run.usable;
  }

  _sentence(run, adoption, busy) {
    const { tools } = this.desk;
    const { t, number, language } = tools;
    if (busy) {
      const what = adoption.state === "waiting" ? "waiting" : `making${manner(run.order)}`;
      return tools.sentences([t(`train.result.${what}`, { time: time(adoption.seconds, tools) }), t("train.result.leave")]);
    }
    if (adoption?.state === "failed") return tools.sentences([t("train.error.use") + t("train.colon"), adoption.error[language()]]);
    if (run.state !== "running") return "";
    return t("train.result.early", { step: number(run.usable) });
  }

  /** Make the model, and open the page that uses it if somebody still waits here. */
  async _press() {
    const { desk } = this;
    const { id } = desk.run;
    const name = called(desk.run, desk.tools);
    if (this._ready(desk.run.adoption)) return this._open(desk.run.adoption.address);
    this.awaited.add(id);
    this.update();
    try {
      let answer = { pending: true };
      while (answer.pending) answer = await desk.wire.ask("job_use", { id, name });
      desk.trouble(null);
      if (desk.route.view === "run" && desk.route.id === id) this._open(answer.address);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (desk.route.id === id) desk.trouble("train.error.use", error);
    } finally {
      this.awaited.delete(id);
      desk.look();
      this.update();
    }
  }

  _open(address) {
    location.href = new URL(address, document.baseURI).href;
  }
}
