/* The middle of the page: the painter with the photo, and the comparison with the photo before its repairs. */

import { Easel } from "../parts/painter/easel.js";

const HOLD = 220; // milliseconds that B must be held to show the photo before its repairs

export class Stage extends Easel {
  constructor(bench, root) {
    const find = (id) => root.querySelector(`#${id}`);
    const words = { canvas: "repair.canvas", keys: "repair.keys" };
    super(find("easel"), bench.tools, words, { changed: () => bench.tell("marks"), moved: () => bench.tell("view") });
    Object.assign(this, { bench, root, find, held: 0 });
    this.place.querySelector(".window").append(find("split"));
    this.place.querySelector(".bar2").append(find("compare"));
    this._compare();
    bench.on("busy", () => this.lock(bench.busy));
    bench.on("photo marks repairs", () => this.follow());
    bench.on("photo", () => this._opened());
  }

  choose(tool) {
    this.split(null);
    super.choose(tool);
  }

  _compare() {
    const share = this.find("share");
    share.addEventListener("input", () => this.split(Number(share.value) / 100));
    this.find("compare").addEventListener("click", () => this.split(this.painter.split === null ? 0.5 : null));
  }

  /** Show the photo before its repairs to the left of a line (0 to 1), or no line (null). */
  split(share) {
    this.painter.set({ split: share });
    this.find("split").hidden = share === null;
    this.find("compare").setAttribute("aria-pressed", String(share !== null));
    if (share === null) return;
    this.find("share").value = Math.round(share * 100);
    this.find("split").style.setProperty("--x", `${share * 100}%`);
  }

  _opened() {
    this.root.querySelector(".rp").dataset.state = "photo";
    this.find("drop").hidden = true;
    this.find("work").hidden = false;
    this.split(null);
    this.painter._resize();
  }

  follow() {
    super.follow();
    if (!this.bench) return;
    const { repairs } = this.bench;
    this.find("compare").hidden = !repairs.length;
    if (!repairs.length && this.painter.split !== null) this.split(null);
  }

  /** B chooses the brush; held after a repair, it shows the photo as it was before. */
  pressed(key, repeated) {
    const look = key === "b" && this.bench.repairs.length > 0;
    if (look && !repeated) this.held = setTimeout(() => this.painter.set({ before: true }), HOLD);
    else super.pressed(key, repeated);
  }

  _released(event) {
    if (event.key.toLowerCase() === "b" && this.held) {
      clearTimeout(this.held);
      this.held = 0;
      if (this.painter.before) this.painter.set({ before: false });
      else this.choose("brush");
    }
    super._released(event);
  }
}
