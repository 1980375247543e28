/* Games that a chapter trains by itself, side by side in a worker: their buttons, and a frame whenever there is something new. */

import { markup } from "../../shell/markup.js";
import { dots } from "../../parts/laboratory/paint.js";
import { line, square } from "./drawing.js";
import { REACH } from "../../parts/engine/data.js";

export class Players {
  /** games(): the settings of all games, see blend.js. shown(frame): called with every frame, and with null when a run begins anew. */
  constructor(place, { tools, desk }, games, shown) {
    Object.assign(this, { place, tools, games, shown, playing: false, waiting: false, stale: true, ready: false, frame: null });
    place.append(markup`<div class="tools"><button type="button" class="btn soft" data-play=""></button><button type="button" class="tool" data-again="" data-t="learn.drive.again"></button><span class="note" data-step=""></span></div>`.nodes);
    this.worker = new Worker(tools.staticUrl("js/learn/chapters/blend_worker.js"), { type: "module" });
    this.worker.onmessage = ({ data }) => this._heard(data);
    place.querySelector("[data-play]").addEventListener("click", () => this.play(!this.playing));
    place.querySelector("[data-again]").addEventListener("click", () => this.begin());
    for (const event of ["restart", "playing"]) desk.on(event, () => (desk.playing || place.hidden) && this.play(false));
    document.addEventListener("visibilitychange", () => document.hidden && this.play(false));
    this.words();
    const turn = () => {
      if (this.place.hidden) this.play(false);
      else if (this.ready && !this.waiting && (this.playing || this.stale)) this._look();
      requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  }

  begin() {
    const was = this.playing;
    Object.assign(this, { ready: false, waiting: false, playing: false, frame: null });
    this.worker.postMessage({ type: "new", games: this.games() });
    this.shown(null);
    this.play(was);
  }

  play(yes) {
    if (yes !== this.playing) {
      this.playing = yes;
      this.worker.postMessage({ type: yes ? "play" : "pause" });
      this.stale = true;
    }
    this.words();
  }

  /** Other settings of one game, while it goes on. */
  change(game, settings) {
    this.worker.postMessage({ type: "change", game, settings });
  }

  _look() {
    Object.assign(this, { waiting: true, stale: false });
    this.worker.postMessage({ type: "frame" });
  }

  _heard({ type, ...what }) {
    if (type === "broken") return console.error(what.message);
    if (type === "ready") return Object.assign(this, { ready: true, waiting: false, stale: true });
    this.waiting = false;
    if (!this.ready) return undefined; // of the run before
    this.frame = what;
    this.place.querySelector("[data-step]").textContent = this.tools.t("learn.rewind.at", { step: this.tools.number(what.tick) });
    this.shown(what);
    return undefined;
  }

  words() {
    const words = this.tools.t(this.playing ? "learn.drive.pause" : "learn.drive.play"), button = this.place.querySelector("[data-play]");
    if (button.textContent !== words) button.textContent = words;
  }
}

/** One game: data, generated points, and strokes from points to what comes back of them. `known`: points that were trained on. */
export function picture(canvas, { points, real, from, back }, known = null) {
  const sheet = square(canvas, REACH);
  if (!sheet) return;
  const { context, x, y, tones } = sheet;
  dots(sheet, real, known ? tones.edge.css : tones.ink.css, 1.3);
  if (known) dots(sheet, known, tones.ink.css, 3);
  dots(sheet, points, tones.accent.css, 1.7);
  if (!back) return;
  const n = from.length / 2;
  for (let c = 0; c < n; c++) line(context, [[x(from[c]), y(from[n + c])], [x(back[c]), y(back[n + c])]], tones.ink.css, { width: 1 });
}
