/* Keeps the reader's work in the browser while it grows, so that a reload, a crash or a step back loses nothing: it is offered again when
   the page opens. A page that cannot keep it asks before it is left. */

import { drop, find, keep } from "./store.js";

const CALM = 800; // milliseconds without a change until the work is kept
const LARGEST = 300 * 2 ** 20; // bytes
const AGE = 14 * 86_400_000; // milliseconds that work is offered

export class Keeping {
  /** slug: of the page; events: of the bench after which the work is another; pack(): the work as a value to keep, {name, bytes, ...},
      null when there is none, or undefined when it is only an example, which replaces nothing; unpack(work): a promise, fulfilled when it stands on the page again. */
  constructor(bench, root, slug, { events, pack, unpack }) {
    Object.assign(this, { bench, slug, pack, unpack, timer: 0, kept: true, offered: null, begun: false });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("again-open").addEventListener("click", () => this._again());
    this.find("again-forget").addEventListener("click", () => this._forget());
    bench.on(events, () => this._changed());
    bench.tools.onLanguage(() => this._say());
    document.addEventListener("visibilitychange", () => document.hidden && this.settle());
    window.addEventListener("beforeunload", (event) => this.risk && event.preventDefault());
  }

  /** Whether leaving the page would lose something. */
  get risk() {
    return this.bench.busy || (this.begun && !this.kept && this.bench.unsaved);
  }

  /** Offer the work of last time, if the page is still empty. */
  async offer() {
    const work = await find("work", this.slug);
    if (!work || this.begun || this.pack()) return;
    if (Date.now() - work.at > AGE) return void drop("work", this.slug);
    this.offered = work;
    this._say();
  }

  /** Keep the work now. */
  async settle() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.kept || !this.begun) return;
    const work = this.pack();
    this.kept = true; // unless it changes while it is written
    if (!work) return void (work === null && (await drop("work", this.slug)));
    if (work.bytes > LARGEST || !(await keep("work", this.slug, { ...work, at: Date.now() }))) this.kept = false;
  }

  _changed() {
    if (!this.begun && !this.pack()) return;
    Object.assign(this, { begun: true, kept: false, offered: null });
    this._say();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), CALM);
  }

  async _again() {
    const work = this.offered;
    this.offered = null;
    this._say();
    await this.unpack(work);
  }

  _forget() {
    this.offered = null;
    this._say();
    drop("work", this.slug);
  }

  _say() {
    const { tools } = this.bench;
    this.find("again").hidden = !this.offered;
    if (this.offered) this.find("again-what").textContent = tools.t("onward.again.what", { name: this.offered.name });
  }
}
