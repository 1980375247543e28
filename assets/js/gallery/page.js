/* The gallery of networks that were trained here and shared: pages of cards, the newest first. */

import { element, put, say, show } from "../parts/nodes.js";
import { Sheets } from "../parts/runs/sheets.js";
import { Wire } from "../parts/runs/wire.js";
import { Card } from "./card.js";

const PAGE = 24; // cards that are added at a time

class Gallery {
  constructor(root, tools) {
    const wire = new Wire(tools);
    Object.assign(this, { tools, wire, sheets: new Sheets(wire), cards: [], total: 0, problem: null });
    this.find = (id) => root.querySelector(`#${id}`);
    this.place = element("div", { className: "works" });
    this.watch = new IntersectionObserver((seen) => this._sighted(seen), { rootMargin: "300px" });
    this.find("more").addEventListener("click", () => this.more());
    tools.onLanguage(() => this.write());
    tools.onTone(() => {
      this.sheets.forget();
      for (const card of this.cards) if (card.seen) card.paint();
    });
  }

  _sighted(entries) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.watch.unobserve(target);
      this.cards.find((card) => card.element === target)?.paint();
    }
  }

  /** Fetch the next cards. */
  async more() {
    this.find("more").disabled = true;
    try {
      const { entries, total } = await this.wire.ask("gallery_list", { first: this.cards.length, count: PAGE });
      const known = new Set(this.cards.map((card) => card.entry.id)); // one may have come in front meanwhile
      const fresh = entries.filter((entry) => !known.has(entry.id)).map((entry) => new Card(entry, this, (card) => this._gone(card)));
      Object.assign(this, { total, problem: null });
      this.cards.push(...fresh);
      this.place.append(...fresh.map((card) => card.element));
      for (const card of fresh) this.watch.observe(card.element);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.problem = error;
    }
    this.find("more").disabled = false;
    this.draw();
  }

  _gone(card) {
    const at = this.cards.indexOf(card);
    this.cards.splice(at, 1);
    this.total -= 1;
    card.element.remove();
    this.draw();
    const next = this.cards[Math.min(at, this.cards.length - 1)];
    next?.element.querySelector("a, button")?.focus({ preventScroll: true });
  }

  _empty() {
    const { t } = this.tools;
    return element("div", { className: "drop empty" }, element("b", { textContent: t("gallery.empty.title") }), element("p", { textContent: t("gallery.empty.say") }), element("a", { className: "link", href: "train", textContent: t("gallery.empty.runs") }));
  }

  _failure() {
    return element("div", { className: "oops" }, element("b", { textContent: this.tools.t("gallery.failed") }), element("p", { textContent: this.problem.sentence }));
  }

  /** Show what there is. */
  draw() {
    const { t, number } = this.tools;
    const { cards, total, problem } = this;
    const shown = cards.length ? this.place : problem ? this._failure() : this._empty();
    if (!this.find("works").contains(shown)) this.find("works").replaceChildren(shown);
    put(this.find("works"), "aria-busy", null);
    show(this.find("more"), cards.length < total || Boolean(problem));
    say(this.find("more"), t(problem ? "gallery.again" : "gallery.more", { shown: number(cards.length), total: number(total) }));
    say(this.find("more-say"), problem && cards.length ? problem.sentence : "");
  }

  write() {
    for (const card of this.cards) card.write();
    this.draw();
  }
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  await new Gallery(root, tools).more();
}
