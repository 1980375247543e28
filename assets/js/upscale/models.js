/* The choice of other models: those that are installed, and any on the Hub by its name. Facts about a model (bench.known) decide which
   sliders are shown; they stand under its name. */

import { element } from "../parts/nodes.js";
import { START } from "./bench.js";

/** The shipped models also stand for their kind. */
function kinds(known) {
  for (const kind of ["photo", "fidelity", "best"]) {
    const ours = known[`upscale-x4-${kind}`] ?? known[`upscale-x2-${kind}`];
    if (ours) known[kind] = ours;
  }
}

export class Models {
  constructor(bench, root) {
    Object.assign(this, { bench, looking: "" });
    this.find = (id) => root.querySelector(`#${id}`);
    bench.known = {};
    this.find("other-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.use(this.find("model").value.trim());
    });
    bench.on("settings", () => this._say());
    bench.on("choose", (model) => this.use(model));
    bench.tools.onLanguage(() => {
      this._say();
      this._titles();
    });
    this._list();
  }

  /** Load a model, show the facts about it, and choose it. If it cannot be used, nothing changes. */
  async use(model) {
    const { bench } = this;
    if (!model || this.looking) return;
    bench.trouble(null);
    this._look(model);
    try {
      const facts = await bench.tools.ask("upscale_model", { model });
      bench.known[model] = { ...bench.known[model], ...facts };
      bench.set({ kind: "own", model });
    } catch (error) {
      bench.trouble("model", error, bench.items.length ? "kept" : undefined);
      bench.tell("settings"); // what was chosen before is shown again
    } finally {
      this._look("");
    }
  }

  _look(model) {
    this.looking = model;
    this.find("use").disabled = Boolean(model);
    this._say();
  }

  _say() {
    const { tools, settings, known } = this.bench;
    const facts = settings.kind === "own" ? known[settings.model] : null;
    const values = facts?.architecture && { ...facts, megabytes: tools.number(facts.megabytes, 1), licence: facts.licence || tools.t("upscale.model.unknown_licence") };
    const told = values ? [tools.t("upscale.model.facts", values), facts.makers && tools.t("upscale.model.makers", facts)] : [];
    this.find("model-facts").textContent = this.looking ? tools.t("upscale.model.looking") : tools.sentences(told);
  }

  /** List the installed models. A link may have asked for one of them. */
  async _list() {
    const { bench } = this;
    let available = [];
    try {
      available = await bench.server.data();
    } catch (problem) {
      console.warn(`models: ${problem}`);
    }
    if (!Array.isArray(available)) return;
    for (const each of available) bench.known[each.id] = { ...each, ...bench.known[each.id] };
    kinds(bench.known);
    this.find("best").hidden = !bench.known.best;
    if (bench.settings.kind === "best" && !bench.known.best) bench.set({ kind: START.kind }); // from a link
    this.find("models").replaceChildren(...available.map(({ id }) => element("option", { value: id })));
    for (const { id, title } of available) if (title) this._row(id);
    this.find("more").hidden = available.some(({ source }) => source === "pack");
    this._titles();
    if (bench.settings.kind === "own") this.use(bench.settings.model);
    bench.tell("settings");
  }

  /** A row of its own for a model of a pack, beside the kinds. */
  _row(id) {
    const input = element("input", { type: "radio", name: "kind", value: id });
    this.find("own-model").before(element("label", {}, input, element("span", { className: "title" })));
  }

  _titles() {
    for (const title of this.find("kind").querySelectorAll(".title")) {
      const names = this.bench.known[title.previousSibling.value].title;
      title.textContent = names[this.bench.tools.language()] ?? names.en;
    }
  }
}
