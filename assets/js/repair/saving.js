/* Saves the photo with its repairs by one press, as it was saved last, and says what has changed in the file. */

import { closesByEscape } from "../parts/escape.js";
import { download } from "../parts/files.js";
import { fill } from "../parts/nodes.js";
import { origin } from "../parts/origin.js";
import { radios } from "../parts/radios.js";

export class Saving {
  constructor(bench, root) {
    Object.assign(this, { bench, form: "lossless", report: null, made: null }); // made: the file, as long as the repairs are the same
    this.find = (id) => root.querySelector(`#${id}`);
    radios(this.find("form"), (form) => (this.form = form));
    this.find("how").addEventListener("click", () => this._toggle());
    closesByEscape(this.find("saving"), this.find("how"), () => this._toggle(false));
    this.find("save").addEventListener("click", () => this._save());
    bench.on("repairs", () => this._follow());
    bench.on("photo marks repairs busy", () => this._fill());
    bench.tools.onLanguage(() => this._say());
  }

  _toggle(open = this.find("saving").hidden) {
    this.find("saving").hidden = !open;
    this.find("how").setAttribute("aria-expanded", String(open));
  }

  _follow() {
    const any = this.bench.repairs.length > 0;
    for (const id of ["save", "how"]) this.find(id).hidden = !any;
    if (!any) this._toggle(false);
    Object.assign(this, { report: null, made: null });
    this.bench.saved = false;
    this._say();
  }

  /** The filled button is what is to be done next: mend what is marked, or save what is mended. */
  _fill() {
    const { bench } = this;
    fill([this.find("mend"), this.find("save")], this.find(bench.repairs.length && bench.mask.empty ? "save" : "mend"));
    this.find("save").disabled = bench.busy;
  }

  /** The photo with its repairs as a File, or null if the server refuses, which is shown. */
  async file() {
    const { bench, form } = this;
    bench.tell("trouble", null);
    this.find("saved").textContent = bench.tools.t("repair.busy.writing");
    try {
      const fields = { picture: bench.uri, patches: bench.patches, form, keep_gps: this.find("gps").checked };
      const answer = await bench.tools.ask("export", fields);
      const blob = await (await fetch(answer.picture)).blob();
      this.report = { ...answer, picture: null, form };
      this.made = new File([blob], `${bench.name}-repaired.${answer.ending}`, { type: blob.type });
      return this.made;
    } catch (error) {
      this.report = null;
      bench.trouble("save", error, "kept");
      return null;
    } finally {
      this._say();
    }
  }

  async _save() {
    this.find("save").disabled = true;
    try {
      const file = await this.file();
      if (!file) return;
      download(file, file.name);
      this.bench.saved = true;
      this.bench.tell("saved");
    } finally {
      this._fill();
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
    const words = tools.t(report.form === "jpeg" ? "repair.save.jpeg_said" : "repair.save.lossless_said", values);
    this.find("saved").textContent = tools.sentences([words, ...origin(tools, report.provenance)]);
  }
}
