/* Training a style: a painting, a name, and how long it may take. The result is a run like any other. */

import { shownBy, upright } from "../parts/bitmap.js";
import { address } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";
import { arrived } from "../parts/onward/carry.js";

const LONG = ["quick", "good", "fine"]; // as jobs/requests/style_train.py knows them
const SIDE = 1024; // pixels of the painting's shorter side that are sent
const PHOTO = "pictures/stylize/portrait.webp"; // shown in the manner of the painting before anything is learnt

/** A picture file as a data URI, reduced; rejects if this browser cannot read it. */
async function reduced(file) {
  const bitmap = await upright(file);
  const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height));
  const canvas = element("canvas", { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", 0.92);
}

export class Style {
  constructor(root, desk) {
    Object.assign(this, { desk, painting: "", busy: false, problem: null });
    this.place = root.querySelector("#style");
    shownBy(desk.tools);
    this._build();
    this.place.addEventListener("submit", (event) => {
      event.preventDefault();
      this._start();
    });
    desk.on("words options", () => this._words());
    this._words();
    arrived("train").then((sent) => sent?.file && this._take(sent.file));
  }

  _build() {
    this.file = element("input", { type: "file", accept: "image/*,.heic,.heif,.hif,.tif,.tiff,.avif", className: "vh", id: "painting" });
    this.pick = element("label", { className: "btn soft", htmlFor: "painting" });
    this.seen = element("img", { hidden: true, className: "painting" });
    this.title = element("b");
    const zone = element("div", { className: "drop own" }, this.title, this.seen, element("div", { className: "picks" }, this.pick, this.file));
    this.file.addEventListener("change", () => this._take(this.file.files[0]));
    for (const name of ["dragover", "dragleave", "drop"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.toggle("over", name === "dragover");
        if (name === "drop") this._take(event.dataTransfer.files[0]);
      });
    }
    this.name = element("input", { type: "text", className: "text wide", id: "style-name", maxLength: 80 });
    this.named = element("label", { className: "field", htmlFor: "style-name" }, element("span"), this.name);
    this.long = element("fieldset", { className: "part rows" }, element("legend", { className: "cap" }));
    for (const value of LONG) {
      const input = element("input", { type: "radio", name: "quality", value, checked: value === "good" });
      this.long.append(element("label", { dataset: { quality: value } }, input, element("span", {}, element("b"), element("span", { className: "note" }))));
    }
    this.begin = element("button", { type: "submit", className: "btn main" });
    this.needs = element("p", { className: "say", id: "style-needs", hidden: true });
    put(this.begin, "aria-describedby", "style-needs");
    this.status = element("p", { className: "say" });
    put(this.status, "role", "status");
    this.glimpse = element("figure", { className: "glimpse", hidden: true }, element("img"), element("figcaption", { className: "note" }));
    this.place.append(this.needs, zone, this.glimpse, this.named, this.long, element("div", { className: "do" }, this.begin), this.status);
  }

  /** Take a painting; the name of its file is the name of the style until another is given. */
  async _take(file) {
    this.file.value = "";
    if (!file) return;
    this.problem = null;
    try {
      this.painting = await reduced(file);
      this.seen.src = this.painting;
      show(this.seen, true);
      this._glimpse(this.painting);
      if (!this.name.value) this.name.value = file.name.replace(/\.[^.]+$/, "").slice(0, 80);
    } catch {
      this.problem = { sentence: this.desk.tools.t("train.style.unreadable") };
    }
    this._words();
  }

  /** Show a photo in the manner of the painting, as the model for any picture has it at once; nothing where there is no such model. */
  async _glimpse(painting) {
    const { tools } = this.desk;
    show(this.glimpse, false);
    try {
      const photo = await address(await (await fetch(tools.staticUrl(PHOTO))).blob());
      const { picture } = await tools.ask("stylize_preview", { picture: photo, style: "own", painting });
      if (painting !== this.painting) return; // another was chosen meanwhile
      this.glimpse.firstElementChild.src = picture;
      show(this.glimpse, true);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
    }
  }

  async _start() {
    if (this.busy) return;
    const { desk } = this;
    if (!this.painting) {
      this.problem = { sentence: desk.tools.t("train.style.first") };
      return this._words();
    }
    Object.assign(this, { busy: true, problem: null });
    this._words();
    try {
      const quality = this.place.querySelector("[name=quality]:checked").value;
      const { job } = await desk.wire.ask("style_train", { painting: this.painting, name: this.name.value.trim(), quality });
      desk.list();
      desk.go(`#run=${job.id}`);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.problem = error;
    } finally {
      this.busy = false;
      this._words();
    }
  }

  _words() {
    const { t, language } = this.desk.tools;
    const needs = this.desk.options?.features; // the features that the training needs, and whether they are installed
    say(this.needs, needs?.say[language()] ?? "");
    show(this.needs, Boolean(needs?.say[language()]));
    say(this.title, t(this.painting ? "train.style.taken" : "train.style.drop"));
    say(this.pick, t("train.style.choose"));
    put(this.seen, "alt", t("train.style.painting"));
    const [glimpse, caption] = this.glimpse.children;
    put(glimpse, "alt", t("train.style.glimpse"));
    say(caption, t("train.style.glimpse_say"));
    say(this.named.firstElementChild, t("train.style.name"));
    say(this.long.firstElementChild, t("train.style.long"));
    for (const value of LONG) {
      const [title, note] = this.long.querySelector(`[data-quality=${value}] > span`).children;
      say(title, t(`train.style.${value}`));
      say(note, t(`train.style.${value}_say`));
    }
    say(this.begin, t(this.busy ? "train.plan.starting" : "train.plan.start"));
    this.begin.disabled = this.busy || needs?.state === "missing";
    say(this.status, this.problem?.sentence ?? "");
  }
}
