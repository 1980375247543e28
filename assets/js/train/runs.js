/* The list of runs: a picture, a name, one line of state. Rows are kept and moved; thirty are shown at first. */

import { element, put, say, show } from "../parts/nodes.js";
import { grey } from "../parts/runs/sheets.js";
import { called } from "./called.js";
import { address } from "./desk.js";

const SIDE = 80; // pixels of the picture of a card
const MANY = 8; // number of runs from which a search is offered
const TILES = [0, 1, 2, 3];

/** One line of state: [words, whether it is bad news]. */
function line(row, { t, number, language }) {
  const at = number(row.step);
  const percent = number(Math.floor((100 * row.step) / Math.max(1, row.steps)));
  if (row.state === "failed") return [t("train.card.failed", { step: at, reason: brief(row.reason?.[language()]) }), true];
  if (row.state === "waiting" && row.place > 1) return [t("train.card.place", { place: number(row.place) }), false];
  const phase = row.state === "running" && (row.ending ? "ending" : row.starting ? "starting" : "");
  return [t(`train.card.${phase || row.state}`, { step: at, percent }), false];
}

/** The first sentence of a reason. */
const brief = (reason) => (reason ?? "").match(/^.*?[.。](?=\s|$|[^\d])/)?.[0]?.replace(/[.。]$/, "") ?? reason ?? "";

class Card {
  constructor(row, desk) {
    this.canvas = element("canvas", { width: SIDE, height: SIDE });
    put(this.canvas, "aria-hidden", "true");
    this.name = element("b");
    this.state = element("span", { className: "st" });
    this.link = element("a", { href: address(`#run=${row.id}`) }, this.canvas, element("span", {}, this.name, this.state));
    this.element = element("li", {}, this.link);
    this.desk = desk;
    this.seen = false;
  }

  update(row, tools) {
    const { desk } = this;
    this.row = row;
    say(this.name, called(row, tools));
    const [words, bad] = line(row, tools);
    const shared = row.yours ? (row.shared ? tools.t("train.card.shared") : "") : tools.t("train.card.foreign");
    say(this.state, [words, shared].filter(Boolean).join(tools.t("train.comma")));
    this.state.classList.toggle("bad", bad);
    put(this.link, "aria-current", [desk.route.id, desk.route.other].includes(row.id) ? "true" : null);
    if (this.seen) this.paint();
  }

  /** Draw the first pictures of the newest sheet, once the card can be seen. */
  async paint(anew = false) {
    const { row, desk } = this;
    const key = row.thumb === null || row.thumb === undefined ? "" : `${row.id}/${row.thumb}`;
    if (key === this.painted && !anew) return;
    this.painted = key;
    const context = this.canvas.getContext("2d");
    if (!key) return context.clearRect(0, 0, SIDE, SIDE);
    const sheet = await desk.sheets.get(row.id, "", row.thumb, grey({ settings: row.order_summary }), false);
    if (!sheet || this.painted !== key) return;
    context.clearRect(0, 0, SIDE, SIDE);
    const half = SIDE / 2;
    TILES.forEach((_, k) => sheet.paint(context, ((k * 3) % 10) * sheet.rows, (k % 2) * half + 3, Math.floor(k / 2) * half + 3, half - 6));
  }
}

export class Runs {
  constructor(root, desk) {
    Object.assign(this, { desk, cards: new Map() });
    this.find = (id) => root.querySelector(`#${id}`);
    this.watch = new IntersectionObserver((entries) => this._sighted(entries), { rootMargin: "200px" });
    let timer = 0;
    this.find("find").addEventListener("input", (event) => {
      clearTimeout(timer);
      timer = setTimeout(() => desk.search(event.target.value.trim()), 200);
    });
    this.find("more-runs").addEventListener("click", () => desk.more());
    desk.on("rows words route", () => this.update());
    desk.on("tone", () => {
      for (const card of this.cards.values()) if (card.seen) card.paint(true);
    });
  }

  _sighted(entries) {
    for (const { isIntersecting, target } of entries) {
      const card = isIntersecting && this.cards.get(target.dataset.id);
      if (!card) continue;
      this.watch.unobserve(target);
      card.seen = true;
      card.paint();
    }
  }

  update() {
    const { desk } = this;
    const { rows, total, find, tools } = desk;
    const list = this.find("jobs");
    const known = new Set(rows.map((row) => row.id));
    for (const [id, card] of this.cards) {
      if (known.has(id)) continue;
      card.element.remove();
      this.cards.delete(id);
    }
    rows.forEach((row, i) => {
      const card = this.cards.get(row.id) ?? this._card(row);
      card.update(row, tools);
      if (list.children[i] !== card.element) list.insertBefore(card.element, list.children[i] ?? null);
    });
    show(this.find("find"), total > MANY || find !== "");
    const none = this.find("no-runs");
    show(none, desk.listed && rows.length === 0);
    say(none, tools.t(find ? "train.runs.not_found" : "train.runs.none"));
    const more = this.find("more-runs");
    show(more, rows.length < total);
    say(more, tools.t("train.runs.more", { shown: tools.number(rows.length), total: tools.number(total) }));
  }

  _card(row) {
    const card = new Card(row, this.desk);
    this.cards.set(row.id, card);
    card.element.dataset.id = row.id;
    this.watch.observe(card.element);
    return card;
  }
}
