/* A sentence of the closed world, four pictures that a network paints of it, and what a judge sees in each beside what was asked for. */

import { blobOf, download } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";
import { doors } from "../parts/onward/carry.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";
import { bar } from "./desk.js";
import { sectionOf, within, writeSection } from "./link.js";
import { differing, table } from "./things.js";

const COUNT = 4; // pictures of a sentence, each of a seed of its own
const EXAMPLES = ["first", "second", "third", "fourth"];
const MODEL = "write-pictures";
const LAST = 2 ** 32 - 1; // seed

/** The sentence and first seed that an address holds, "7.a red star" or the sentence alone; null where there is none. */
export function wished(hash) {
  const linked = sectionOf(hash, "draw");
  if (!linked?.trim()) return null;
  const [, seed, sentence] = /^(?:(\d{1,10})\.)?(.*)$/s.exec(linked);
  return { sentence: [...sentence].slice(0, 300).join(""), seed: within("seed", seed ?? null, 1) };
}

/** How often all is right, as it was measured; null where no measurement lies beside the model. */
async function measured({ modelUrl, number }) {
  const answer = await fetch(modelUrl(MODEL, "evaluation.json"));
  if (!answer.ok) return null;
  const { details, samples } = await answer.json();
  const share = (method, name) => number(100 * details.methods.find((each) => each.method === method)[name], 1);
  const names = ["kind", "colour", "size", "slant", "place", "count", "all"].map((name) => [name, share("first", name)]);
  return { ...Object.fromEntries(names), en: share("first_en", "all"), zh: share("first_zh", "all"), real: share("real", "all"), sentences: number(samples.sentences, 0) };
}

/** The part of the writing page in which sentences are painted. */
export class Painted {
  constructor(root, tools) {
    Object.assign(this, { root, tools, wish: null, paintings: [], chosen: 0, facts: null, error: null, example: "", turn: 0 });
    this.find("paint").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.typed(), true);
    });
    this.find("paint-example").addEventListener("change", () => {
      const example = this.find("paint-example").value;
      if (!example) return;
      this.find("paint-sentence").value = this.tools.t(`painted.examples.${example}`);
      this.ask(this.typed(), true);
    });
    this._bar();
    window.addEventListener("hashchange", () => {
      const linked = wished(location.hash);
      if (linked && JSON.stringify(linked) !== JSON.stringify(this.wish)) this.ask(linked);
    });
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** What may be done with the picture that is chosen. */
  _bar() {
    const { tools } = this;
    const picture = async () => this.file();
    const taken = () => this.record(true);
    const save = element("button", { type: "button", className: "tool", dataset: { t: "onward.save", act: "save" } });
    save.addEventListener("click", () => {
      download(this.file(), this.file().name);
      taken();
    });
    const failed = (error) => {
      this.error = error;
      this.show();
    };
    const ways = doors(tools, "write", picture, { failed, taken }).buttons;
    bar(this.find("paint-travel"), tools, { picture, link: () => new URL(this.link, document.baseURI).href, taken }, [save, ...ways]);
  }

  /** The address of the four pictures below the app's own. */
  get link() {
    return `write#${new URLSearchParams({ draw: `${this.wish.seed}.${this.wish.sentence}` })}`;
  }

  /** The chosen picture as a File. */
  file() {
    const { picture, seed } = this.paintings[this.chosen];
    const blob = blobOf(picture);
    return new File([blob], `painted-${seed}.png`, { type: blob.type });
  }

  /** Keep the chosen picture among the last results. */
  async record(taken) {
    const file = this.file();
    await record({ page: "write", part: "write/painted", key: `${this.link} ${file.name}`, kind: "picture", name: file.name, text: this.wish.sentence, link: this.link, file, thumbnail: await thumbnail(file), taken });
  }

  /** What the fields ask for; further pictures where they are as they were. */
  typed() {
    const sentence = this.find("paint-sentence").value.trim() || this.tools.t("painted.examples.first");
    const before = this.wish ?? { sentence: "", seed: 1 };
    const seed = within("seed", this.find("paint-seed").value, before.seed);
    const same = sentence === before.sentence && seed === before.seed && !this.error;
    return { sentence, seed: same ? (seed + COUNT) % (LAST + 1) : seed };
  }

  /** From the address, or the first example. */
  async start() {
    this.offer();
    await this.ask(wished(location.hash) ?? { sentence: this.tools.t("painted.examples.first"), seed: 1 });
    this.facts = await measured(this.tools);
    this.show();
  }

  /** The examples, in the page's language. */
  offer() {
    const { t } = this.tools;
    const options = EXAMPLES.map((each) => element("option", { value: each }, t(`painted.examples.${each}`)));
    this.find("paint-example").replaceChildren(element("option", { value: "" }, t("painted.choose")), ...options);
  }

  /** Have a sentence painted; `kept`: the address is to hold it. */
  async ask(wish, kept = false) {
    const turn = ++this.turn;
    this.find("paintings").setAttribute("aria-busy", "true");
    try {
      const seeds = Array.from({ length: COUNT }, (_, i) => (wish.seed + i) % (LAST + 1));
      const asked = seeds.map((seed) => this.tools.ask("illustrate", { sentence: wish.sentence, seed, candidates: 1, pixels: 288 }));
      const paintings = (await Promise.all(asked)).map((each, i) => ({ ...each, seed: seeds[i] }));
      if (turn !== this.turn) return;
      Object.assign(this, { wish, paintings, chosen: Math.max(0, paintings.findIndex(({ right }) => right.all)), error: null });
      if (kept) {
        writeSection("draw", `${wish.seed}.${wish.sentence}`);
        this.record(false);
      }
    } catch (error) {
      if (turn !== this.turn) return;
      Object.assign(this, { wish, error });
    }
    this.find("paintings").removeAttribute("aria-busy");
    this.example = EXAMPLES.find((each) => this.tools.t(`painted.examples.${each}`) === wish.sentence) ?? "";
    this.find("paint-sentence").value = wish.sentence;
    this.find("paint-example").value = this.example;
    this.find("paint-seed").value = wish.seed;
    this.show();
  }

  show() {
    const { t } = this.tools;
    show(this.find("paint-oops"), this.error !== null);
    if (this.error) say(this.find("paint-oops").querySelector("p"), this.error.sentence ?? t("frame.unreachable"));
    if (this.facts) say(this.find("paint-measured"), t("painted.measured", this.facts));
    show(this.find("paintings"), this.error === null);
    this.find("paintings").replaceChildren(...this.paintings.map((each, i) => this.painting(each, i)));
    show(this.find("paint-travel"), this.error === null && this.paintings.length > 0);
    this.mark();
  }

  /** Ring the chosen picture, with which the buttons below do something. */
  mark() {
    this.find("paintings").querySelectorAll(".choose").forEach((button, i) => put(button, "aria-pressed", i === this.chosen));
  }

  painting({ picture, seed, understood, told, seen, right }, i) {
    const { t } = this.tools;
    const names = differing(understood, seen).map((name) => t(`scenes.attribute.${name}`)).join(t("write.poem.comma"));
    const verdict = right.all ? t("painted.right") : t("painted.wrong", { names });
    const open = understood.some((thing) => Object.values(thing).includes(""));
    const things = element("div");
    table(things, understood, seen, this.tools);
    const lines = [element("p", { className: right.all ? "say" : "say wrong" }, verdict), things];
    if (open) lines.push(element("p", { className: "note" }, t("painted.told", { told })));
    const image = element("img", { src: picture, width: 144, height: 144, alt: t("painted.alt", { sentence: told }) });
    const choose = element("button", { type: "button", className: "choose" }, image);
    choose.addEventListener("click", () => {
      this.chosen = i;
      this.mark();
    });
    const figure = element("figure", {}, choose, element("figcaption", { className: "note" }, t("painted.seed", { seed: String(seed) })));
    return element("li", {}, figure, element("div", { className: "told" }, ...lines));
  }

  /** In the page's other language: an example that nobody changed becomes that language's. */
  async translate() {
    this.offer();
    if (this.example && !sectionOf(location.hash, "draw")) await this.ask({ ...this.wish, sentence: this.tools.t(`painted.examples.${this.example}`) });
    else this.show();
  }
}
