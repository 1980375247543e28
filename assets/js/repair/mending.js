/* Sends the marks to the server, shows the progress, and draws the new pixels. */

import { address } from "../parts/files.js";
import { Progress } from "../parts/progress.js";
import { Errand } from "../shell/errand.js";

/** The patches of an answer, with bitmaps to draw. */
async function drawable(patches) {
  return Promise.all(
    patches.map(async ({ left, top, picture }) => ({ left, top, drawable: await createImageBitmap(await (await fetch(picture)).blob()) })),
  );
}

export class Mending {
  constructor(bench, root) {
    Object.assign(this, { bench, errand: new Errand(bench.server, bench.tools.ask), state: null, finding: null }); // finding: the result of a search for scratches
    this.find = (id) => root.querySelector(`#${id}`);
    this.progress = new Progress(root, "mend", (state) => this._words(state));
    this.find("mend").addEventListener("click", () => this.held(["save", "mend"], () => this.mend()));
    this.find("cancel").addEventListener("click", () => this.errand.cancel());
    this.find("scratches").addEventListener("click", () => this.held(["scratches", "mend"], () => this.look()));
    bench.on("photo marks", () => this.finding && this.finding.share !== bench.mask?.share && this._find(null));
    bench.on("photo", () => this._find(null));
    bench.on("photo marks busy", () => this._follow());
    bench.tools.onLanguage(() => this._say());
    bench.tools.onLanguage(() => this._find(this.finding));
  }

  /** Show the result of a search for scratches, as long as the photo and its marks stay the same; null hides it. */
  _find(finding) {
    const { tools } = this.bench;
    this.finding = finding;
    const percent = finding?.key === "some" ? tools.number(finding.of * 100, finding.of < 0.001 ? 2 : 1) : "";
    this.find("found").textContent = finding ? tools.t(`repair.found.${finding.key}`, { percent }) : "";
  }

  /** Do what disables or hides the control with the focus; the focus then goes to the first of some controls that can take it. */
  async held(ids, work) {
    const from = document.activeElement;
    await work();
    const here = document.activeElement;
    if (from === document.body || (here !== document.body && here.checkVisibility() && !here.disabled)) return;
    ids.map((id) => this.find(id)).find((control) => !control.hidden && !control.disabled)?.focus({ preventScroll: true });
  }

  /** Repair what is marked. */
  async mend() {
    const { bench } = this;
    const marks = bench.mask.kept();
    const mask = await address(await bench.mask.blob());
    const version = await this._version(mask, bench.patches, 0);
    if (!version) return;
    bench.repairs.push({ versions: [version], chosen: 0, marks });
    bench.undone = [];
    this._show(version);
    bench.stage.clear();
    bench.stage.split(0.5);
  }

  /** Repeat the last repair with another seed. */
  async another() {
    const { bench } = this;
    const last = bench.repairs.at(-1);
    const { versions, chosen } = last;
    const earlier = bench.repairs.slice(0, -1).flatMap((repair) => repair.versions[repair.chosen].patches);
    const version = await this._version(versions[0].mask, earlier, versions.length);
    if (!version) return;
    this._hide(versions[chosen]);
    versions.push(version);
    last.chosen = versions.length - 1;
    this._show(version);
  }

  /** Show another of the last repair's versions. */
  choose(number) {
    const last = this.bench.repairs.at(-1);
    this._hide(last.versions[last.chosen]);
    last.chosen = number;
    this._show(last.versions[number]);
  }

  /** Show the repairs of an earlier visit again: [{versions: [{patches, report, seed, mask}], chosen, marks}]. */
  async restore(repairs) {
    const { bench } = this;
    for (const { versions, chosen, marks } of repairs) {
      const drawn = await Promise.all(versions.map(async (version) => ({ ...version, pictures: await drawable(version.patches) })));
      bench.repairs.push({ versions: drawn, chosen, marks });
      this._show(drawn[chosen]);
    }
  }

  undo() {
    const { bench } = this;
    const repair = bench.repairs.pop();
    bench.undone.push(repair);
    this._hide(repair.versions[repair.chosen]);
    if (bench.mask.empty) bench.mask.restore(repair.marks);
    bench.tell("repairs");
  }

  redo() {
    const { bench } = this;
    const repair = bench.undone.pop();
    bench.repairs.push(repair);
    bench.stage.clear();
    this._show(repair.versions[repair.chosen]);
  }

  /** Mark scratches and dust, beside what is marked already. */
  async look() {
    const { bench } = this;
    const first = bench.mask.empty;
    this._find({ key: "looking", share: bench.mask.share });
    const answer = await this._run("scratches", { picture: bench.uri }, "scratches");
    this._find(null);
    if (!answer) return;
    if (answer.share > 0) {
      const marks = await createImageBitmap(await (await fetch(answer.mask)).blob());
      bench.mask.take(marks, true);
      marks.close();
      if (first) bench.set({ fill: "smooth" }, true); // nothing else is marked
    }
    this._find({ key: answer.share > 0 ? "some" : "none", of: answer.share, share: bench.mask.share });
  }

  async _version(mask, patches, seed) {
    const { bench } = this;
    const fields = { picture: bench.uri, mask, patches, seed, whole: false, ...bench.settings };
    const report = await this._run("repair", fields, "mend");
    if (!report) return null;
    bench.learn(report);
    return { patches: report.patches, pictures: await drawable(report.patches), report, seed, mask };
  }

  _show(version) {
    for (const { drawable: picture, left, top } of version.pictures) this.bench.photo.lay(picture, left, top);
    this.bench.painter.refresh();
    this.bench.tell("repairs");
  }

  _hide(version) {
    for (let i = 0; i < version.pictures.length; i++) this.bench.photo.lift();
    this.bench.painter.refresh();
  }

  /** The answer of a task; null if it was cancelled or refused, and a refusal is shown. */
  async _run(task, fields, title) {
    const { bench } = this;
    bench.work(true);
    bench.tell("trouble", null);
    try {
      return await this.errand.run(task, async () => fields, (state) => this._report(state));
    } catch (error) {
      bench.trouble(title, error, "kept_marks");
      return null;
    } finally {
      bench.work(false);
    }
  }

  _report(state) {
    this.state = state;
    this._say();
  }

  _follow() {
    const { bench } = this;
    this.progress.swap(bench.busy);
    this.find("mend").disabled = bench.busy || !bench.mask || bench.mask.empty;
    this.find("replace").hidden = !bench.photo; // there is nothing to replace
    for (const id of ["scratches", "replace"]) this.find(id).disabled = bench.busy || !bench.photo;
    this._say();
  }

  _say() {
    if (this.bench.busy && this.state) this.progress.show(this.state);
  }

  /** The words for a state of the work. */
  _words({ state, place, seconds, part, parts }) {
    const { tools } = this.bench;
    const rest = seconds === null ? null : tools.number(Math.max(1, seconds));
    const what = {
      sending: () => tools.t("repair.busy.sending"),
      waiting: () => tools.t(place === 1 ? "repair.busy.next" : "repair.busy.place", { place, seconds: rest }),
      working: () => (parts ? tools.t("repair.busy.mending", { part, parts }) : tools.t("repair.busy.reading")),
    }[state]();
    return { what, left: state === "working" && rest ? tools.t("repair.busy.left", { seconds: rest }) : "" };
  }
}
