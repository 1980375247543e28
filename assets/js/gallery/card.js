/* One network of the gallery: its pictures, its owner's title, what it learnt, how it measured itself, and what can be done with it. */

import { element, put, say } from "../parts/nodes.js";
import { grey } from "../parts/runs/sheets.js";
import { twice } from "../parts/twice.js";

const [WIDE, HIGH] = [560, 336]; // pixels of a cover
const ACROSS = { sample: 5, pairs: 2 }; // pictures in a row; a style shows a photograph beside its painting
const SIGNS = { verse: "诗" };
const FIRST = ["modes_covered", "recall", "coverage", "pair_diversity", "memorising"]; // measures that are named before others
const NAMED = 3;
const TAKEN = new Set(["gan"]); // recipes whose order the training form takes
const CALLED = new Set(["gan", "digits", "stylize", "verse", "sounds"]); // recipes that the page has words for

/** The title in the present language. */
const titled = (entry, { language }) => entry.names?.[language()] ?? entry.name;

function data({ settings, yours }, { t }) {
  if (["pictures", "sounds"].includes(settings.data)) return t(`gallery.data.${yours ? "yours" : "theirs"}${settings.data === "sounds" ? "_sounds" : ""}`);
  return settings.data === "hub" ? settings.source || t("choices.data.hub.name") : settings.data && t(`choices.data.${settings.data}.name`);
}

/** What it learnt: data, recipe, size, steps. */
function learnt(entry, tools) {
  const { t, number } = tools;
  const { settings, recipe } = entry;
  const made = settings.architecture ? t(`choices.architecture.${settings.architecture}.name`) : t(`gallery.recipe.${CALLED.has(recipe) ? recipe : "other"}`);
  const game = settings.loss && settings.architecture !== "vae" && t(`losses.${settings.loss}.name`);
  const size = settings.size && t("gallery.pixels", { size: number(settings.size) });
  return [data(entry, tools), made, game, size, t("gallery.steps", { count: number(entry.step) })].filter(Boolean).join(t("gallery.comma"));
}

/** One line of what the run measured of itself. */
function quality({ quality: found }, { t, number, sentences }) {
  if (!found) return t("gallery.unmeasured");
  const known = new Map(found.measures.map((each) => [each.name, each]));
  const names = [...FIRST.filter((name) => known.has(name)), ...[...known.keys()].filter((name) => !FIRST.includes(name))].slice(0, NAMED);
  const lines = names.map((name) => {
    const { value, real } = known.get(name);
    const shown = name === "modes_covered" ? `${number(value)} / ${number(real ?? value)}` : number(value, 2);
    return t("gallery.measure", { name: t(["style", "content"].includes(name) ? `gallery.measures.${name}` : `diagnostics.${name}.name`), value: shown });
  });
  const ill = found.ill.map((name) => t(`diagnostics.${name}.name`)).join(t("gallery.comma"));
  const judged = names.some((name) => FIRST.includes(name)) && (ill ? t("gallery.ill", { names: ill }) : t("gallery.well"));
  return sentences([...lines, judged]);
}

function day(seconds, language) {
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short", year: "numeric" }).format(new Date(1000 * seconds));
}

export class Card {
  /** gone(): it was taken down. */
  constructor(entry, { wire, sheets, tools }, gone) {
    Object.assign(this, { entry, wire, sheets, tools, gone });
    this.element = element("article", { className: "work" });
    this.element.dataset.id = entry.id;
    this.write();
  }

  /** Write it in the present language. */
  write() {
    const { entry, tools } = this;
    const { t } = tools;
    this.told = element("p", { className: "note told" });
    put(this.told, "role", "status");
    const name = titled(entry, tools);
    const run = element("a", { href: `train#run=${entry.id}`, title: t("gallery.watch"), textContent: name });
    const head = [this._cover(), element("h2", {}, entry.broken ? name : run)];
    if (entry.broken) {
      this.element.replaceChildren(...head, element("p", { className: "say", textContent: t("gallery.broken") }), this._acts(name), this.told);
      return;
    }
    const when = [day(entry.ended || entry.created, tools.language()), entry.state === "running" && t("gallery.running"), entry.yours && t("gallery.yours")];
    const waits = entry.waits && element("p", { className: "say waits", textContent: t(`gallery.waits.${entry.waits}`) });
    const lines = [["note", learnt(entry, tools)], ["say", quality(entry, tools)], ["note", when.filter(Boolean).join(t("gallery.comma"))]];
    this.element.replaceChildren(...head, ...lines.map(([className, textContent]) => element("p", { className, textContent })), ...(waits ? [waits] : []), this._acts(name), this.told);
    if (this.seen) this.paint();
  }

  _cover() {
    const { thumb, recipe } = this.entry;
    const pictured = Number.isInteger(thumb);
    this.canvas = pictured ? element("canvas", { width: WIDE, height: HIGH }) : null;
    const shown = this.canvas ?? element("span", { className: "sign", textContent: SIGNS[recipe] ?? "" });
    put(shown, "aria-hidden", "true");
    return element("div", { className: "cover sheet" }, shown);
  }

  _acts(name) {
    const { entry, tools } = this;
    const { t } = tools;
    const place = element("div", { className: "acts" });
    if (!entry.broken && entry.opens) {
      this.open = element("button", { type: "button", className: "btn soft", ariaLabel: t("gallery.open_name", { name }), textContent: t("gallery.open") });
      this.open.addEventListener("click", () => this._open());
      place.append(this.open);
    }
    if (!entry.broken && TAKEN.has(entry.recipe)) place.append(element("a", { className: "btn bare", href: `train#new=${entry.id}`, ariaLabel: t("gallery.copy_name", { name }), textContent: t("gallery.copy") }));
    if (entry.yours) place.append(twice({ label: t("gallery.remove"), sure: t("gallery.remove_sure"), note: t("gallery.remove_note"), act: () => this._remove(), kind: "bare" }));
    return place;
  }

  /** Draw its pictures, which are fetched when they are needed. */
  async paint() {
    const { entry, canvas } = this;
    this.seen = true;
    if (!canvas) return;
    const sheet = await this.sheets.get(entry.id, "", entry.thumb, grey(entry), false);
    if (!sheet || canvas !== this.canvas) return;
    const across = entry.recipe === "stylize" ? ACROSS.pairs : ACROSS.sample;
    const side = WIDE / across, down = Math.max(1, Math.floor(HIGH / side)), gap = Math.round(side * 0.05);
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, WIDE, HIGH);
    for (let i = 0; i < across * down; i++) {
      const from = across === ACROSS.pairs ? i : (i % 10) * sheet.rows + Math.floor(i / 10); // one of each column first
      sheet.paint(context, from, (i % across) * side + gap, (HIGH - down * side) / 2 + Math.floor(i / across) * side + gap, side - 2 * gap);
    }
  }

  /** Have the model made, where there is none yet, and go where it is used. */
  async _open() {
    const { tools, wire, entry } = this;
    this.open.disabled = true;
    say(this.told, tools.t("gallery.opening"));
    try {
      let answer = { pending: true };
      while (answer.pending) answer = await wire.ask("job_use", { id: entry.id });
      location.href = new URL(answer.address, document.baseURI).href;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      say(this.told, error.sentence);
    }
    this.open.disabled = false;
  }

  async _remove() {
    try {
      await this.wire.ask("gallery_remove", { id: this.entry.id });
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      return error.sentence;
    }
    this.gone(this);
    return "";
  }
}
