/* Packs: models that others have trained. What each is, what it measured here, the line that installs it; for an administrator buttons. */

import { element } from "../parts/nodes.js";
import { password, rememberPassword, visitor } from "../parts/visitor.js";
import { Errand } from "../shell/errand.js";
import { measure } from "./measure.js";

const MB = 1_000_000;
const MANY = 4; // models of a pack from which on they are counted, not named

/** What is known of a pack, in lines of text, and `tableOf(model)` for what its models measured. */
function about(pack, tools, tableOf) {
  const { t, number, language } = tools;
  const state = pack.removable ? "ready" : pack.ready ? "by_pip" : "missing";
  const words = [
    t(`models.packs.${state}`),
    t(`models.packs.source.${pack.source}`),
    t(pack.ready ? "models.megabytes" : "models.packs.size", { size: number(pack.bytes / MB, 1) }),
    t("models.licence", { licence: pack.licence }),
    pack.models.length > MANY && t("models.packs.count", { count: number(pack.models.length) }),
  ];
  const facts = element("p", { className: "facts" }, element("span", { className: "id", textContent: pack.name }), ...words.filter(Boolean).map((word) => element("span", { textContent: word })));
  const titles = pack.models.map((model) => model.title[language()] ?? model.title.en);
  const lines = [
    pack.purpose[language()],
    pack.makers && t("models.packs.makers", { makers: pack.makers }),
    titles.length > 1 && titles.length <= MANY && t("models.packs.models", { models: titles.join(language() === "zh" ? "；" : "; ") }),
  ];
  return [facts, ...lines.filter(Boolean).map((line) => element("p", { className: "say", textContent: line })), ...measured(pack, tools, tableOf)];
}

/** What several models of a pack measured: a line for each, with a column for its time, its memory, and every measure that one of them has. */
function each(models, { t, number, language }) {
  const measures = [...new Set(models.flatMap(({ rows = [] }) => rows.map(({ name }) => name)))];
  const heads = [t("models.packs.seconds"), t("models.packs.memory_mb"), ...measures.map((name) => t(`measures.${name}.name`))];
  const head = element("tr", {}, ...[t("models.packs.model"), ...heads].map((textContent) => element("th", { scope: "col", textContent })));
  const lines = models.map(({ title, seconds, megabytes, rows = [] }) => {
    const own = Object.fromEntries(rows.map((row) => [row.name, measure(row, number).value]));
    const words = [seconds ? number(seconds, seconds < 10 ? 2 : 0) : "", megabytes ? number(megabytes) : "", ...measures.map((name) => own[name] ?? "")];
    const cells = words.map((textContent, i) => {
      const cell = element("td", { className: "value", textContent });
      cell.dataset.head = heads[i];
      return cell;
    });
    return element("tr", {}, element("th", { scope: "row", textContent: title[language()] ?? title.en }), ...cells);
  });
  const notes = measures.map((name) => element("p", { className: "note" }, element("b", { textContent: t(`measures.${name}.name`) }), ` ${t(`measures.${name}.note`)}`));
  const counts = new Set(models.flatMap(({ rows = [] }) => rows.map(({ samples }) => samples)));
  if (counts.size) notes.push(element("p", { className: "note", textContent: t("models.packs.samples", { count: [...counts].map((count) => number(count)).join(t("models.packs.or")) }) }));
  return [element("table", { className: "measures each" }, element("thead", {}, head), element("tbody", {}, ...lines)), ...notes];
}

/** What the models measured here: of one model as of ours, of several in one table, folded where they are many. */
function measured(pack, tools, tableOf) {
  const { t, number, language, sentences } = tools;
  const models = (pack.models.length ? pack.models : [{ ...pack.measured, title: pack.title }]).filter(({ seconds, megabytes, rows, note }) => seconds || megabytes || rows?.length || note);
  if (!models.length) return [element("p", { className: "note", textContent: t("models.packs.unmeasured") })];
  const [{ seconds, megabytes, rows = [] }] = models;
  const once = (words) => [...new Set(words.filter(Boolean))];
  const notes = once(models.map(({ note }) => note?.[language()]));
  const line = (told) => (told.length ? [element("p", { className: "note", textContent: sentences(told) })] : []);
  if (models.length === 1) {
    const speed = seconds && t("models.packs.speed", { seconds: number(seconds, seconds < 10 ? 2 : 0), what: models[0].for[language()] });
    const memory = megabytes && t("models.packs.memory", { megabytes: number(megabytes) });
    return [...line([speed, memory, ...notes].filter(Boolean)), ...(rows.length ? [tableOf({ ...models[0], rows })] : [])];
  }
  const speeds = once(models.map((model) => model.for?.[language()])).map((what) => t("models.packs.speed_of", { what }));
  const table = each(models, tools);
  const folded = models.length > MANY ? [element("details", {}, element("summary", { textContent: t("models.packs.each", { count: number(models.length) }) }), ...table)] : table;
  return [...line([...speeds, ...notes]), ...folded];
}

/** The buttons of an administrator under a pack; done(): called when it was installed or removed. */
class Desk {
  constructor(pack, server, tools, done) {
    Object.assign(this, { pack, server, tools, done, sure: false });
    this.errand = new Errand(server, tools.ask);
    this.note = element("span", { className: "note" });
    this.note.setAttribute("role", "status");
    this.bar = element("progress", { max: 1, value: 0, hidden: true });
    this.button = element("button", { type: "button", className: "btn soft" });
    this.button.addEventListener("click", () => this.press());
    this.place = element("p", { className: "facts desk" }, this.button, this.bar, this.note);
    this.label();
  }

  get ready() {
    return this.pack.removable;
  }

  label(key = this.ready ? "remove" : "add") {
    const { t, language } = this.tools;
    this.button.textContent = t(`models.packs.${key}`);
    const named = { add: "add_name", remove: "remove_name" }[key];
    if (named) this.button.setAttribute("aria-label", t(`models.packs.${named}`, { pack: this.pack.title[language()] }));
    else this.button.removeAttribute("aria-label");
  }

  press() {
    if (this.busy) return this.errand.cancel();
    if (this.ready && !this.sure) {
      this.sure = true;
      this.label("remove_sure");
      this.note.textContent = this.tools.t("models.packs.remove_note");
      return undefined;
    }
    return this.run(this.ready ? "pack_remove" : "pack_add");
  }

  async run(task) {
    this.busy = true;
    this.label("cancel");
    this.note.textContent = "";
    this.bar.hidden = task === "pack_remove";
    this.bar.setAttribute("aria-label", this.tools.t("models.packs.beginning"));
    let answer = null;
    let problem = "";
    try {
      answer = await this.errand.run(task, async () => ({ pack: this.pack.name, password: password() }), (state) => this.show(state));
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      problem = error.sentence;
    }
    this.busy = this.sure = false;
    this.bar.hidden = true;
    this.label();
    this.note.textContent = problem;
    if (answer) await this.done();
  }

  /** See tickets.py. */
  show({ state, done = 0, total = 0 }) {
    const { t, number } = this.tools;
    if (total) this.bar.value = done / total;
    else this.bar.removeAttribute("value");
    const megabytes = (bytes) => number(bytes / MB, 1);
    const key = state === "waiting" ? "waiting" : !total ? "beginning" : done >= total ? "checking" : "fetching";
    this.note.textContent = t(`models.packs.${key}`, { done: megabytes(done), total: megabytes(total) });
  }
}

/** The sections of all packs. tableOf(model): its measures; changed(): called when one was installed or removed. */
export class Packs {
  constructor(server, tools, tableOf, changed) {
    Object.assign(this, { server, tools, tableOf, changed, desks: new Map() });
  }

  /** The nodes for these packs, in the present language. Work that is under way keeps its place. */
  nodes(packs) {
    const { t } = this.tools;
    const head = element("div", { className: "packs", id: "packs" }, element("h2", { textContent: t("models.packs.title") }), element("p", { className: "say", textContent: t("models.packs.lead") }));
    return packs.length ? [head, element("div", { className: "shelf" }, ...packs.map((pack) => this.section(pack)))] : [];
  }

  section(pack) {
    const { language } = this.tools;
    const place = element("section", { className: "model pack" }, element("h3", { textContent: pack.title[language()] }));
    const [facts, ...told] = about(pack, this.tools, this.tableOf);
    place.append(facts, element("details", {}, element("summary", { textContent: this.tools.t("models.details") }), ...told));
    const details = place.lastChild;
    const busy = this.desks.get(pack.name);
    if (!pack.ready && pack.removable) place.append(element("div", { className: "oops" }, element("b", { textContent: this.tools.t("models.broken") }), element("p", { textContent: pack.state[language()] })));
    else if (!pack.ready && !busy?.busy) details.append(this.line(pack));
    if (!password() || (pack.ready && !pack.removable)) return place;
    const desk = busy?.busy ? busy : new Desk(pack, this.server, this.tools, () => this.again(pack.name));
    this.desks.set(pack.name, desk);
    place.append(desk.place);
    return place;
  }

  /** Draw anew, and give the keyboard back to the pack that it was at. */
  async again(name) {
    this.desks.delete(name);
    await this.changed();
    this.desks.get(name)?.button.focus({ preventScroll: true });
  }

  line(pack) {
    return element("p", { className: "line" }, element("span", { className: "note", textContent: this.tools.t("models.packs.line") }), element("code", { textContent: pack.command }));
  }
}

/** Where an administrator gives the password. changed(): called when somebody became one, or is none any more. */
export function administrator(place, server, tools, changed) {
  const { t, language } = tools;
  const [field, note] = [place.querySelector("input"), place.querySelector("[role=status]")];
  const draw = () => (note.textContent = t(`models.administrator.${password() ? "is" : "say"}`));
  field.addEventListener("change", async () => {
    const secret = field.value;
    field.value = "";
    const answer = secret ? await server.models_mine({ key: visitor().key, password: secret }).catch(() => ({ error: {} })) : {};
    if (answer.error) {
      note.textContent = answer.error[language()] ?? t("frame.unreachable");
      return;
    }
    rememberPassword(secret);
    draw();
    changed();
  });
  tools.onLanguage(draw);
  draw();
  place.hidden = false;
}
