/* The work: the marks go to the server, the page watches how far it is and may take it back, and new pixels come home. */

import { address } from "../parts/files.js";

const GLANCE = 350; // milliseconds between two looks at how far it is

/** Patches of an answer, ready to be drawn. */
async function drawable(patches) {
  return Promise.all(
    patches.map(async ({ left, top, picture }) => ({ left, top, drawable: await createImageBitmap(await (await fetch(picture)).blob()) })),
  );
}

export class Mending {
  constructor(bench, root) {
    Object.assign(this, { bench, root, ticket: null, state: null, found: null }); // found: what a look for scratches brought
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("mend").addEventListener("click", () => this.mend());
    this.find("cancel").addEventListener("click", () => this.cancel());
    this.find("scratches").addEventListener("click", () => this.look());
    for (const event of ["photo", "marks"]) bench.on(event, () => this.found && this.found.share !== bench.mask?.share && this._find(null));
    bench.on("photo", () => this._find(null));
    for (const event of ["photo", "marks", "busy"]) bench.on(event, () => this._follow());
    bench.tools.onLanguage(() => this._say());
    bench.tools.onLanguage(() => this._find(this.found));
  }

  /** Say what a look for scratches brought, as long as it is true of the photo and its marks; null takes it away. */
  _find(found) {
    const { tools } = this.bench;
    this.found = found;
    const percent = found?.key === "some" ? tools.number(found.of * 100, found.of < 0.001 ? 2 : 1) : "";
    this.find("found").textContent = found ? tools.t(`repair.found.${found.key}`, { percent }) : "";
  }

  /** Fill what is marked. */
  async mend() {
    const { bench } = this;
    const marks = bench.mask.kept();
    const version = await this._version(await address(await bench.mask.blob()), bench.patches, 0);
    if (!version) return;
    bench.repairs.push({ versions: [version], chosen: 0, marks });
    bench.undone = [];
    this._show(version);
    bench.stage.clear();
    bench.stage.split(0.5);
  }

  /** The last repair once more, by another seed. */
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

  /** Mark scratches and dust. */
  async look() {
    const { bench } = this;
    this._find({ key: "looking", share: bench.mask.share });
    const answer = await this._asked("scratches", { picture: bench.uri }, "scratches");
    this._find(null);
    if (!answer) return;
    if (answer.share > 0) {
      const marks = await createImageBitmap(await (await fetch(answer.mask)).blob());
      bench.mask.take(marks);
      marks.close();
    }
    this._find({ key: answer.share > 0 ? "some" : "none", of: answer.share, share: bench.mask.share });
  }

  /** The page is free at once; the server stops at its next step. */
  cancel() {
    this.bench.server.cancel({ ticket: this.ticket }).catch((problem) => console.warn(`cancel: ${problem}`));
    this.stop?.({ cancelled: true });
  }

  async _version(mask, patches, seed) {
    const { bench } = this;
    const fields = { picture: bench.uri, mask, patches, seed, whole: false, ...bench.settings };
    const report = await this._asked("repair", fields, "mend");
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

  /** Ask for long work and watch it. Null when it was taken back or refused; a refusal is told. */
  async _asked(task, fields, title) {
    const { bench } = this;
    this.ticket = bench.ticket();
    this.state = { state: "sending" };
    bench.work(true);
    bench.tell("trouble", null);
    const watch = setInterval(() => this._glance(this.ticket), GLANCE);
    try {
      const stopped = new Promise((resolve) => (this.stop = resolve));
      const asked = bench.tools.ask(task, { ...fields, ticket: this.ticket });
      const answer = await Promise.race([asked, stopped]);
      asked.catch(() => {}); // what comes after a cancel is of no interest
      return answer.cancelled ? null : answer;
    } catch (error) {
      bench.trouble(title, error, "kept_marks");
      return null;
    } finally {
      clearInterval(watch);
      Object.assign(this, { ticket: null, stop: null });
      bench.work(false);
    }
  }

  async _glance(ticket) {
    let state;
    try {
      state = await this.bench.server.progress({ ticket });
    } catch {
      return; // the answer itself will say that the server is gone
    }
    if (ticket !== this.ticket || !state || state.state === "gone") return;
    this.state = state;
    this._say();
  }

  _follow() {
    const { bench } = this;
    this.find("busy").hidden = !bench.busy;
    this.find("do").hidden = bench.busy;
    this.find("mend").disabled = bench.busy || !bench.mask || bench.mask.empty;
    for (const id of ["scratches", "replace"]) this.find(id).disabled = bench.busy || (id === "scratches" && !bench.photo);
    this._say();
  }

  _say() {
    const { state } = this;
    const { tools } = this.bench;
    if (!this.bench.busy || !state) return;
    const { done = 0, total = 0 } = state;
    const seconds = state.seconds === null || state.seconds === undefined ? null : tools.number(Math.max(1, state.seconds));
    const words = {
      sending: () => tools.t("repair.busy.sending"),
      waiting: () => tools.t(state.place === 1 ? "repair.busy.next" : "repair.busy.place", { place: state.place, seconds }),
      working: () => (total ? tools.t("repair.busy.mending", { part: Math.min(total, done + 1), parts: total }) : tools.t("repair.busy.reading")),
    };
    this.find("busy-what").textContent = words[state.state]();
    this.find("busy-left").textContent = state.state === "working" && seconds ? tools.t("repair.busy.left", { seconds }) : "";
    this.find("busy-bar").style.width = `${total ? (100 * done) / total : 0}%`;
  }
}
