/* Two pictures to compare, before and after: a line between them, side by side, their difference, or the places with most to see pixel for
   pixel; with zoom and a way about, by mouse, fingers and keys. A component of its own; its words are the section "compare", its style
   assets/css/compare.css.

       const viewer = new Viewer(place, tools);
       await viewer.open(file)             a picture alone
       await viewer.finish(file)           and what became of it, of any size of the same shape
       await viewer.finish(file, true)     the same as a small draft, which says so
       viewer.preview(address)             what is done of it so far; null for none
*/

import { markup } from "../../shell/markup.js";
import { Crops } from "./crops.js";
import { Hands } from "./hands.js";
import { bitmapOf, Closer, Layer } from "./layer.js";
import { Scene, TIMES } from "./scene.js";

const MODES = ["line", "side", "difference", "crops"];
const SQUARES = [16, 4]; // screen pixels from which on the pixels of before and after are shown as squares

const MARKUP = markup`
<div class="window">
  <canvas tabindex="0" role="application" data-t-aria-label="compare.canvas" aria-describedby="compare-keys"></canvas>
  <div class="split" hidden><span class="handle" aria-hidden="true"></span><input type="range" min="0" max="100" step="1" value="50" data-t-aria-label="compare.share"></div>
  <span class="side left" hidden></span><span class="side right" hidden></span>
</div>
<div class="crops" hidden></div>
<div class="tools">
  <fieldset class="seg views" hidden><legend class="vh" data-t="compare.views"></legend>${MODES.map(
    (mode) => markup`<label><input type="radio" name="compare-view" value="${mode}"><span data-t="compare.${mode}"></span></label>`,
  )}</fieldset>
  <span class="gap"></span>
  <span class="zooms"><button type="button" class="tool" data-zoom="out" data-t-aria-label="compare.zoom_out" data-t-title="compare.zoom_out"><svg viewBox="0 0 18 18" aria-hidden="true"><path d="M4 9h10" /></svg></button><button type="button" class="tool" data-zoom="fit" data-t-title="compare.zoom_fit"></button><button type="button" class="tool" data-zoom="in" data-t-aria-label="compare.zoom_in" data-t-title="compare.zoom_in"><svg viewBox="0 0 18 18" aria-hidden="true"><path d="M4 9h10M9 4v10" /></svg></button></span>
</div>
<p class="note reduced" hidden></p>
<p class="note" id="compare-keys" data-t="compare.keys"></p>`;

export class Viewer {
  constructor(place, tools) {
    Object.assign(this, { element: place, tools, view: new Closer(), before: null, after: null, drawn: null, draft: false });
    Object.assign(this, { mode: "line", share: 0.5, held: false, frame: 0, turn: 0, requests: 0, latest: 0, sizes: {}, reduction: 1 });
    place.classList.add("compare");
    place.replaceChildren(MARKUP.nodes);
    place.querySelector(".views input").checked = true;
    tools.fill(place);
    this.find = (selector) => place.querySelector(selector);
    this.canvas = this.find("canvas");
    this.range = this.find(".split input");
    this.scene = new Scene(this.canvas);
    this.crops = new Crops(this.find(".crops"), this);
    this.hands = new Hands(this);
    this.range.addEventListener("input", () => this.divide(Number(this.range.value) / 100));
    this.find(".views").addEventListener("change", ({ target }) => this.choose(target.value));
    this.find("[data-zoom=out]").addEventListener("click", () => this.zoomBy(1 / 1.5));
    this.find("[data-zoom=in]").addEventListener("click", () => this.zoomBy(1.5));
    this.find("[data-zoom=fit]").addEventListener("click", () => this.fit());
    tools.onTone(() => this._toned());
    tools.onLanguage(() => this._words());
    new ResizeObserver(() => this._resize()).observe(this.canvas);
  }

  /** Whether both pictures are seen now. */
  get compared() {
    return Boolean(this.after) && !this.held && !this.drawn;
  }

  /** Whether the line is shown now. */
  get split() {
    return this.compared && this.mode === "line";
  }

  /** The size of the larger picture, [w, h], in whose coordinates both are drawn. */
  get size() {
    const { before, after } = this;
    const { width, height } = after && after.width >= before.width ? after : (before ?? { width: 1, height: 1 });
    return [width, height];
  }

  /** Show another picture, without a result. Rejects if it is no picture. */
  async open(source) {
    const turn = ++this.turn;
    const { bitmap } = await bitmapOf(source);
    if (turn !== this.turn) return bitmap.close();
    this.before = new Layer(bitmap, SQUARES[0]);
    Object.assign(this, { after: null, drawn: null, draft: false, sizes: { before: [bitmap.width, bitmap.height] }, reduction: 1 });
    bitmap.close();
    this.view.fitted = true;
    this.divide(0.5);
    this.canvas.style.setProperty("--aspect", String(Math.min(4, Math.max(0.5, this.before.width / this.before.height))));
    this._follow();
  }

  /** Show the result; draft: it is a small one, for a first look. The view stays at the same place. */
  async finish(source, draft = false) {
    const turn = ++this.turn;
    const { bitmap, share } = await bitmapOf(source);
    if (turn !== this.turn) return bitmap.close();
    const [was] = this.size;
    this.after = new Layer(bitmap, draft ? Infinity : SQUARES[1]);
    Object.assign(this, { drawn: null, reduction: share, draft });
    this.sizes.after = [Math.round(bitmap.width / share), Math.round(bitmap.height / share)];
    bitmap.close();
    this._rescale(this.size[0] / was);
    if (draft && this.mode === "crops") this.mode = "line";
    if (!draft) this.crops.choose();
    this.divide(this.share);
    this._follow();
  }

  /** Show unfinished work over the picture; null for none. An older request never replaces a newer one. */
  async preview(address) {
    const { turn } = this;
    const request = ++this.requests;
    const drawn = address ? await createImageBitmap(await (await fetch(address)).blob()) : null;
    if (turn !== this.turn || request < this.latest) return drawn?.close();
    this.latest = request;
    this.set({ drawn });
  }

  /** The bitmap of the unfinished work, or null. The one before is closed at once, since bitmaps are large and collected late. */
  get drawn() {
    return this._drawn ?? null;
  }

  set drawn(bitmap) {
    if (this._drawn !== bitmap) this._drawn?.close();
    this._drawn = bitmap;
  }

  /** Remove the result. */
  undo() {
    if (!this.after) return;
    const [was] = this.size;
    Object.assign(this, { after: null, drawn: null, draft: false });
    this._rescale(this.size[0] / was);
    this._follow();
  }

  /** The coordinates became `times` as large: adjust the view so that it shows the same place. */
  _rescale(times) {
    const { view } = this;
    if (!view.fitted) Object.assign(view, { x: view.x * times, y: view.y * times, zoom: view.zoom / times });
  }

  set(values) {
    const { compared } = this;
    Object.assign(this, values);
    if (compared === this.compared) this.refresh();
    else this._follow();
  }

  choose(mode) {
    this.mode = mode;
    this._follow();
  }

  /** Move the line to a share of the window. */
  divide(share) {
    this.share = share;
    this.range.value = Math.round(share * 100);
    this.range.setAttribute("aria-valuetext", this.tools.t("compare.percent", { percent: Math.round(share * 100) }));
    this.find(".split").style.setProperty("--x", `${share * 100}%`);
    this.refresh();
  }

  /** Zoom in screen pixels for one of the picture, 1 = 100 %. */
  get zoom() {
    return this.view.zoom / devicePixelRatio;
  }

  zoomTo(zoom, place) {
    if (!this.before) return;
    this.view.zoomTo(zoom * devicePixelRatio, place);
    this._moved();
  }

  zoomBy(times, place) {
    this.zoomTo(this.zoom * times, place);
  }

  fit() {
    if (!this.before) return;
    this.view.fit();
    this._moved();
  }

  pan(dx, dy) {
    this.view.pan(dx, dy);
    this._moved();
  }

  /** Show a place (in shares of the picture) at 100 %, with the line through it. */
  visit([x, y]) {
    this.choose("line");
    this.zoomTo(Math.max(1, this.zoom));
    const { view, size } = this;
    view.x = x * size[0] - view.room[0] / view.zoom / 2;
    view.y = y * size[1] - view.room[1] / view.zoom / 2;
    this.pan(0, 0);
    this.divide(Math.min(0.95, Math.max(0.05, view.toWindow([x * size[0], 0])[0] / view.room[0])));
    this.range.focus({ preventScroll: true });
  }

  refresh() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this._paint());
  }

  _paint() {
    this.frame = 0;
    const { before, after, drawn: preview, size, view, mode, share, held } = this;
    this.scene.paint({ before, after, preview, size, view, mode, share, held });
  }

  _moved() {
    this.canvas.style.touchAction = this.view.fitted ? "pan-y" : "none";
    this._zoomed();
    this.refresh();
  }

  /** Adjust to another size of the window, or to another mode. */
  _resize() {
    const [w, h] = [this.canvas.clientWidth, this.canvas.clientHeight].map((each) => Math.round(each * devicePixelRatio));
    if (!w || !h || !this.before) return;
    if (this.canvas.width !== w || this.canvas.height !== h) this.scene.size(w, h);
    const halved = this.compared && this.mode === "side";
    this.view.resize([halved ? w / 2 : w, h], this.size);
    cancelAnimationFrame(this.frame);
    this._paint(); // at once, because a resized canvas is blank
    this._moved();
  }

  _toned() {
    this.scene.tone();
    this.crops.draw();
    this.refresh();
  }

  _follow() {
    const crops = this.mode === "crops" && this.compared;
    this.find(".window").hidden = crops;
    this.find(".crops").hidden = !crops;
    this.find(".views").hidden = !this.after;
    this._views();
    this.find(".zooms").hidden = crops;
    this.find("#compare-keys").hidden = crops;
    if (crops) this.crops.draw();
    this._labels();
    this._resize();
  }

  /** The details are shown pixel for pixel, so not for a draft. */
  _views() {
    for (const input of this.element.querySelectorAll(".views input")) {
      input.checked = input.value === this.mode;
      if (input.value === "crops") input.parentElement.hidden = this.draft;
    }
  }

  _labels() {
    const { tools, mode, compared } = this;
    this.find(".split").hidden = !this.after || mode !== "line" || Boolean(this.drawn);
    this.find(".handle").hidden = !this.split; // the range stays while B is held, as it may have the focus
    const [left, right] = [this.find(".side.left"), this.find(".side.right")];
    const sized = (name) => {
      const [width, height] = this.sizes[name].map((each) => tools.number(each));
      return tools.t(`compare.${name}_sized`, { width, height });
    };
    left.hidden = !this.after || Boolean(this.drawn);
    right.hidden = !compared || mode === "difference";
    if (!this.after) return;
    left.textContent = mode === "difference" && compared ? tools.t("compare.differs", { times: TIMES }) : sized("before");
    right.textContent = this.draft ? tools.t("compare.draft") : sized("after");
    this.find(".reduced").hidden = this.reduction === 1;
    this.find(".reduced").textContent = tools.t("compare.reduced", { percent: tools.number(this.reduction * 100) });
  }

  _zoomed() {
    const { tools } = this;
    const percent = this.zoom * 100;
    const button = this.find("[data-zoom=fit]");
    button.textContent = tools.t("compare.percent", { percent: tools.number(percent, percent < 10 ? 1 : 0) });
    button.setAttribute("aria-label", `${tools.t("compare.zoom_fit")}, ${button.textContent}`);
  }

  _words() {
    this._labels();
    this._zoomed();
    this.crops.words();
    this.divide(this.share);
  }
}
