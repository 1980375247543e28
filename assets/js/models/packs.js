/* Packs: models that others have trained. What each is, what it measured here, the line that installs it; for an administrator buttons. */

import { element } from "../parts/nodes.js";
import { password, rememberPassword, visitor } from "../parts/visitor.js";
import { Errand } from "../shell/errand.js";

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

/** What the models measured here; those that measured the same are told once. */
function measured(pack, tools, tableOf) {
  const { t, number, language, sentences } = tools;
  const parts = new Map();
  for (const model of pack.models.length ? pack.models : [{ ...pack.measured, title: pack.title }]) {
    const { seconds, megabytes, rows = [] } = model;
    const told = [
      seconds && t("models.packs.speed", { seconds: number(seconds, seconds < 10 ? 2 : 0), what: model.for[language()] }),
      megabytes && t("models.packs.memory", { megabytes: number(megabytes) }),
    ].filter(Boolean);
    const key = JSON.stringify([told, rows]);
    if (!told.length && !rows.length) continue;
    if (!parts.has(key)) parts.set(key, { model: { ...model, rows }, told, named: [] });
    parts.get(key).named.push(model.title[language()] ?? model.title.en);
  }
  if (!parts.size) return pack.models.length ? [element("p", { className: "note", textContent: t("models.packs.unmeasured") })] : [];
  return [...parts.values()].flatMap(({ model, told, named }) => {
    const line = element("p", { className: "note" });
    if (parts.size > 1) line.append(element("b", { textContent: named.join(language() === "zh" ? "；" : "; ") }), " ");
    line.append(sentences(told));
    return model.rows.length ? [line, tableOf(model)] : [line];
  });
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
    return packs.length ? [head, ...packs.map((pack) => this.section(pack))] : [];
  }

  section(pack) {
    const { language } = this.tools;
    const place = element("section", { className: "model pack" }, element("h3", { textContent: pack.title[language()] }), ...about(pack, this.tools, this.tableOf));
    const busy = this.desks.get(pack.name);
    if (!pack.ready && pack.removable) place.append(element("div", { className: "oops" }, element("b", { textContent: this.tools.t("models.broken") }), element("p", { textContent: pack.state[language()] })));
    else if (!pack.ready && !busy?.busy) place.append(this.line(pack));
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
