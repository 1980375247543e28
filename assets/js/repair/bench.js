/* The state of the repair page: the photo, its marks and its repairs. It reports every change. Events: "photo" (another one), "marks",
   "view", "repairs" (one was added or removed, or shows another version), "saved" (as a file), "busy" (work began or ended), "trouble". A repair is {versions:
   [{patches, pictures, report, seed}], chosen, marks}: patches as the server sends them, pictures to draw them. */

import { Events } from "../parts/events.js";
import { address } from "../parts/files.js";
import { uploadId } from "../parts/visitor.js";

const USUAL = [0.5, 4e-6]; // seconds of every repair, and of each marked pixel

export class Bench extends Events {
  constructor(tools, server) {
    super();
    Object.assign(this, { tools, server, busy: false, stage: null });
    Object.assign(this, { file: null, uri: null, name: "photo", repairs: [], undone: [], saved: true, scratched: false });
    this.settings = { fill: "around", soften: 6, grow: 4 };
    this.rates = []; // the same as measured for each repair so far, newest last
  }

  get painter() {
    return this.stage?.painter;
  }

  get photo() {
    return this.painter?.photo ?? null;
  }

  get mask() {
    return this.painter?.mask ?? null;
  }

  /** Change to another photo. file: its Blob; picture: the same as an upright ImageBitmap. */
  async take(file, picture, name) {
    if (this.scratched) this.set({ fill: "around" });
    Object.assign(this, { file, name, repairs: [], undone: [], uri: await address(file), example: false, part: uploadId() });
    this.stage.open(picture);
    this.tell("photo");
    this.tell("repairs");
    this.tell("trouble", null);
  }

  /** Whether there are repairs or marks that are in no file yet. */
  get unsaved() {
    return Boolean(this.photo) && (this.repairs.length ? !this.saved : !this.mask.empty);
  }

  /** Take settings of an earlier visit, or of the reader. scratched: they follow from a search for scratches, and end with the photo. */
  set(settings, scratched = false) {
    Object.assign(this.settings, settings);
    this.scratched = scratched;
    this.tell("settings");
  }

  /** The patches of all repairs that are shown. */
  get patches() {
    return this.repairs.flatMap(({ versions, chosen }) => versions[chosen].patches);
  }

  /** The seconds that the present marks will take, estimated from the last repair, or before the first one from what two cores usually
      take. Null without marks. */
  estimate() {
    if (!this.mask || this.mask.empty) return null;
    const [fixed, rate] = this.rates.at(-1) ?? USUAL;
    return fixed + rate * this.mask.share * this.photo.width * this.photo.height;
  }

  /** Learn from a finished repair: half of its time counts for every repair, half for each marked pixel. */
  learn({ seconds, marked }) {
    this.rates.push([seconds / 2, seconds / 2 / Math.max(1, marked)]);
  }

  work(busy) {
    this.busy = busy;
    this.tell("busy");
  }

  trouble(title, error, kept) {
    if (error.name !== "TaskError" && !error.sentence) throw error;
    this.tell("trouble", { title, error, kept });
  }
}
