/* The list of results, how much room they take, and the way to delete all of them. */

import { element, put, say, show } from "../parts/nodes.js";
import { LARGEST, MOST, ROOM } from "../parts/onward/results.js";
import { facts } from "./shown.js";

const MEGA = 2 ** 20;
const SOUND = "M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4";

/** What stands for a result: its small picture, its first words, or a wave. */
function sign({ thumbnail, text }) {
  if (thumbnail) return element("img", { src: URL.createObjectURL(thumbnail), alt: "", width: 56, height: 56 });
  if (text) return element("span", { className: "words", textContent: text });
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  put(icon, "viewBox", "0 0 24 24");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  put(path, "d", SOUND);
  icon.append(path);
  return element("span", { className: "words wave" }, icon);
}

export class List {
  constructor(desk, root) {
    Object.assign(this, { desk, rows: new Map() });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("clear").addEventListener("click", () => this._leaving(() => desk.remove(desk.results)));
    this.find("back").addEventListener("click", () => this._leaving(() => desk.putBack()));
    desk.on("results chosen gone", () => this.show());
    desk.tools.onLanguage(() => this.show());
  }

  /** Do what hides the button that was pressed, and keep the focus near. */
  async _leaving(work) {
    await work();
    const [row] = this.find("list").querySelectorAll("button");
    if (document.activeElement === document.body || document.activeElement?.hidden) (this.find("back").hidden ? row : this.find("back"))?.focus({ preventScroll: true });
  }

  show() {
    const { desk } = this;
    const { results, gone, tools } = desk;
    const rows = results.map((result) => this._row(result));
    const list = this.find("list");
    if (rows.length !== list.children.length || rows.some((row, i) => row !== list.children[i])) list.replaceChildren(...rows);
    for (const [id, row] of this.rows) {
      if (results.some((each) => each.id === id)) continue;
      URL.revokeObjectURL(row.querySelector("img")?.src);
      this.rows.delete(id);
    }
    const used = results.reduce((sum, { bytes }) => sum + bytes, 0);
    const values = { count: results.length, most: MOST, used: tools.number(used && Math.max(0.1, used / MEGA), used && used < 10 * MEGA ? 1 : 0), room: ROOM / MEGA, largest: LARGEST / MEGA };
    say(this.find("room"), tools.t("history.room", values));
    show(this.find("clear"), results.length > 0);
    show(this.find("back"), Boolean(gone));
    say(this.find("back"), tools.t(gone?.length > 1 ? "history.back_all" : "history.back"));
    say(this.find("gone"), gone ? tools.t(gone.length > 1 ? "history.removed_all" : "history.removed", { name: gone[0].result.name }) : "");
  }

  _row(result) {
    const { desk } = this;
    const row = this.rows.get(result.id) ?? this._made(result);
    const [button] = row.children;
    const [name, about] = button.querySelectorAll(".name, .note");
    say(name, result.name);
    say(about, facts(result, desk.tools));
    put(button, "aria-current", result.id === desk.chosen?.id ? "true" : null);
    return row;
  }

  _made(result) {
    const lines = element("span", { className: "lines" }, element("span", { className: "name" }), element("span", { className: "note" }));
    const button = element("button", { type: "button", className: "row" }, sign(result), lines);
    button.addEventListener("click", () => this.desk.choose(this.desk.results.find(({ id }) => id === result.id)));
    const row = element("li", {}, button);
    this.rows.set(result.id, row);
    return row;
  }
}
