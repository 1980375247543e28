/* A picture of the closed world and a sentence that a network writes about it, with what is right in it and what is not. */

import { blobOf } from "../parts/files.js";
import { put, say, show } from "../parts/nodes.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";
import { bar } from "./desk.js";
import { sectionOf, within, writeSection } from "./link.js";
import { onPaper } from "./paper.js";
import { ATTRIBUTES, differing, table } from "./things.js";

const FIRST = 4; // the scene that is shown where the address names none
const MEASURED = [...ATTRIBUTES.map((name) => `scene_${name}`), "scene_all"];

/** How often sentences are right, as it was measured: shares by name of a row, in percent; null where nothing was. */
async function measured(model, tools) {
  const answer = await fetch(tools.modelUrl(model, "evaluation.json"));
  if (!answer.ok) return null;
  const { rows, samples } = await answer.json();
  const found = rows.filter((row) => MEASURED.includes(row.name)).map((row) => [row.name, tools.number(100 * row.value, 1)]);
  return { ...Object.fromEntries(found), scenes: tools.number(samples.scenes ?? samples.sentences, 0) };
}

/** The part of the writing page in which pictures are described. */
export class Described {
  constructor(root, tools) {
    Object.assign(this, { root, tools, seed: FIRST, scene: null, told: null, facts: null, error: null, turn: 0 });
    this.find("describe").addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = within("seed", this.find("scene-seed").value, this.seed);
      this.brought = null;
      this.ask(typed === this.seed ? (this.seed + 1) % 2 ** 32 : typed, true);
    });
    const link = () => (this.scene?.seed === undefined ? null : new URL(this.link, document.baseURI).href);
    bar(this.find("caption-travel"), tools, { picture: () => this.file(), text: () => this.told?.text ?? null, link, taken: () => this.record(true) });
  }

  /** Its address below the app's own: a picture that was brought along has none. */
  get link() {
    return this.brought ? "write#scenes" : `write#scene=${this.seed}`;
  }

  /** The picture as a File. */
  async file() {
    if (!this.scene) return null;
    const blob = await blobOf(this.scene.picture);
    return new File([blob], this.brought ? this.brought.name : `scene-${this.seed}.png`, { type: blob.type });
  }

  /** Keep the picture and its sentence among the last results. */
  async record(taken) {
    const file = await this.file();
    await record({ page: "write", part: "write/scene", kind: "picture", name: file.name, key: `${file.name} ${this.told.text}`, text: this.told.text, link: this.link, file, work: this.brought && { brought: true }, thumbnail: await thumbnail(file), taken });
  }

  /** Have a digit of the reader's described, laid on the paper of the closed world; file: its picture. */
  async bring(file) {
    this.brought = { name: file.name, picture: await onPaper(file) };
    await this.ask(this.seed);
    if (!this.error) await this.record(false);
    this.find("described-heading").scrollIntoView({ block: "start" });
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** From another page, from the address, and what was measured; sent: what another page has sent. */
  async start(sent) {
    const linked = sectionOf(location.hash, "scene");
    if (sent?.file) await this.bring(sent.file);
    else await this.ask(linked === null ? FIRST : within("seed", linked, FIRST));
    this.facts = await measured("write-captions", this.tools);
    this.show();
  }

  /** Draw the scene of a seed and have it described in the page's language; `kept`: the address is to hold it. */
  async ask(seed = this.seed, kept = false) {
    const turn = ++this.turn;
    try {
      const own = this.brought && { picture: this.brought.picture, things: null };
      const scene = own ?? (seed === this.scene?.seed ? this.scene : { ...(await this.tools.ask("scene", { seed, pixels: 480 })), seed });
      const told = await this.tools.ask("caption", { picture: scene.picture, language: this.tools.language() });
      if (turn !== this.turn) return;
      Object.assign(this, { seed, scene, told, error: null });
      if (kept) writeSection("scene", String(seed));
      if (kept) this.record(false);
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    this.show();
  }

  show() {
    const { t } = this.tools;
    show(this.find("scenes-oops"), this.error !== null);
    if (this.error) say(this.find("scenes-oops").querySelector("p"), this.error.sentence ?? t("frame.unreachable"));
    if (this.facts) say(this.find("caption-measured"), t("scenes.described.measured", this.facts));
    if (!this.scene) return;
    this.find("scene-seed").value = this.seed;
    put(this.find("scene"), "src", this.scene.picture);
    put(this.find("scene"), "alt", t("scenes.described.alt", { sentence: this.scene[this.tools.language()] ?? this.told.text }));
    say(this.find("caption"), this.told.text);
    const things = this.scene.things ?? this.told.things; // of the reader's own nothing is known
    const wrong = differing(things, this.told.things);
    const names = wrong.map((name) => t(`scenes.attribute.${name}`)).join(t("write.poem.comma"));
    const verdict = this.brought ? "own" : wrong.length ? "wrong" : "right";
    say(this.find("caption-verdict"), t(`scenes.described.${verdict}`, { names }));
    table(this.find("caption-things"), things, this.told.things, this.tools);
    show(this.find("caption-travel").querySelector("[data-act=copy_link]"), !this.brought); // no address holds a picture
    const digit = this.told.things.find(({ kind }) => /^\d$/.test(kind));
    put(this.root.querySelector("[data-story=hear]"), "href", digit ? `listen#s1=${digit.kind}_0_1` : "listen");
  }
}
