/* A tiny GAN that learns eight islands while one looks: the engine of the laboratory, at an easy pace. Where nothing may move, it learns
   unseen and shows what it has learnt. */

import { Desk } from "../parts/laboratory/desk.js";
import { Plane } from "../parts/laboratory/plane.js";
import { settled } from "../parts/engine/settings.js";

const PACE = 100; // steps a second
const LEARNT = 1500; // steps until another one begins
const REST = 3000; // milliseconds before it does
const VIEWS = ["field", "points"];
const SETTINGS = { data: "eight", rateD: 0.002, rateG: 0.002, r1: 0.1 };

class Tile {
  constructor(tile, tools, still, moves) {
    Object.assign(this, { still, moves, seed: 1 });
    this.desk = new Desk(tools, settled({ ...SETTINGS, seed: this.seed }), { pace: PACE, views: still.matches ? [] : VIEWS });
    const canvas = tile.querySelector("canvas");
    this.plane = new Plane(this.desk, canvas, canvas);
    this.desk.on("ready", () => this.go());
    this.desk.on("frame", ({ tick }) => tick >= LEARNT && this._rest());
  }

  /** Play, or stop, as is wanted now: where nothing may move, at full speed, and nothing is shown before the end. */
  go() {
    const { desk, still } = this, learnt = (desk.frame?.tick ?? 0) >= LEARNT, plays = (this.moves || still.matches) && !learnt;
    if (!desk.ready) return;
    desk.show(still.matches && !learnt ? [] : VIEWS);
    if (plays && !desk.playing) {
      desk.speed(still.matches ? 0 : PACE);
      desk.play();
    } else if (!plays) desk.pause();
  }

  _rest() {
    if (!this.desk.playing) return;
    this.go();
    if (!this.still.matches) setTimeout(() => this.desk.set({ seed: ++this.seed }), REST);
  }
}

/** Start the tile, once the page has been painted; returns a function that is told whether it may move. */
export function game(tile, tools, still) {
  let live = null, moves = false;
  const begin = () => (live = new Tile(tile, tools, still, moves));
  if ("requestIdleCallback" in window) requestIdleCallback(begin, { timeout: 1500 });
  else setTimeout(begin, 300);
  return (yes) => {
    moves = yes;
    if (!live) return;
    live.moves = yes;
    live.go();
  };
}
