/* The middle of the page: the photo beside its preview or its result, and the painter for its marks. */

import { Stage as Shown } from "../parts/batch/stage.js";
import { upright } from "../parts/bitmap.js";
import { Easel } from "../parts/painter/easel.js";

export class Stage extends Shown {
  constructor(bench, root) {
    super(bench, root);
    const words = { canvas: "stylize.marks.canvas", keys: "stylize.marks.keys" };
    this.easel = new Easel(this.find("easel"), bench.tools, words, { changed: () => this._marked() });
    this.easel.place.querySelector(".bar2").append(this.find("marked"));
    this.find("marked").addEventListener("click", () => bench.mark(false));
    this.onEasel = null; // the item whose photo the painter shows
    bench.on("draft", () => this._show());
    bench.on("settings", () => this._show());
    bench.on("able", () => this._say());
    bench.on("coming", (state) => this._coming(state));
    bench.on("marking", () => this._mark(!bench.busy));
    bench.on("shown", () => this._mark(false));
    bench.on("busy", () => {
      if (bench.busy) bench.mark(false);
      this.easel.lock(bench.busy);
    });
  }

  _seen(shown) {
    return super._seen(shown) && !this.bench.marking;
  }

  /** Show the result if it belongs to the present settings, else the newest preview; the older one stays until that has arrived. */
  async _became(shown) {
    if (shown.blob && this.bench.fresh(shown)) return super._became(shown);
    if (!shown.draft) return shown.blob ? super._became(shown) : this.viewer.undo();
    if (this.finished === shown.draft.blob) return;
    this.finished = shown.draft.blob;
    await this.viewer.finish(shown.draft.blob, true);
    this._say();
  }

  _preview() {} // the small preview already shows the whole

  /** Show or hide the painter, and change its photo. pressed: the reader pressed the button, so the focus moves along. */
  async _mark(pressed) {
    const { bench } = this;
    const { marking, shown } = bench;
    const marks = marking && Boolean(shown?.width);
    this.find("easel").hidden = !marks;
    this.root.querySelector(".bench").toggleAttribute("data-marking", marks);
    this.find("viewer").hidden = !this._seen(shown);
    if (!marks) return pressed && shown ? this.viewer.canvas.focus({ preventScroll: true }) : null;
    if (this.onEasel !== shown) {
      this.onEasel = shown;
      const bitmap = await upright(shown.file);
      if (this.onEasel !== shown) return bitmap.close();
      this.easel.open(bitmap, shown.mask);
      shown.mask = this.easel.painter.mask;
      bitmap.close();
    }
    this.easel.painter._resize();
    if (!pressed) return null;
    return this.easel.canvas.focus({ preventScroll: true });
  }

  _marked() {
    const { onEasel: item, bench } = this;
    if (!item || item.mask !== this.easel.painter.mask) return;
    item.marks = (item.marks ?? 0) + 1;
    bench.tell("marks");
  }

  /** A network that is on its way for the first time. */
  _coming({ state, received = 0, total = 0 }) {
    const { tools, shown } = this.bench, megabytes = (bytes) => tools.number(bytes / 2 ** 20, 1);
    if (state === "fetching") this.find("done").textContent = tools.t("batch.busy.fetching", { received: megabytes(received), total: megabytes(total) });
    else if (!shown?.draft) this._say();
  }

  _say() {
    super._say();
    const { shown, tools } = this.bench;
    if (!shown?.width || shown.report) return;
    if (shown.draft) this.find("done").textContent = tools.t("stylize.preview");
    else if (this.bench.able) this.find("done").textContent = tools.t("stylize.previewing");
  }
}
