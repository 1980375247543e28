/* The middle of the page: the picture that is shown, its result, and facts about it. */

import { Viewer } from "../compare/viewer.js";
import { origin } from "../origin.js";

export class Stage {
  constructor(bench, root) {
    Object.assign(this, { bench, root, opened: null, finished: null });
    this.find = (id) => root.querySelector(`#${id}`);
    this.viewer = new Viewer(this.find("viewer"), bench.tools);
    bench.on("shown", () => this._show());
    bench.on("progress", () => this._preview());
    bench.on("busy", () => this.viewer.preview(null));
    bench.on("items shown settings", () => this._say());
    bench.tools.onLanguage(() => this._say());
  }

  async _show() {
    const { shown } = this.bench;
    const any = this.bench.items.length > 0;
    this.root.querySelector(".bench").dataset.state = any ? "picture" : "empty";
    this.find("drop").hidden = any;
    this.find("work").hidden = !any;
    this.find("viewer").hidden = !this._seen(shown);
    if (!shown?.width) return;
    if (shown.file !== this.opened) {
      Object.assign(this, { opened: shown.file, finished: null, opening: this.viewer.open(shown.file) });
    }
    await this.opening;
    if (shown === this.bench.shown) await this._became(shown);
  }

  /** Whether there is a picture to look at. */
  _seen(shown) {
    return Boolean(shown?.width);
  }

  /** Show the result of the picture, if it is not shown already. */
  async _became(shown) {
    if (shown.blob === this.finished) return;
    this.finished = shown.blob;
    if (!shown.blob) return this.viewer.undo();
    try {
      await this.viewer.finish(shown.blob);
    } catch (problem) {
      console.warn(`the result cannot be shown: ${problem}`); // the browser cannot draw one so large; the file itself is complete
      shown.unseen = true;
      this._say();
      return this.viewer.undo();
    }
  }

  _preview() {
    const { progress, shown } = this.bench;
    if (progress?.preview && progress.item === shown) this.viewer.preview(progress.preview);
  }

  /** Facts about the result: its size, how long it took, and whether the settings have changed since. */
  _say() {
    const { tools, shown } = this.bench;
    this.find("done").textContent = shown?.report ? tools.sentences([...this._words(shown), ...origin(tools, shown.report.provenance)]) : "";
  }

  _words(shown) {
    const { bench } = this;
    const { report, blob, unseen } = shown;
    const { tools } = bench;
    const [width, height] = report.size.map((each) => tools.number(each));
    const parts = report.tiles > 1 ? tools.t("batch.done.parts_some", { count: tools.number(report.tiles) }) : tools.t("batch.done.parts_one");
    const values = { width, height, parts, seconds: tools.number(report.seconds, 1), megabytes: tools.number(Math.max(0.1, blob.size / 2 ** 20), 1) };
    const words = [tools.t("batch.done.one", values)];
    if (report.halved) words.push(tools.t("batch.done.halved"));
    if (unseen) words.push(tools.t("batch.done.unseen"));
    if (!bench.fresh(shown)) words.push(tools.t("batch.done.older"));
    return words;
  }
}
