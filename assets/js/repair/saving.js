/* Saves the photo with its repairs, and says what has changed in the file. */

import { download } from "../parts/files.js";
import { radios } from "../parts/radios.js";

export class Saving {
  constructor(bench, root) {
    Object.assign(this, { bench, form: "lossless", report: null });
    this.find = (id) => root.querySelector(`#${id}`);
    radios(this.find("form"), (form) => (this.form = form));
    this.find("save").addEventListener("click", () => this._toggle());
    this.find("download").addEventListener("click", () => this._download());
    bench.on("repairs", () => this._follow());
    bench.on("busy", () => (this.find("download").disabled = bench.busy));
    bench.tools.onLanguage(() => this._say());
  }

  _toggle(open = this.find("saving").hidden) {
    this.find("saving").hidden = !open;
    this.find("save").setAttribute("aria-expanded", String(open));
  }

  _follow() {
    const any = this.bench.repairs.length > 0;
    this.find("save").hidden = !any;
    if (!any) this._toggle(false);
    this.report = null;
    this._say();
  }

  async _download() {
    const { bench, form } = this;
    this.find("download").disabled = true;
    this.find("saved").textContent = bench.tools.t("repair.busy.writing");
    try {
      const fields = { picture: bench.uri, patches: bench.patches, form, keep_gps: this.find("gps").checked };
      const answer = await bench.tools.ask("export", fields);
      const blob = await (await fetch(answer.picture)).blob();
      download(blob, `${bench.name}-repaired.${answer.ending}`);
      this.report = { ...answer, picture: null, form };
      bench.tell("trouble", null);
    } catch (error) {
      this.report = null;
      bench.trouble("save", error, "kept");
    } finally {
      this.find("download").disabled = bench.busy;
      this._say();
    }
  }

  _say() {
    const { report } = this;
    const { tools } = this.bench;
    if (!report) {
      this.find("saved").textContent = "";
      return;
    }
    const values = {
      changed: tools.number(report.outside_changed),
      outside: tools.number(report.outside),
      percent: tools.number((100 * report.outside_changed) / Math.max(1, report.outside)),
      levels: tools.number(report.loss * 255),
      megabytes: tools.number(report.bytes / 2 ** 20, 1),
    };
    this.find("saved").textContent = tools.t(report.form === "jpeg" ? "repair.save.jpeg_said" : "repair.save.lossless_said", values);
  }
}
