/* Sends one picture after the other to the server, shows the progress, and fetches the results. */

import { Errand } from "../../shell/errand.js";
import { address } from "../files.js";
import { fill } from "../nodes.js";
import { Progress } from "../progress.js";
import { pageError } from "../troubles.js";
import { durationText } from "./bench.js";

export class Work {
  constructor(bench, root) {
    Object.assign(this, { bench, errand: new Errand(bench.server, bench.tools.ask), cancelled: false, round: null });
    this.find = (id) => root.querySelector(`#${id}`);
    this.progress = new Progress(root, "run", (state) => this._words(state));
    this.find("run").addEventListener("click", () => this.run(bench.remaining.length ? bench.remaining : bench.items));
    this.find("cancel").addEventListener("click", () => this.cancel());
    bench.on("items settings busy able shown", () => this._follow());
    bench.on("progress", () => this._say());
    bench.tools.onLanguage(() => this._follow());
    this._follow();
  }

  /** Work on these pictures one after the other with the present settings; one that fails does not stop the others. */
  async run(items) {
    const { bench } = this;
    const able = items.filter(({ broken }) => !broken);
    const orders = able.map((item) => bench.order(item));
    this.cancelled = false;
    bench.trouble(null);
    for (const item of able) bench.change(item, { state: "waiting", error: null, hash: location.hash });
    bench.work(true);
    let failed = null;
    for (const [i, item] of able.entries()) {
      this.round = { number: i + 1, count: able.length };
      if (!this.cancelled) failed = (await this._one(item, orders[i])) ?? failed;
      if (this.cancelled && item.state !== "done") bench.change(item, { state: item.blob ? "done" : "stopped" });
    }
    bench.work(false);
    this._tell(failed);
  }

  cancel() {
    this.cancelled = true;
    this.errand.cancel();
  }

  /** Work on one picture: null if it succeeded or was cancelled, else the error. */
  async _one(item, { fields, ask }) {
    const { bench } = this;
    bench.change(item, { state: "working" });
    const request = async () => ({ picture: await address(item.file), name: item.name, ...(await ask()) });
    try {
      const report = await this.errand.run(bench.section, request, (state) => this._report(item, state));
      if (!report) return null;
      const blob = await this._fetched(report);
      bench.change(item, { state: "done", fields, report: { ...report, picture: null }, blob, error: null, unseen: false });
      return null;
    } catch (error) {
      if (error.name !== "TaskError" && !error.sentence) throw error;
      if (error.key === "frame.unreachable") this.cancelled = true; // the others would fail in the same way
      bench.change(item, { state: "failed", fields: error.key === "frame.unreachable" ? null : fields, error });
      return error;
    }
  }

  /** The file of an answer, which contains it or gives its address. */
  async _fetched({ picture, address: place }) {
    const answer = await fetch(picture ?? new URL(place.slice(1), document.baseURI)).catch(() => null);
    if (!answer?.ok) throw pageError(this.bench.tools, "batch.error.gone");
    return answer.blob();
  }

  _report(item, state) {
    const { bench } = this;
    bench.progress = { ...state, item };
    if (bench.items.length > 1 && bench.shown !== item && this.followed !== item) bench.show(item);
    this.followed = item;
    bench.tell("progress");
  }

  /** Report an error: with one picture its own sentence; with several, how many failed, since the list has their sentences. */
  _tell(error) {
    const { bench } = this;
    if (!error) return;
    const failed = bench.items.filter(({ state }) => state === "failed").length;
    if (bench.items.length === 1 || error.key === "frame.unreachable") bench.trouble("run", error, "kept");
    else bench.trouble("run", pageError(bench.tools, `${bench.section}.error.some`, { count: failed }));
  }

  _follow() {
    const { bench } = this;
    const { items, remaining } = bench;
    const able = items.filter(({ broken }) => !broken).length;
    const left = remaining.filter(({ broken }) => !broken).length;
    this.progress.swap(bench.busy);
    this.find("run").disabled = bench.busy || !able || !bench.able;
    const key = able <= 1 ? "one" : left && left < able ? "on" : "all";
    fill([this.find("run"), this.find("save")], this.find(able && !left && bench.done.length ? "save" : "run"));
    this.find("run").textContent = bench.say(`action.${key}`, { count: key === "on" ? left : able });
    for (const id of ["add", "clear"]) this.find(id).disabled = bench.busy;
    for (const id of ["add", "clear"]) this.find(id).hidden = !items.length;
    this._say();
  }

  _say() {
    const { busy, progress } = this.bench;
    if (busy && progress) this.progress.show(progress);
  }

  /** The words for a state of the work. */
  _words({ state, place, seconds, part, parts, last, received = 0, total = 0 }) {
    const { bench } = this;
    const { tools } = bench;
    const what = {
      sending: () => tools.t("batch.busy.sending"),
      fetching: () => tools.t("batch.busy.fetching", { received: tools.number(received / 2 ** 20, 1), total: tools.number(total / 2 ** 20, 1) }),
      waiting: () => tools.t(place === 1 ? "batch.busy.next" : "batch.busy.place", { place }),
      working: () => (last ? tools.t("batch.busy.writing") : parts ? bench.say("busy.working", { part, parts }) : tools.t("batch.busy.preparing")),
    }[state]();
    const left = state === "sending" || seconds === null || last ? "" : durationText(tools, seconds);
    return {
      what,
      left: left && state === "working" ? tools.t("batch.busy.left", { left }) : left,
      of: this.round.count > 1 ? tools.t("batch.busy.of", this.round) : "",
    };
  }
}
