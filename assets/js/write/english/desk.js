/* The English part of the writing page: what is asked for, the stanza, its plot. */

import { element } from "../../parts/nodes.js";
import { Desk, drawn } from "../desk.js";
import { sectionOf, within, writeSection } from "../link.js";
import { Pen } from "../pen.js";
import { plotted } from "../plots.js";
import { STANZAS } from "./kind.js";
import { METRES, SCHEMES, START, fromText, toText } from "./link.js";
import * as sheet from "./stanza.js";

const PAPER = { text: sheet.text, show: sheet.show, about: sheet.about, drafts: sheet.drafts };
const FIELDS = ["letters", "first", "metre", "scheme"];

export class English extends Desk {
  constructor(root, tools) {
    const pen = new Pen(tools, (wish) => tools.ask("stanza", wish), STANZAS);
    super(tools, root.querySelector("#stanzas"), PAPER, pen, fromText(sectionOf(location.hash, "verse"), within) ?? { ...START, seed: drawn() });
    this.begun = false;
    this.plot = plotted(this.article, START.model, ["metre", "rhyme", "reverse_perplexity", "distinct"], "stanzas.plot", tools);
    this.bind();
  }

  find(name) {
    return this.article.querySelector(`[data-id="${name}"]`);
  }

  /** Begin, once the reader wants English verse. */
  async begin() {
    if (this.begun) return;
    this.begun = true;
    this.choices();
    await this.ask();
    await Promise.all([this.plot(), this.pen.load()]);
  }

  bind() {
    const { tools } = this;
    for (const name of FIELDS) this.find(name).addEventListener("change", () => this.ask({ [name]: this.find(name).value.trim() }));
    this.find("strict").addEventListener("change", () => this.ask({ strict: this.find("strict").checked }));
    this.find("seed").addEventListener("change", () => this.ask({ seed: within("seed", this.find("seed").value, START.seed) }));
    for (const name of ["temperature", "drafts"]) {
      const inputs = [this.find(name), this.find(`${name}-number`)];
      for (const input of inputs) input.addEventListener("change", () => this.ask({ [name]: within(name, input.value, START[name]) }));
      inputs[0].addEventListener("input", () => this.slide(name, inputs[0].value));
    }
    this.listen();
    window.addEventListener("hashchange", () => {
      const wish = fromText(sectionOf(location.hash, "verse"), within);
      if (this.begun && wish && toText(wish) !== toText(this.wish)) this.ask(wish);
    });
    tools.onLanguage(() => {
      if (!this.begun) return;
      this.choices();
      this.show();
      this.plot();
    });
  }

  choices() {
    for (const [name, known] of [["metre", METRES], ["scheme", SCHEMES]]) {
      const option = (each) => element("option", { value: each }, this.tools.t(`stanzas.${name}.${each || "any"}`));
      this.find(name).replaceChildren(...["", ...known].map(option));
    }
    this.fill();
  }

  fill() {
    for (const name of FIELDS) this.find(name).value = this.wish[name];
    this.find("strict").checked = this.wish.strict;
    this.find("seed").value = this.wish.seed;
    this.slide("temperature", this.wish.temperature);
    this.slide("drafts", this.wish.drafts);
  }

  remember() {
    writeSection("verse", toText(this.wish));
  }

  address() {
    return location.href;
  }

  nearest() {
    return this.tools.ask("nearest_verses", { stanza: sheet.text(this.piece) });
  }

  drafted() {
    return [this.find("drafts-list"), this.piece.others.length > 0 && this.piece.real !== null];
  }

  get part() {
    return "stanza";
  }

  file() {
    return `stanza-${this.wish.seed}.txt`;
  }
}
