/* A run on Hugging Face Jobs: with a token, its state is fetched every half minute, and it can be stopped. */

import { element, put, say, show } from "../parts/nodes.js";

const EVERY = 30_000; // ms between two requests; the machine uploads about as often

export class Far {
  constructor(root, desk) {
    this.desk = desk;
    this.place = root.querySelector("#far");
    this.said = element("p", { className: "say" });
    this.token = element("input", { type: "password", className: "text", id: "far-token", autocomplete: "off" });
    this.label = element("label", { htmlFor: "far-token" });
    this.fetch = element("button", { type: "button", className: "btn soft" });
    this.stop = element("button", { type: "button", className: "btn bare" });
    this.field = element("div", { className: "line" }, this.label, this.token, this.fetch);
    this.place.append(this.said, this.field, this.stop);
    put(this.said, "role", "status");
    this.fetch.addEventListener("click", () => this._take());
    this.stop.addEventListener("click", () => this._ask("hub_stop", "train.far.stopping"));
    desk.on("run words", () => desk.run && this.update());
  }

  _take() {
    const { run, tokens } = this.desk;
    const token = this.token.value.trim();
    if (!token) return this.token.focus();
    tokens.set(run.id, token);
    this.token.value = "";
    this._ask("hub_follow");
  }

  update() {
    const { run, tools } = this.desk;
    const { t } = tools;
    const away = run.remote && run.yours && ["waiting", "running"].includes(run.state);
    show(this.place, away);
    if (!away) return clearTimeout(this.timer);
    const token = this.desk.token(run.id);
    show(this.field, !token);
    show(this.stop, Boolean(token));
    say(this.label, t("train.where.token"));
    say(this.fetch, t("train.far.fetch"));
    say(this.stop, t("train.far.stop"));
    if (!this.note) say(this.said, t(token ? "train.far.followed" : "train.far.say"));
    if (token && this.followed !== run.id) {
      this.followed = run.id;
      this._ask("hub_follow");
    }
  }

  async _ask(task, note = "") {
    const { desk } = this;
    const { id } = desk.run;
    clearTimeout(this.timer);
    try {
      await desk.wire.ask(task, { id, token: desk.token(id) });
      this.note = note;
      if (note) say(this.said, desk.tools.t(note));
      desk.trouble(null);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (desk.wire.reachable) desk.tokens.delete(id); // the token may be wrong, so ask for it again
      this.followed = null;
      desk.trouble("train.far.failed", error);
    }
    desk.look();
    if (desk.token(id)) this.timer = setTimeout(() => desk.run?.id === id && !document.hidden && this._ask("hub_follow"), EVERY);
  }
}
