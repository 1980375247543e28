/* Below a run: publish or download its model; copy, compare, share, rename, delete the run. Every question is asked right there. */

import { download } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";
import { called } from "./called.js";
import { manner } from "./use.js";

const OVER = ["done", "stopped", "failed", "paused"];

export class Result {
  constructor(root, desk) {
    Object.assign(this, { desk, open: null, message: null, refused: null, busy: "" });
    this.place = root.querySelector("#result");
    this.title = element("h2", { className: "cap" });
    this.said = element("p", { className: "say" });
    const tool = (pressed, kind = "bare") => {
      const button = element("button", { type: "button", className: `btn ${kind}` });
      button.addEventListener("click", pressed);
      return button;
    };
    this.download = tool(() => this._file("result.zip", ".zip"), "soft");
    this.publish = tool(() => this._open("publish"), "soft");
    this.tools = {
      copy: tool(() => this.desk.go(`#new=${this.desk.run.id}`)),
      compare: tool(() => this._open("compare")),
      share: tool(() => (this._tests() ? this._open("share") : this._change(this.desk.run.shared ? "unshare" : "share"))),
      rename: tool(() => this._open("rename")),
      log: tool(() => this._file("metrics.jsonl", ".jsonl")),
      order: tool(() => this._file("order.json", ".order.json")),
      delete: tool(() => this._open("delete")),
    };
    this.line = element("p", { className: "note" });
    put(this.line, "role", "status");
    this.panels = { publish: this._publish(), share: this._share(), compare: this._compare(), rename: this._rename(), delete: this._delete() };
    const results = element("div", { className: "do" }, this.download, this.publish);
    this.hung = element("a", { className: "note link", href: "gallery", hidden: true });
    this.results = element("div", { className: "got" }, this.title, this.said, results, this.hung);
    this.place.append(this.results, element("div", { className: "more" }, ...Object.values(this.tools)), ...Object.values(this.panels), this.line);
    desk.on("run words rows", () => desk.run && this.update());
    desk.on("route", () => this._open(null));
  }

  _panel(...children) {
    const panel = element("form", { className: "ask", hidden: true, autocomplete: "off" }, ...children);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && this._open(null));
    return panel;
  }

  _buttons(kind = "soft") {
    const [act, back] = [element("button", { type: "submit", className: `btn ${kind}` }), element("button", { type: "button", className: "btn bare" })];
    back.addEventListener("click", () => this._open(null));
    return element("div", { className: "do" }, act, back);
  }

  _publish() {
    const field = (id, type) => element("div", { className: "setting" }, element("label", { htmlFor: id }), element("input", { type, id, className: "text wide", autocomplete: "off", spellcheck: false }));
    const secret = element("label", { className: "check" }, element("input", { type: "checkbox", id: "private", checked: true }), element("span"));
    const anyway = element("label", { className: "check", hidden: true }, element("input", { type: "checkbox", id: "anyway" }), element("span"));
    const panel = this._panel(element("p", { className: "say" }), field("to", "text"), field("publish-token", "password"), secret, anyway, this._buttons());
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      const [to, token] = ["to", "publish-token"].map((id) => panel.querySelector(`#${id}`).value.trim());
      const anyway = panel.querySelector("#anyway");
      this._published(to, token, panel.querySelector("#private").checked, !anyway.parentElement.hidden && anyway.checked);
    });
    return panel;
  }

  /** Whether the model is tested for copies of its owner's pictures before it is shared. */
  _tests() {
    const { run } = this.desk;
    return !run.shared && ["gan", "sounds"].includes(run.order?.recipe) && ["pictures", "sounds"].includes(run.order.settings?.data);
  }

  /** Whether the server has said that the model repeats its pictures: then its sentence stands in the panel, over the explicit yes. */
  _copies() {
    return this.refused?.key === "memorised";
  }

  _share() {
    const anyway = element("label", { className: "check", hidden: true }, element("input", { type: "checkbox", id: "share-anyway" }), element("span"));
    const panel = this._panel(element("p", { className: "say" }), anyway, this._buttons());
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      this._shared(!anyway.hidden && anyway.querySelector("input").checked, anyway);
    });
    return panel;
  }

  async _shared(yes, anyway) {
    const { desk } = this;
    let answer = null;
    const done = await this._try("change", async () => {
      answer = await desk.wire.ask("job_change", { id: desk.run.id, action: "share", anyway: yes });
    });
    show(anyway, !done && this._copies());
    if (!done) return;
    Object.assign(desk.run, answer.job);
    this._open(null);
    const { memorising } = answer;
    if (memorising) this._tell(`train.share.${memorising.passes ? "tested" : "tested_failed"}`, { nearer: `${desk.tools.number(100 * memorising.nearer, 0)}%` });
    desk.list();
    desk.look();
  }

  _compare() {
    const panel = this._panel(element("div", { className: "setting" }, element("label", { htmlFor: "with" }), element("select", { id: "with", className: "text wide" })), this._buttons());
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      const other = panel.querySelector("select").value;
      if (other) this.desk.go(`#compare=${this.desk.run.id},${other}`);
    });
    return panel;
  }

  _rename() {
    const panel = this._panel(element("div", { className: "setting" }, element("label", { htmlFor: "new-name" }), element("input", { type: "text", id: "new-name", className: "text wide", maxLength: 80 })), this._buttons());
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      this._change("rename", { name: panel.querySelector("input").value.trim() }).then((done) => done && this._open(null));
    });
    return panel;
  }

  _delete() {
    const panel = this._panel(element("p", { className: "say" }), this._buttons("soft danger"));
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      this._change("delete").then((done) => {
        if (!done) return;
        this.desk.rows = this.desk.rows.filter((row) => row.id !== this.desk.route.id);
        this.desk.run = null;
        this.desk.go("#");
      });
    });
    return panel;
  }

  /** Open one panel at a time. */
  _open(name) {
    this.open = this.open === name ? null : name;
    for (const [each, panel] of Object.entries(this.panels)) show(panel, each === this.open);
    for (const [each, button] of [...Object.entries(this.tools), ["publish", this.publish]]) if (this.panels[each]) put(button, "aria-expanded", each === this.open);
    this._tell(null);
    this.refused = null;
    if (!this.open || !this.desk.run) return;
    if (name === "rename") this.panels.rename.querySelector("input").value = called(this.desk.run, this.desk.tools);
    this.update();
    this.panels[this.open].querySelector("input, select, button").focus();
  }

  _tell(key, values = {}) {
    this.message = key && { key, values };
    say(this.line, key ? this.desk.tools.t(key, values) : "");
  }

  update() {
    const { run, tools } = this.desk;
    const { t } = tools;
    show(this.results, run.result && run.state !== "running");
    say(this.title, t("train.result.title"));
    say(this.said, t(run.state === "done" ? `train.result.say${manner(run.order)}` : `train.result.say_early${manner(run.order)}`, { step: tools.number(run.usable ?? run.step) }));
    for (const [name, button] of Object.entries({ download: this.download, publish: this.publish })) {
      say(button, t(`train.result.${this.busy === name ? `${name}_busy` : name}`));
      button.disabled = Boolean(this.busy);
    }
    show(this.publish, run.yours);
    show(this.hung, run.shared);
    say(this.hung, t("train.result.gallery"));
    for (const [name, button] of Object.entries(this.tools)) say(button, t(`train.tool.${name === "share" && run.shared ? "unshare" : name}`));
    for (const name of ["share", "rename", "delete"]) show(this.tools[name], run.yours);
    show(this.tools.copy, run.order?.recipe === "gan");
    show(this.tools.log, run.step > 0);
    show(this.tools.delete, run.yours && (OVER.includes(run.state) || !run.remote));
    const others = this.desk.rows.filter((row) => row.id !== run.id);
    show(this.tools.compare, others.length > 0);
    this._panelWords(others);
    if (this.message) this._tell(this.message.key, this.message.values);
  }

  _panelWords(others) {
    const { t } = this.desk.tools;
    const { publish, share, compare, rename, delete: remove } = this.panels;
    say(publish.querySelector(".say"), this._copies() ? this.refused.sentence : t("train.publish.say"));
    say(publish.querySelector("[for=to]"), t("train.publish.repository"));
    put(publish.querySelector("#to"), "placeholder", t("train.publish.example"));
    say(publish.querySelector("[for=publish-token]"), t("train.where.token"));
    say(publish.querySelector(".check span"), t("train.publish.private"));
    say(publish.querySelector("#anyway + span"), t("train.publish.anyway"));
    say(share.querySelector(".say"), this._copies() ? this.refused.sentence : t("train.share.say"));
    say(share.querySelector("#share-anyway + span"), t("train.share.anyway"));
    say(compare.querySelector("label"), t("train.compare.with"));
    say(rename.querySelector("label"), t("train.rename.name"));
    say(remove.querySelector(".say"), t("train.delete.say"));
    for (const [name, panel] of Object.entries(this.panels)) {
      say(panel.querySelector("[type=submit]"), t(`train.${name}.do`));
      say(panel.querySelector(".btn.bare"), t(name === "delete" ? "train.delete.keep" : "train.cancel"));
    }
    const select = compare.querySelector("select");
    const key = others.map((row) => row.id + called(row, this.desk.tools)).join();
    if (select.dataset.key === key) return;
    select.dataset.key = key;
    select.replaceChildren(...others.map((row) => element("option", { value: row.id, textContent: called(row, this.desk.tools) })));
  }

  async _try(name, work) {
    this.busy = name;
    this.refused = null;
    this._tell(null);
    this.update();
    try {
      await work();
      this.desk.trouble(null);
      return true;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.refused = error;
      this.desk.trouble(`train.error.${name}`, error);
      return false;
    } finally {
      this.busy = "";
      if (this.desk.run) this.update();
    }
  }

  /** anyway: also a model that repeats its training pictures, which is offered only after the server has said that it does. */
  async _published(repository, token, secret, anyway) {
    const { desk } = this;
    if (!repository) return this.panels.publish.querySelector("#to").focus();
    let answer = null;
    const done = await this._try("publish", async () => {
      answer = await desk.wire.ask("job_publish", { id: desk.run.id, repository, private: secret, token, anyway });
    });
    if (!done) return show(this.panels.publish.querySelector("#anyway").parentElement, this._copies());
    show(this.panels.publish.querySelector("#anyway").parentElement, false);
    this._open(null);
    const copies = answer.memorising;
    const nearer = copies && `${desk.tools.number(100 * copies.nearer, 0)}%`;
    this._tell(`train.publish.${copies ? (copies.passes ? "tested" : "tested_failed") : "done"}`, { url: answer.url, nearer });
  }

  /** Download a file of the run, under the name of the run. */
  _file(name, ending) {
    const { desk } = this;
    return this._try("download", async () => {
      const response = await desk.wire.fetch(`jobs/${desk.run.id}/${name}`);
      download(await response.blob(), `${called(desk.run, desk.tools).replace(/[^\p{L}\p{N}_-]+/gu, "-")}${ending}`);
    });
  }

  async _change(action, fields = {}) {
    const { desk } = this;
    const { id } = desk.run;
    return this._try("change", () => (action === "delete" ? desk.wire.ask("job_change", { id, action }).then(() => desk.list()) : desk.change("job_change", { id, action, ...fields })));
  }
}
