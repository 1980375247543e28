/* The live preview: whenever a setting changes, a small copy of the photo is painted again. There is one request at a time; changes
   meanwhile lead to one more request with the newest settings. It is cancelled when the full work begins. */

import { upright } from "../parts/bitmap.js";
import { address } from "../parts/files.js";
import { element } from "../parts/nodes.js";
import { Errand } from "../shell/errand.js";

const SIDE = 384; // pixels: side of a square with the area of the copy
const REST = 60; // milliseconds without a change before it is asked

const canvasOf = (width, height) => element("canvas", { width, height });
const png = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

/** The small copy of an item, made once: a promise of {uri, width, height}. */
function copied(item) {
  item.copy ??= (async () => {
    const scale = Math.min(1, SIDE / Math.sqrt(item.width * item.height));
    const [width, height] = [item.width, item.height].map((each) => Math.max(1, Math.round(each * scale)));
    const bitmap = await upright(item.file, { width, height });
    const canvas = canvasOf(width, height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    bitmap.close();
    return { uri: await address(await png(canvas)), width, height };
  })();
  item.copy.catch(() => (item.copy = null));
  return item.copy;
}

/** The marks of an item, white on black, in the size of its copy. */
async function marks(item, { width, height }) {
  const canvas = canvasOf(width, height);
  const context = canvas.getContext("2d");
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(item.mask.canvas, 0, 0, width, height);
  return address(await png(canvas));
}

export class Preview {
  constructor(bench) {
    Object.assign(this, { bench, errand: new Errand(bench.server, bench.tools.ask), timer: 0, running: false, refused: "", complains: false });
    bench.on("trouble", (trouble) => (this.complains = trouble?.title === "preview"));
    bench.on("shown settings styles paintings marks busy", () => this._soon());
    bench.on("busy", () => bench.busy && this.errand.cancel());
  }

  _soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this._run(), REST);
  }

  /** The settings that the preview depends on. */
  _fields(item) {
    const { form, quality, ...fields } = this.bench.fieldsOf(item);
    return fields;
  }

  async _run() {
    const { bench } = this;
    const { shown: item } = bench;
    if (this.running || bench.busy) return;
    const fields = item?.width && bench.able ? this._fields(item) : null;
    const key = JSON.stringify(fields);
    if (this.complains && key !== this.refused) bench.trouble(null); // the reason of the trouble has changed
    if (!fields || item.draft?.key === key || this.refused === key) return;
    this.running = true;
    try {
      await this._ask(item, fields, key);
      this.refused = "";
    } catch (error) {
      this.refused = key; // tried again when a setting changes, never at once: what fails without a wait would hold the page for good
      if (error.name !== "TaskError") throw error;
      if (item === bench.shown) bench.trouble("preview", error);
    } finally {
      this.running = false;
      this._run();
    }
  }

  async _ask(item, fields, key) {
    const { bench } = this;
    const pictures = bench.pictures(fields);
    const answer = await this.errand.run("stylize_preview", async () => {
      const copy = await copied(item);
      return { ...fields, ...pictures, picture: copy.uri, mask: fields.mask ? await marks(item, copy) : "" };
    }, bench.tools.alone ? (state) => bench.tell("coming", state) : null); // without a server a net is fetched first
    if (!answer) return;
    item.draft = { key, blob: await (await fetch(answer.picture)).blob(), seconds: answer.seconds };
    bench.tell("draft");
  }
}
