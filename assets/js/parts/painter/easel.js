/* The painter with its tools: a window with the photo, tools and sizes under it, and their keys. A component of its own; its words are the
   section "painter", its style assets/css/painter.css. What the photo and the keys are called is the page's.

       const easel = new Easel(place, tools, { canvas, keys }, on)   keys of two sentences; on: {changed() of the marks, moved() of the view}
       easel.open(bitmap)                                            another photo */

import { markup } from "../../shell/markup.js";
import { Painter } from "./painter.js";
import { clear } from "./raster.js";

const KEYS = { b: "brush", e: "eraser", l: "lasso", r: "rectangle", p: "polygon" };
const SMALL = 0.055; // of the shorter side of the photo: the first size of the brush

const typing = (target) => target.matches?.("input:not([type=range]):not([type=radio]):not([type=checkbox]), select, textarea");

const icon = (inside) => markup`<svg viewBox="0 0 18 18" aria-hidden="true">${inside}</svg>`;

const TOOLS = {
  brush: markup`<path d="M15.5 2.5 8 10M6.5 9.5l2 2M6.2 10c-1.6-.2-2.8.7-3 2.2-.1 1.2-.6 1.8-1.5 2.1 1.5 1.3 5 1.3 6-.6.5-1 .4-1.9-.2-2.6" />`,
  eraser: markup`<path d="M6.5 14.5 2.8 10.8a1.2 1.2 0 0 1 0-1.7l5.8-5.8a1.2 1.2 0 0 1 1.7 0l3.9 3.9a1.2 1.2 0 0 1 0 1.7L8.5 14.5zM5.5 6.5l5.5 5.5M6.5 14.5h8" />`,
  lasso: markup`<path d="M9 3c3.9 0 7 2 7 4.5S12.9 12 9 12 2 10 2 7.5 5.1 3 9 3zM5 11.3c-1 .8-1 2.2.4 2.4 1.2.2 1.2 1.3.4 2" />`,
  rectangle: markup`<rect x="2.5" y="4" width="13" height="10" rx="1" />`,
  polygon: markup`<path d="M3 6.5 9.5 2.5 15.5 7 13 15H5z" />`,
};
const ACTS = {
  out: markup`<path d="M4 9h10" />`,
  in: markup`<path d="M4 9h10M9 4v10" />`,
  undo: markup`<path d="M6.5 3.5 3 7l3.5 3.5M3 7h7.5a4 4 0 0 1 0 8H8" />`,
  redo: markup`<path d="M11.5 3.5 15 7l-3.5 3.5M15 7H7.5a4 4 0 0 0 0 8H10" />`,
  clear: markup`<path d="M4.5 4.5l9 9M13.5 4.5l-9 9" />`,
};
const CHANGES = ["undo", "redo", "clear"];
const act = (name, key) =>
  markup`<button type="button" class="tool" data-act="${name}" data-t-aria-label="painter.${key}" data-t-title="painter.${key}">${icon(ACTS[name])}</button>`;

const tool = (name) =>
  markup`<button type="button" class="tool" data-tool="${name}" aria-pressed="${name === "brush"}">${icon(TOOLS[name])}<span data-t="painter.tools.${name}"></span></button>`;

const MARKUP = ({ canvas, keys }) => markup`
<div class="window"><canvas tabindex="0" role="application" data-t-aria-label="${canvas}" aria-describedby="painter-keys"></canvas></div>
<div class="tools bar1" role="toolbar" data-t-aria-label="painter.tools.label">
  ${Object.keys(TOOLS).map(tool)}
  <span class="gap"></span>
  <span class="zooms">${act("out", "zoom.out")}<button type="button" class="tool" data-act="fit" data-t-title="painter.zoom.fit"></button>${act("in", "zoom.in")}</span>
</div>
<div class="tools bar2">
  <label class="mini"><span data-t="painter.tools.size"></span><input type="range" name="size" min="2" max="400" step="1"></label>
  <label class="mini"><span data-t="painter.tools.hardness"></span><input type="range" name="hardness" min="0" max="100" step="1"></label>
  <span class="gap"></span>
  ${CHANGES.map((name) => act(name, `tools.${name}`))}
</div>
<p class="note" id="painter-keys" data-t="${keys}"></p>
<span class="vh" role="status"></span>`;

export class Easel {
  constructor(place, tools, words, on = {}) {
    Object.assign(this, { place, tools, on });
    place.classList.add("easel");
    place.replaceChildren(MARKUP(words).nodes);
    for (const name of CHANGES) this.act(name).disabled = true;
    tools.fill(place);
    this.canvas = place.querySelector("canvas");
    this.painter = new Painter(this.canvas, {
      changed: () => this._changed(),
      moved: () => this._zoom(),
      said: (word) => (place.querySelector("[role=status]").textContent = tools.t(`painter.ring.${word}`)),
    });
    this._tools();
    this._sliders();
    document.addEventListener("keydown", (event) => this._key(event));
    document.addEventListener("keyup", (event) => this._released(event));
    tools.onTone(() => this.painter.tone());
    tools.onLanguage(() => this._words());
  }

  act(name) {
    return this.place.querySelector(`[data-act=${name}]`);
  }

  slider(name) {
    return this.place.querySelector(`[name=${name}]`);
  }

  /** Show another photo (an upright ImageBitmap), without marks, or with the marks that it had here before. */
  open(picture, mask = null) {
    this.canvas.style.setProperty("--aspect", String(Math.min(4, Math.max(0.5, picture.width / picture.height))));
    this.resize(Math.min(picture.width, picture.height) * SMALL);
    this.painter.open(picture, mask);
  }

  /** Lock or unlock the tools. */
  lock(busy) {
    this.painter.set({ busy });
    this.follow();
  }

  _tools() {
    for (const button of this.place.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.choose(button.dataset.tool));
    const acts = {
      undo: () => this.painter.mask?.undo(),
      redo: () => this.painter.mask?.redo(),
      clear: () => this.clear(),
      in: () => this.painter.zoomTo(this.painter.zoom * 1.5),
      out: () => this.painter.zoomTo(this.painter.zoom / 1.5),
      fit: () => this.painter.photo && this.painter.fit(),
    };
    for (const [name, press] of Object.entries(acts)) this.act(name).addEventListener("click", press);
  }

  choose(tool) {
    this.painter.set({ tool });
    for (const button of this.place.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    this._cursor();
  }

  clear() {
    const { mask } = this.painter;
    if (mask && !mask.empty) mask.change(clear);
  }

  /** The slider of the size is logarithmic, so that small brushes can be set precisely. */
  _sliders() {
    const [size, hardness] = [this.slider("size"), this.slider("hardness")];
    size.addEventListener("input", () => this.resize(Number(size.value)));
    hardness.addEventListener("input", () => this._harden(Number(hardness.value)));
    this.resize(32);
    this._harden(100);
  }

  resize(size) {
    const held = Math.min(400, Math.max(2, Math.round(size)));
    const slider = this.slider("size");
    slider.value = held;
    slider.style.setProperty("--p", `${((held - 2) / 398) * 100}%`);
    slider.setAttribute("aria-valuetext", this.tools.t("painter.tools.size_value", { size: held }));
    this.painter.set({ size: held });
  }

  _harden(percent) {
    const slider = this.slider("hardness");
    slider.value = percent;
    slider.style.setProperty("--p", `${percent}%`);
    slider.setAttribute("aria-valuetext", this.tools.t("painter.tools.hardness_value", { percent }));
    this.painter.set({ hardness: percent / 100 });
  }

  _changed() {
    this.follow();
    this.on.changed?.();
  }

  /** Enable the buttons that have something to do. */
  follow() {
    const { mask, busy } = this.painter;
    const idle = Boolean(mask) && !busy;
    this.act("undo").disabled = !idle || !mask.past.length;
    this.act("redo").disabled = !idle || !mask.future.length;
    this.act("clear").disabled = !idle || mask.empty;
    this._cursor();
  }

  _cursor() {
    const { painter } = this;
    this.canvas.dataset.cursor = painter.busy ? "wait" : painter.space ? "hand" : ["brush", "eraser"].includes(painter.tool) ? "none" : "cross";
  }

  _zoom() {
    const { tools } = this;
    const percent = this.painter.zoom * 100;
    this.act("fit").textContent = tools.t("painter.zoom.value", { percent: tools.number(percent, percent < 10 ? 1 : 0) });
    this.act("fit").setAttribute("aria-label", `${tools.t("painter.zoom.fit")}, ${this.act("fit").textContent}`);
    this.on.moved?.();
  }

  _words() {
    this.resize(this.painter.size);
    this._harden(this.painter.hardness * 100);
    this._zoom();
  }

  /** Whether keys pressed anywhere on the page are for the painter. */
  get listens() {
    return Boolean(this.painter.photo) && !this.painter.busy && this.canvas.offsetParent !== null;
  }

  _key(event) {
    const { painter } = this;
    if (!this.listens || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z") event.shiftKey ? painter.mask.redo() : painter.mask.undo();
      else if (key === "y") painter.mask.redo();
      else return;
    } else if (KEYS[key]) this.pressed(key, event.repeat);
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

  /** The key of a tool was pressed. */
  pressed(key, repeated) {
    if (!repeated) this.choose(KEYS[key]);
  }

  _released(event) {
    if (event.key === " " && this.painter.space) this.painter.set({ space: false });
    this._cursor();
  }
}
