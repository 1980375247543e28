/* The writing page: Chinese quatrains (this file), and the sections beside them. See ganapp/ui/page.py. */

import { atFirst } from "../parts/first.js";
import { element, show as shown } from "../parts/nodes.js";
import { arrived } from "../parts/onward/carry.js";
import { typed } from "../parts/onward/typed.js";
import { radios } from "../parts/radios.js";
import { Article } from "./article.js";
import { Desk, drawn } from "./desk.js";
import { dialogue } from "./dialogue.js";
import { English } from "./english/desk.js";
import { FORMS, RHYMES, START, beside, fromHash, sectionOf, toHash, within } from "./link.js";
import { Own } from "./own.js";
import { Painted } from "./painted.js";
import { Pen } from "./pen.js";
import { plotted } from "./plots.js";
import * as poems from "./poem.js";
import { Described } from "./scenes.js";

const MEASURES = ["rhyme", "adhesion", "alternate", "reverse_perplexity", "distinct"];

/** The writers of this server to choose from, where there are several. */
function writers(root, known, wish, language) {
  const select = root.querySelector("#model");
  const here = known.some(({ id }) => id === wish.model) ? known : [...known, { id: wish.model, title: {} }];
  select.replaceChildren(...here.map(({ id, title }) => element("option", { value: id }, title[language] ?? id)));
  select.value = wish.model;
  shown(root.querySelector("#writers"), here.length > 1);
}

function choices(root, t) {
  for (const [name, known] of [["rhyme", RHYMES], ["form", FORMS]]) {
    const select = root.querySelector(`#${name}`);
    const { value } = select;
    const option = (each) => element("option", { value: each }, t(`write.${name}.${each || "free"}`));
    select.replaceChildren(...["", ...known].map(option));
    select.value = value;
  }
}

const PAPER = { text: poems.text, show: poems.show, about: poems.about, drafts: poems.drafts };
const TEXTS = ["heads", "first", "rhyme", "form", "model"];
const TYPED = ["said", "paint-sentence", "own-name"]; // fields that no address holds
const SLIDERS = { temperature: "temperature", drafts: "best" }; // where each stands

class Quatrains extends Desk {
  constructor(root, tools) {
    const pen = new Pen(tools, (wish) => tools.ask("write", wish));
    super(tools, root.querySelector("#quatrains"), PAPER, pen, fromHash(location.hash) ?? { ...START, seed: drawn() });
    this.root = root;
    this.bind();
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** The fields of the form change the wish. */
  bind() {
    this.script = radios(this.find("script"), (script) => this.ask({ script }));
    for (const name of TEXTS) this.find(name).addEventListener("change", () => this.ask({ [name]: this.find(name).value.trim() }));
    this.find("strict").addEventListener("change", () => this.ask({ strict: this.find("strict").checked }));
    this.find("seed").addEventListener("change", () => this.ask({ seed: within("seed", this.find("seed").value, START.seed) }));
    for (const [name, at] of Object.entries(SLIDERS)) {
      const inputs = [this.find(at), this.find(`${at}-number`)];
      for (const input of inputs) input.addEventListener("change", () => this.ask({ [name]: within(name, input.value, START[name]) }));
      inputs[0].addEventListener("input", () => this.slide(name, inputs[0].value, at));
    }
  }

  fill() {
    for (const name of TEXTS) this.find(name).value = this.wish[name];
    this.find("strict").checked = this.wish.strict;
    this.find("seed").value = this.wish.seed;
    for (const [name, at] of Object.entries(SLIDERS)) this.slide(name, this.wish[name], at);
    this.script(this.wish.script);
  }

  remember() {
    history.replaceState(null, "", `${location.pathname}${location.search}#${beside(this.wish, location.hash)}`);
  }

  address() {
    return `${location.origin}${location.pathname}#${toHash(this.wish)}`;
  }

  nearest() {
    return this.tools.ask("nearest_lines", { poem: this.piece.exact, script: this.wish.script });
  }

  drafted() {
    return [this.find("drafts"), this.piece.others.length > 0];
  }

  get part() {
    return "quatrain";
  }

  file() {
    return `quatrain-${this.wish.seed}.txt`;
  }
}

/** The switch between Chinese and English verse; `chosen` begins what is shown for the first time. */
function tongues(root, english) {
  const switched = (tongue) => {
    shown(root.querySelector("#quatrains"), tongue === "zh");
    shown(root.querySelector("#stanzas"), tongue === "en");
    if (tongue === "en") english.begin();
  };
  const show = radios(root.querySelector("#tongue"), switched);
  return (tongue) => {
    show(tongue);
    switched(tongue);
  };
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  let desk = null;
  const kept = await typed(root, tools, "write", TYPED, () => (desk?.piece ? desk.paper.text(desk.piece).split(/[，\n]/)[0] : ""));
  const talk = dialogue(root, tools);
  const english = new English(root, tools);
  tongues(root, english)(sectionOf(location.hash, "verse") === null ? "zh" : "en");
  choices(root, tools.t);
  desk = new Quatrains(root, tools);
  desk.kept = english.kept = kept.changed;
  const own = new Own(root, tools);
  const known = await server.data();
  writers(root, known, desk.wish, tools.language());
  desk.listen();
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea, button, summary, a");
    if (event.key === "n" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) desk.ask({ seed: drawn() });
  });
  window.addEventListener("hashchange", () => {
    const wish = fromHash(location.hash);
    if (wish && toHash(wish) !== toHash(desk.wish)) desk.ask(wish);
  });
  await desk.ask();
  const described = new Described(root, tools);
  const scenes = arrived("write").then((sent) => described.start(sent));
  const painted = new Painted(root, tools);
  const paintings = painted.start();
  const redraw = plotted(root.querySelector("#quatrains"), START.model, MEASURES, "write.plot", tools);
  const others = [
    plotted(root.querySelector("#scenes"), "write-captions", ["all", "kind"], "scenes.plot", tools),
    plotted(root.querySelector("#dialogue"), "write-replies", ["right"], "dialogue.plot", tools),
  ];
  const article = new Article(root, tools);
  await Promise.all([redraw(), article.start(), ...others.map((each) => each())]);
  tools.onLanguage(() => {
    choices(root, tools.t);
    writers(root, known, desk.wish, tools.language());
    own.show();
    desk.fill();
    desk.show();
    redraw();
    others.forEach((each) => each());
    described.ask();
    painted.translate();
  });
  atFirst(root, () => desk.pen.load());
  await Promise.all([talk, scenes, paintings]);
  kept.fill();
}
