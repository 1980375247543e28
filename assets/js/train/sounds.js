/* Training on sounds: which set, how long it learns, what the result is called. It is a form as that for pictures, and ends in an order. */

import { element, put, say } from "../parts/nodes.js";
import { Data } from "./data.js";

const LONG = { quick: 300, good: 1000, fine: 4000 }; // steps
const LOOKS = 20; // sheets and checkpoints of a run
const SOUNDS = { list: "clips", first: "mandarin_digits", sent: "sounds", prefix: "sound-", words: "train.sounds.data", accept: ".wav,.wave,.flac,.ogg,.oga,.opus,.mp3,.aif,.aiff,.zip" };

export class Sounds {
  view = "sounds";
  stays = true; // the run is on this machine
  origin = null;
  shared = { value: false };

  /** changed(): the order has changed. */
  constructor(root, desk, changed) {
    Object.assign(this, { desk, changed });
    this.place = root.querySelector("#sounds");
    desk.on("words", () => this.data && this._words());
  }

  /** Build the form from the options of the server, once. */
  build() {
    if (this.data) return;
    this.data = new Data(this.desk, () => this.changed(), SOUNDS);
    this.data.choose(SOUNDS.first);
    this.name = element("input", { type: "text", className: "text wide", id: "sounds-name", maxLength: 80 });
    this.named = element("label", { className: "field", htmlFor: "sounds-name" }, element("span"), this.name);
    this.long = element("fieldset", { className: "part rows" }, element("legend", { className: "cap" }));
    for (const value of Object.keys(LONG)) {
      const input = element("input", { type: "radio", name: "sounds-long", value, checked: value === "quick" });
      this.long.append(element("label", { dataset: { long: value } }, input, element("span", {}, element("b"), element("span", { className: "note" }))));
    }
    this.long.addEventListener("change", () => this.changed());
    this.place.append(this.data.element, this.long, this.named);
    this._words();
  }

  /** No field here can hold a value that cannot be used. */
  wrong() {
    return [];
  }

  get order() {
    const steps = LONG[this.long.querySelector("input:checked").value];
    const { limits } = this.desk.options;
    const most = Math.min(steps, limits.steps || steps);
    const settings = { data: this.data.id, ...(this.data.source ? { source: this.data.source } : {}) };
    return { recipe: "sounds", steps: most, every: Math.max(10, Math.round(most / LOOKS)), previews: 0, seed: 1, settings };
  }

  _words() {
    const { t, number } = this.desk.tools;
    put(this.place, "aria-label", t("train.sounds.title"));
    say(this.named.firstElementChild, t("train.sounds.name"));
    say(this.long.firstElementChild, t("train.style.long"));
    for (const [value, steps] of Object.entries(LONG)) {
      const [title, note] = this.long.querySelector(`[data-long=${value}] > span`).children;
      say(title, t(`train.style.${value}`));
      say(note, t(`train.sounds.${value}_say`, { steps: number(steps) }));
    }
  }
}
