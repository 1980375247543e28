/* Below a run: publish or download its model; copy, compare, share, rename, delete the run. Every question is asked right there. */

import { download } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";

const OVER = ["done", "stopped", "failed", "paused"];

export class Result {
  constructor(root, desk) {
    Object.assign(this, { desk, open: null, message: null, busy: "" });
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
      share: tool(() => this._change(this.desk.run.shared ? "unshare" : "share")),
      rename: tool(() => this._open("rename")),
      log: tool(() => this._file("metrics.jsonl", ".jsonl")),
      order: tool(() => this._file("order.json", ".order.json")),
      delete: tool(() => this._open("delete")),
    };
    this.line = element("p", { className: "note" });
    put(this.line, "role", "status");
    this.panels = { publish: this._publish(), compare: this._compare(), rename: this._rename(), delete: this._delete() };
    const results = element("div", { className: "do" }, this.download, this.publish);
    this.results = element("div", { className: "got" }, this.title, this.said, results);
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
    const panel = this._panel(element("p", { className: "say" }), field("to", "text"), field("publish-token", "password"), secret, this._buttons());
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      const [to, token] = ["to", "publish-token"].map((id) => panel.querySelector(`#${id}`).value.trim());
      this._published(to, token, panel.querySelector("#private").checked);
    });
    return panel;
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
    if (!this.open || !this.desk.run) return;
    if (name === "rename") this.panels.rename.querySelector("input").value = this.desk.run.name;
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
    const style = run.order?.recipe === "stylize" ? "_style" : "";
    say(this.said, t(run.state === "done" ? `train.result.say${style}` : `train.result.say_early${style}`, { step: tools.number(run.usable ?? run.step) }));
    for (const [name, button] of Object.entries({ download: this.download, publish: this.publish })) {
      say(button, t(`train.result.${this.busy === name ? `${name}_busy` : name}`));
      button.disabled = Boolean(this.busy);
    }
    show(this.publish, run.yours);
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
    const { publish, compare, rename, delete: remove } = this.panels;
    say(publish.querySelector(".say"), t("train.publish.say"));
    say(publish.querySelector("[for=to]"), t("train.publish.repository"));
    put(publish.querySelector("#to"), "placeholder", t("train.publish.example"));
    say(publish.querySelector("[for=publish-token]"), t("train.where.token"));
    say(publish.querySelector(".check span"), t("train.publish.private"));
    say(compare.querySelector("label"), t("train.compare.with"));
    say(rename.querySelector("label"), t("train.rename.name"));
    say(remove.querySelector(".say"), t("train.delete.say"));
    for (const [name, panel] of Object.entries(this.panels)) {
      say(panel.querySelector("[type=submit]"), t(`train.${name}.do`));
      say(panel.querySelector(".btn.bare"), t(name === "delete" ? "train.delete.keep" : "train.cancel"));
    }
    const select = compare.querySelector("select");
    const key = others.map((row) => row.id + row.name).join();
    if (select.dataset.key === key) return;
    select.dataset.key = key;
    select.replaceChildren(...others.map((row) => element("option", { value: row.id, textContent: row.name })));
  }

  async _try(name, work) {
    this.busy = name;
    this._tell(null);
    this.update();
    try {
      await work();
      this.desk.trouble(null);
      return true;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.desk.trouble(`train.error.${name}`, error);
      return false;
    } finally {
      this.busy = "";
      if (this.desk.run) this.update();
    }
  }

  async _published(repository, token, secret) {
    const { desk } = this;
    if (!repository) return this.panels.publish.querySelector("#to").focus();
    let answer = null;
    const done = await this._try("publish", async () => {
      answer = await desk.wire.ask("job_publish", { id: desk.run.id, repository, private: secret, token });
    });
    if (!done) return;
    this._open(null);
    this._tell("train.publish.done", { url: answer.url });
  }

  /** Download a file of the run, under the name of the run. */
  _file(name, ending) {
    const { desk } = this;
    return this._try("download", async () => {
      const response = await desk.wire.fetch(`jobs/${desk.run.id}/${name}`);
      download(await response.blob(), `${desk.run.name.replace(/[^\p{L}\p{N}_-]+/gu, "-")}${ending}`);
    });
  }

  async _change(action, fields = {}) {
    const { desk } = this;
    const { id } = desk.run;
    return this._try("change", () => (action === "delete" ? desk.wire.ask("job_change", { id, action }).then(() => desk.list()) : desk.change("job_change", { id, action, ...fields })));
  }
}
