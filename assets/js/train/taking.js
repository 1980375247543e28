/* The pictures of a run as one picture: copied, shared, and kept among the last results of the browser. */

import { intoPng } from "../parts/provenance.js";
import { element } from "../parts/nodes.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";
import { travel } from "../parts/onward/travel.js";
import { called } from "./called.js";
import { address } from "./desk.js";

const AROUND = 24; // pixels of paper around the pictures

export class Taking {
  constructor(root, desk) {
    Object.assign(this, { desk, seen: null }); // seen: {id, state} of the run as it was last
    this.find = (selector) => root.querySelector(selector);
    const taken = () => this._record(true);
    const { buttons, said } = travel(desk.tools, { picture: () => this.file(), link: () => this._link(), taken });
    this.place = element("div", { className: "onward" }, ...buttons, said);
    desk.tools.fill(this.place);
    this.find(".film").append(this.place);
    desk.on("run", () => this._run());
  }

  /** A run that ends before the reader's eyes is a result. */
  _run() {
    const { run } = this.desk;
    const before = this.seen?.id === run.id ? this.seen.state : null;
    this.seen = { id: run.id, state: run.state };
    if (before === "running" && run.state === "done" && this.desk.route.view === "run") setTimeout(() => this._record(false), 1000); // its last pictures have come
  }

  _link() {
    const { run, route } = this.desk;
    return new URL(route.view === "run" && run ? address(`#run=${run.id}`) : "train", document.baseURI).href;
  }

  /** The pictures that are shown, on paper, as a PNG; null before there are any. */
  async file() {
    const { run, tools } = this.desk;
    const pictures = this.find("#board canvas");
    if (!run || !pictures?.width || pictures.hidden) return null;
    const canvas = element("canvas", { width: pictures.width + 2 * AROUND, height: pictures.height + 2 * AROUND });
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(document.body).getPropertyValue("--sheet");
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(pictures, AROUND, AROUND);
    const drawn = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const blob = await intoPng(drawn, { kind: "created", task: "train", settings: { recipe: run.order?.recipe, steps: run.step } });
    const name = called(run, tools).replace(/[\\/:*?"<>|\s]+/g, "-").slice(0, 80);
    return new File([blob], `${name}.png`, { type: blob.type });
  }

  async _record(taken) {
    const { run, route } = this.desk;
    const file = await this.file();
    if (!file || !run.id || run.id === "recorded") return;
    const link = route.view === "run" ? address(`#run=${run.id}`) : "train";
    await record({ page: "train", part: `train/${run.id}`, key: `${run.id} ${run.step}`, kind: "picture", name: file.name, link, file, thumbnail: await thumbnail(file), taken });
  }
}
