/* The window with the painter, and the tools under it. */

import { Painter } from "../painter/painter.js";

const KEYS = { b: "brush", e: "eraser", l: "lasso", r: "rectangle", p: "polygon" };
const HOLD = 220; // milliseconds before B shows the photo before its repairs
const SMALL = 0.055; // of the photo's shorter side: the brush to begin with

const typing = (target) => target.matches?.("input:not([type=range]):not([type=radio]):not([type=checkbox]), select, textarea");

export class Stage {
  constructor(bench, root) {
    Object.assign(this, { bench, root, held: 0 });
    this.find = (id) => root.querySelector(`#${id}`);
    this.canvas = this.find("canvas");
    this.painter = new Painter(this.canvas, {
      changed: () => bench.tell("marks"),
      moved: () => this._zoom(),
      said: (word) => (this.find("said").textContent = bench.tools.t(`repair.ring.${word}`)),
    });
    this._tools();
    this._sliders();
    this._compare();
    document.addEventListener("keydown", (event) => this._key(event));
    document.addEventListener("keyup", (event) => this._released(event));
    for (const event of ["photo", "marks", "busy", "repairs"]) bench.on(event, () => this._follow());
    bench.on("photo", () => this._opened());
    bench.tools.onTone(() => this.painter.tone());
    bench.tools.onLanguage(() => this._words());
  }

  _tools() {
    for (const button of this.root.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.choose(button.dataset.tool));
    this.find("undo").addEventListener("click", () => this.painter.mask?.undo());
    this.find("redo").addEventListener("click", () => this.painter.mask?.redo());
    this.find("clear").addEventListener("click", () => this.clear());
    this.find("in").addEventListener("click", () => this.painter.zoomTo(this.painter.zoom * 1.5));
    this.find("out").addEventListener("click", () => this.painter.zoomTo(this.painter.zoom / 1.5));
    this.find("zoom").addEventListener("click", () => this.painter.photo && this.painter.fit());
  }

  choose(tool) {
    this.split(null);
    this.painter.set({ tool });
    for (const button of this.root.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    this._cursor();
  }

  clear() {
    const { mask } = this.painter;
    if (mask && !mask.empty) mask.restore(new Uint8Array(mask.data.length));
  }

  /** Size of the brush is a power, so that small ones are set as finely as large ones. */
  _sliders() {
    const [size, hardness] = [this.find("size"), this.find("hardness")];
    size.addEventListener("input", () => this.resize(Number(size.value)));
    hardness.addEventListener("input", () => this._harden(Number(hardness.value)));
    this.resize(32);
    this._harden(100);
  }

  resize(size) {
    const held = Math.min(400, Math.max(2, Math.round(size)));
    const slider = this.find("size");
    slider.value = held;
    slider.style.setProperty("--p", `${((held - 2) / 398) * 100}%`);
    slider.setAttribute("aria-valuetext", this.bench.tools.t("repair.tools.size_value", { size: held }));
    this.painter.set({ size: held });
  }

  _harden(percent) {
    const slider = this.find("hardness");
    slider.value = percent;
    slider.style.setProperty("--p", `${percent}%`);
    slider.setAttribute("aria-valuetext", this.bench.tools.t("repair.tools.hardness_value", { percent }));
    this.painter.set({ hardness: percent / 100 });
  }

  _compare() {
    const share = this.find("share");
    share.addEventListener("input", () => this.split(Number(share.value) / 100));
    this.find("compare").addEventListener("click", () => this.split(this.painter.split === null ? 0.5 : null));
  }

  /** Show the photo before its repairs left of a line (0 to 1), or no line (null). */
  split(share) {
    this.painter.set({ split: share });
    this.find("split").hidden = share === null;
    this.find("compare").setAttribute("aria-pressed", String(share !== null));
    if (share === null) return;
    this.find("share").value = Math.round(share * 100);
    this.find("split").style.setProperty("--x", `${share * 100}%`);
  }

  _opened() {
    const { photo } = this.painter;
    this.root.querySelector(".rp").dataset.state = "photo";
    this.find("drop").hidden = true;
    this.find("work").hidden = false;
    this.canvas.style.setProperty("--aspect", String(Math.min(4, Math.max(0.5, photo.width / photo.height))));
    this.split(null);
    this.resize(Math.min(photo.width, photo.height) * SMALL);
    this.painter._resize();
  }

  _follow() {
    const { bench, painter } = this;
    const { mask } = painter;
    const idle = Boolean(mask) && !bench.busy;
    this.find("undo").disabled = !idle || !mask.past.length;
    this.find("redo").disabled = !idle || !mask.future.length;
    this.find("clear").disabled = !idle || mask.empty;
    this.find("compare").hidden = !bench.repairs.length;
    if (!bench.repairs.length && painter.split !== null) this.split(null);
    this._cursor();
  }

  _cursor() {
    const { painter, bench } = this;
    this.canvas.dataset.cursor = bench.busy ? "wait" : painter.space ? "hand" : ["brush", "eraser"].includes(painter.tool) ? "none" : "cross";
  }

  _zoom() {
    const { tools } = this.bench;
    const percent = this.painter.zoom * 100;
    this.find("zoom").textContent = tools.t("repair.zoom.value", { percent: tools.number(percent, percent < 10 ? 1 : 0) });
    this.find("zoom").setAttribute("aria-label", `${tools.t("repair.zoom.fit")}, ${this.find("zoom").textContent}`);
    this.bench.tell("view");
  }

  _words() {
    this.resize(this.painter.size);
    this._harden(this.painter.hardness * 100);
    this._zoom();
  }

  _key(event) {
    const { painter, bench } = this;
    if (!painter.photo || bench.busy || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") event.shiftKey ? painter.mask.redo() : painter.mask.undo();
      else if (key === "y") painter.mask.redo();
      else return;
    } else if (KEYS[key]) this._tool(key, event.repeat);
    else if (key === "z") painter.mask.undo();
    else if (key === "y") painter.mask.redo();
    else if (key === "[" || key === "]") this.resize(painter.size * (key === "]" ? 1.15 : 1 / 1.15) + (key === "]" ? 1 : -1));
    else if (key === "0") painter.fit();
    else if (key === "1") painter.zoomTo(1);
    else if (key === "+" || key === "=") painter.zoomTo(painter.zoom * 1.25);
    else if (key === "-") painter.zoomTo(painter.zoom / 1.25);
    else if (key === " " && event.target === document.body) painter.set({ space: true });
    else return;
    event.preventDefault();
    this._cursor();
  }

  /** B chooses the brush; held after a repair, it shows the photo as it was. */
  _tool(key, repeated) {
    if (repeated) return;
    const look = key === "b" && this.bench.repairs.length > 0;
    if (look) this.held = setTimeout(() => this.painter.set({ before: true }), HOLD);
    else this.choose(KEYS[key]);
  }

  _released(event) {
    if (event.key === " " && this.painter.space) this.painter.set({ space: false });
    if (event.key.toLowerCase() === "b" && this.held) {
      clearTimeout(this.held);
      this.held = 0;
      if (this.painter.before) this.painter.set({ before: false });
      else this.choose("brush");
    }
    this._cursor();
  }
}
