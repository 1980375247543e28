/* The list of several pictures: the state of each, and buttons to show, save, repeat and remove it. */

import { markup } from "../../shell/markup.js";
import { download } from "../files.js";
import { element } from "../nodes.js";
import { pageError } from "../troubles.js";
import { pack } from "../zip.js";
import { durationText } from "./bench.js";

function button(className, press) {
  const node = element("button", { type: "button", className });
  node.addEventListener("click", press);
  return node;
}

export class List {
  constructor(bench, root, work) {
    Object.assign(this, { bench, work, rows: new Map() });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("save").addEventListener("click", () => this._save());
    this.find("clear").addEventListener("click", () => bench.clear());
    bench.on("items shown settings busy", () => this._write());
    bench.on("progress", () => this._progress());
    bench.tools.onLanguage(() => this._write());
  }

  /** One picture is saved as it is, several as a zip. */
  async _save() {
    const { bench } = this;
    const { done, tools } = bench;
    if (done.length === 1) return this._download(done[0]);
    try {
      const zip = await pack(done.map(({ blob, report }) => ({ name: report.name, blob })));
      download(zip, `${bench.say("zip_name")}.zip`);
      this._taken(done);
    } catch (problem) {
      console.warn(`zip: ${problem}`);
      bench.trouble("save", pageError(tools, "batch.error.zip"), "kept");
    }
  }

  _download(item) {
    download(item.blob, item.report.name);
    this._taken([item]);
  }

  _taken(items) {
    for (const item of items) item.saved = item.blob;
    this.bench.tell("saved", items);
  }

  _write() {
    const { bench } = this;
    const { items, tools, done } = bench;
    const many = items.length > 1;
    this.find("batch").hidden = !many;
    this.find("save").hidden = !done.length;
    this.find("save").disabled = bench.busy && done.length > 1;
    this.find("save").textContent = tools.t(done.length > 1 ? "batch.action.save_all" : "batch.action.save");
    const place = this.find("list");
    const rows = many ? items.map((item) => this._row(item)) : [];
    if (rows.length !== place.children.length || rows.some((row, i) => row !== place.children[i])) place.replaceChildren(...rows);
    for (const item of this.rows.keys()) if (!items.includes(item)) this.rows.delete(item);
    this.find("tally").textContent = many ? bench.say("done.all", { done: tools.number(done.length), count: tools.number(items.length) }) : "";
  }

  /** The row of an item: made once, then updated. */
  _row(item) {
    const row = this.rows.get(item) ?? this._newRow(item);
    this.rows.set(item, row);
    const { bench } = this;
    const { tools } = bench;
    row.dataset.state = item.state;
    const [show, say, again, save, remove] = row.parts;
    show.setAttribute("aria-current", String(item === bench.shown));
    show.disabled = !item.width;
    say.textContent = this._status(item);
    show.setAttribute("aria-label", `${item.name}, ${say.textContent}`);
    again.hidden = item.state !== "failed" || item.broken || bench.busy;
    save.hidden = !item.blob;
    remove.disabled = bench.busy;
    again.textContent = tools.t("batch.list.again_word");
    save.textContent = tools.t("batch.list.save_word");
    for (const [name, each] of Object.entries({ again, save, remove })) each.setAttribute("aria-label", tools.t(`batch.list.${name}`, { name: item.name }));
    return row;
  }

  _newRow(item) {
    const { bench } = this;
    const row = element("li");
    const show = button("show", () => bench.show(item));
    const [name, say] = [element("b"), element("span")];
    name.textContent = item.name;
    show.append(item.thumbnail ?? element("canvas"), name, say);
    const again = button("tool", () => this.work.run([item]));
    const save = button("tool", () => this._download(item));
    const remove = button("tool", () => bench.remove(item));
    remove.append(markup`<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M4.5 4.5l9 9M13.5 4.5l-9 9" /></svg>`.nodes);
    row.append(show, again, save, remove);
    row.parts = [show, say, again, save, remove];
    return row;
  }

  _status(item) {
    const { bench } = this;
    const { tools } = bench;
    if (item.state === "failed") return item.error.sentence;
    if (item.state === "done") {
      const [width, height] = item.report.size.map((each) => tools.number(each));
      return tools.t(bench.fresh(item) ? "batch.list.done" : "batch.list.older", { width, height, seconds: tools.number(item.report.seconds, 1) });
    }
    return tools.t(`batch.list.${item.state}`);
  }

  _progress() {
    const { progress, tools } = this.bench;
    const row = progress && this.rows.get(progress.item);
    if (!row || progress.state !== "working" || !progress.total) return;
    const left = progress.seconds ? durationText(tools, progress.seconds) : "";
    row.parts[1].textContent = left ? tools.t("batch.busy.left", { left }) : tools.t("batch.list.working");
  }
}
