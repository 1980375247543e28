/* The gallery of models: what each makes, its size and licence, a line on how well, a door to where it is used; its measures fold out.
   Written again when the language changes. */

import { element } from "../parts/nodes.js";
import { cover } from "./cover.js";
import { measure } from "./measure.js";
import { administrator, Packs } from "./packs.js";
import { removable, removal } from "./removal.js";
import { trades } from "./trades.js";

const MB = 1_000_000;

function facts(model, { t, number }) {
  const size = model.bytes >= MB ? t("models.megabytes", { size: number(model.bytes / MB, 1) }) : t("models.kilobytes", { size: number(model.bytes / 1000) });
  const words = [
    model.task && t(`models.task.${model.task}`),
    t(`models.source.${model.source}`),
    model.bytes > 0 && size,
    model.licence && t("models.licence", { licence: model.licence.toUpperCase() }),
  ];
  return element("p", { className: "facts" }, element("span", { className: "id", textContent: model.id }), ...words.filter(Boolean).map((word) => element("span", { textContent: word })));
}

/** The columns in which at least one row has a value. */
const columns = (rows) => ["value", "real", "bar", "samples"].filter((name) => rows.some((entry) => entry[name] !== null && entry[name] !== undefined));

function row(entry, shown, { t, number }) {
  const cells = measure(entry, number);
  const value = element("td", { className: "value" }, cells.value);
  if (cells.interval) value.append(element("span", { className: "note", textContent: cells.interval }));
  const bar = element("td", { className: "held" });
  if (cells.bar) bar.append(element("span", { className: `bar ${cells.met ? "met" : "missed"}` }, element("i"), `${cells.bar} ${t(`measures.table.${cells.met ? "met" : "missed"}`)}`));
  const head = element("th", { scope: "row" }, t(`measures.${entry.name}.name`), element("span", { className: "note", textContent: t(`measures.${entry.name}.note`) }));
  const every = { value, real: element("td", { textContent: cells.real }), bar, samples: element("td", { textContent: cells.samples }) };
  for (const [name, cell] of Object.entries(every)) cell.dataset.head = t(`measures.table.${name}`);
  return element("tr", {}, head, ...shown.map((name) => every[name]));
}

function table(model, tools) {
  const shown = columns(model.rows);
  const heads = ["measure", ...shown].map((name) => element("th", { scope: "col", textContent: tools.t(`measures.table.${name}`) }));
  const body = element("tbody", {}, ...model.rows.map((entry) => row(entry, shown, tools)));
  const label = tools.t("models.measures_of", { model: model.title[tools.language()] });
  return element("table", { className: "measures" }, element("caption", { className: "vh", textContent: label }), element("thead", {}, element("tr", {}, ...heads)), body);
}

/** Where a model is used, and how that is said in a link; nothing for one that no page uses by itself. */
function doorOf({ id, task }) {
  const name = encodeURIComponent(id);
  const doors = { sample: `digits#model=${name}&seed=23&digit=3`, repair: "repair", upscale: `upscale#kind=own&model=${name}`, stylize: `stylize#style=${name}`, write: `write#seed=16&model=${name}`, reply: "write#dialogue", speak: "listen", listen: "listen", vocode: "listen", stanza: `write#verse=${encodeURIComponent(`seed=16&model=${name}`)}`, caption: id === "write-captions" && "write#scenes", illustrate: "write#paint" };
  return doors[task];
}

function section(model, tools) {
  const { t, language } = tools;
  const place = element("section", { className: "model" }, cover(model, tools), element("h2", { textContent: model.title[language()] }), facts(model, tools));
  if (!model.ready) place.append(element("div", { className: "oops" }, element("b", { textContent: t("models.broken") }), element("p", { textContent: model.state[language()] })));
  else if (!model.rows.length) place.append(element("p", { className: "say", textContent: t("models.unmeasured") }));
  else {
    const [first] = model.rows, { value } = measure(first, tools.number);
    place.append(element("p", { className: "say", textContent: t(first.better === "lower" ? "models.quality_lower" : "models.quality", { measure: t(`measures.${first.name}.name`), value }) }));
    place.append(element("details", {}, element("summary", { textContent: t("models.details") }), table(model, tools)));
  }
  const door = model.ready && doorOf(model), works = door && tools.pageWorks(door.split(/[#?]/)[0]);
  if (model.card) place.append(element("a", { className: "link", href: tools.pageLink(`cards#${model.id}`), textContent: t("cards.name"), ariaLabel: `${t("cards.name")}: ${model.title[language()]}` }));
  if (works) place.append(element("a", { className: "btn soft", href: tools.pageLink(door), ariaLabel: t("models.try_name", { model: model.title[language()] }), textContent: t("models.try") }));
  return place;
}

function failure(t) {
  return element("div", { className: "oops" }, element("b", { textContent: t("models.failed") }), element("p", { textContent: t("frame.unreachable") }));
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  const place = root.querySelector("[data-models]");
  let models = null;
  let measured = []; // one table a trade
  let mine = new Set();
  let others = null; // packs, and whether there is an administrator
  const read = async () => {
    try {
      [{ models, trades: measured }, mine, others] = await Promise.all([server.data(), removable(server), tools.ask("packs_list", {}).catch(() => null)]);
    } catch (problem) {
      console.warn(`models: ${problem}`);
    }
  };
  const sectionOf = (model) => {
    const part = section(model, tools);
    const gone = () => {
      models = models.filter((other) => other !== model);
      draw();
    };
    if (mine.has(model.id)) part.append(removal(model, server, tools, gone));
    return part;
  };
  const again = async () => {
    await read();
    draw();
  };
  const packs = new Packs(server, tools, (model) => table(model, tools), again);
  const draw = () => {
    if (!Array.isArray(models)) return place.replaceChildren(failure(tools.t));
    const none = element("p", { className: "say", textContent: tools.t("models.none") });
    const gallery = element("div", { className: "gallery" }, ...models.map(sectionOf));
    return place.replaceChildren(models.length ? gallery : none, ...trades(measured, tools), ...packs.nodes(others?.packs ?? []));
  };
  await read();
  if (others?.administrator) administrator(root.querySelector("[data-administrator]"), server, tools, again);
  draw();
  place.removeAttribute("aria-busy");
  if (location.hash === "#packs") root.querySelector("#packs")?.scrollIntoView(); // a link from another page, before this was here
  tools.onLanguage(draw);
}
