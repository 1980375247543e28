/* The form for a new run: preset, data and steps first, then all other settings. Its result is an order. */

import { element, put, say, show } from "../parts/nodes.js";
import { called } from "./called.js";
import { Data } from "./data.js";
import { equation } from "./equation.js";
import { Field } from "./field.js";

const GROUPS = {
  loss: ["loss", "d_updates", "batch"],
  regularisers: ["r1", "r2", "penalty_end", "lazy", "gp", "spectral", "augment", "clip", "normalise", "dropout"],
  nets: ["architecture", "latent", "width", "d_width", "layers", "pieces", "start", "kl", "likeness"],
  pictures: ["size", "channels", "conditional", "limit"],
  optimisers: ["g_rate", "d_rate", "g_beta1", "d_beta1", "g_beta2", "d_beta2", "rate_end", "half_life"],
  running: ["seed", "device", "every", "previews", "diagnosed"],
};
const OF_THE_ORDER = ["steps", "seed", "every", "previews", "device"]; // the rest are settings of the recipe
const NETS = ["size", "channels", "conditional", "architecture", "width", "d_width", "layers", "latent", "normalise", "pieces", "spectral", "start", "seed"];
const WITHOUT = { vae: ["loss", "d_updates", "d_rate", "d_beta1", "d_beta2", "r1", "r2", "penalty_end", "lazy", "gp", "spectral", "augment", "normalise"] };
const ONLY = { pieces: ["mlp"], dropout: ["mlp"], kl: ["vae", "vae_gan"], likeness: ["vae_gan"] };

export class Form {
  view = "form";

  /** changed(): the order has changed. */
  constructor(root, desk, changed) {
    Object.assign(this, { desk, changed, fields: {}, preset: null, origin: null, onward: false });
    this.place = root.querySelector("#form");
    desk.on("words", () => this.presets && this._words());
  }

  /** Build the form from the options of the server, once. */
  build() {
    if (this.presets) return;
    const { schema, order, limits, devices } = this.desk.options;
    const { steps, seed, every, previews } = order;
    this.fresh = { recipe: "gan", device: "", steps: steps.default, seed: seed.default, every: every.default, previews: previews.default };
    const device = { kind: "choice", choices: ["", ...devices], default: "" };
    const entries = { ...schema, steps: { ...steps, high: limits.steps || steps.high }, seed, every, previews, device };
    for (const [name, entry] of Object.entries(entries)) {
      if (["data", "source", "title"].includes(name)) continue;
      this.fields[name] = new Field(name, entry, this.desk.tools, { named: this._named(name), changed: () => this._moved(name) });
    }
    this.presets = this._presets();
    this.data = new Data(this.desk, (facts) => this._data(facts));
    this.place.append(this._copy(), element("div", { className: "pair" }, this.presets, this.data.element), this._first(), this._every());
    this._words();
    this.choose(this.desk.options.presets[0]);
  }

  _named(name) {
    const { options, tools } = this.desk;
    const nameOf = (entry) => entry?.name?.[tools.language()];
    if (name === "loss") return (value) => nameOf(options.objectives[value]) ?? value;
    if (name === "architecture") return (value) => nameOf(options.architectures.find(({ id }) => id === value)) ?? value;
    if (name === "device") return (value) => (value === "" ? tools.t("train.device.best") : value === "cpu" ? tools.t("train.device.cpu") : value.toUpperCase());
    return null;
  }

  _copy() {
    this.copyTitle = element("p", { className: "cap" });
    const option = (value) => element("label", {}, element("input", { type: "radio", name: "onward", value, checked: value === "" }), element("span"));
    this.onwards = element("fieldset", { className: "rows" }, option(""), option("on"));
    this.onwards.addEventListener("change", (event) => this._lock(event.target.value === "on"));
    this.copy = element("section", { className: "part", hidden: true }, this.copyTitle, this.onwards);
    return this.copy;
  }

  _presets() {
    const rows = this.desk.options.presets.map((preset) => {
      const input = element("input", { type: "radio", name: "preset", value: preset.id });
      input.addEventListener("change", () => this.choose(preset));
      return element("label", { dataset: { preset: preset.id } }, input, element("span", {}, element("b"), element("span", { className: "note" })));
    });
    return element("fieldset", { className: "part rows two" }, element("legend", { className: "cap" }), ...rows);
  }

  _first() {
    this.name = new Field("name", { kind: "text", longest: 80, default: "" }, this.desk.tools);
    this.shared = new Field("shared", { kind: "flag", default: false }, this.desk.tools);
    this.shared.value = false;
    return element("div", { className: "part settings" }, this.fields.steps.element, this.name.element, this.shared.element);
  }

  _every() {
    this.summary = element("summary");
    const rest = Object.keys(this.fields).filter((name) => name !== "steps" && !Object.values(GROUPS).flat().includes(name));
    const groupOf = (name) => this.fields[name].entry.group ?? "running"; // as the server says
    this.groups = Object.entries(GROUPS).map(([name, own]) => {
      const names = [...own, ...rest.filter((each) => groupOf(each) === name)];
      const heading = element("h2", { className: "cap" });
      const list = element("div", { className: "settings" }, ...names.filter((each) => this.fields[each]).map((each) => this.fields[each].element));
      return { name, heading, element: element("section", { className: "part", dataset: { group: name } }, heading, list) };
    });
    this.why = element("p", { className: "say" });
    this.formula = element("div", { className: "formula" });
    this.source = element("p", { className: "note" });
    this.groups[0].element.append(this.why, this.formula, this.source);
    this.details = element("details", { className: "every" }, this.summary, ...this.groups.map((group) => group.element));
    return this.details;
  }

  /** Use a preset. */
  choose(preset) {
    this.preset = preset.id;
    for (const input of this.presets.querySelectorAll("input")) input.checked = input.value === preset.id;
    this._fill(preset.order);
    this.changed();
  }

  _fill(order) {
    const { schema } = this.desk.options;
    const settings = { ...Object.fromEntries(Object.entries(schema).map(([name, entry]) => [name, entry.default])), ...order.settings };
    const values = { ...this.fresh, ...settings, ...Object.fromEntries(OF_THE_ORDER.map((name) => [name, order[name] ?? this.fresh[name]])) };
    for (const [name, field] of Object.entries(this.fields)) field.value = values[name] ?? field.entry.default;
    this.data.choose(settings.data, settings.source);
    this.base = order;
    this._fitting();
    this._sharing();
  }

  /** Begin with the order of a run, from the start or onward from its last good checkpoint. */
  copyOf(run) {
    this.origin = run;
    show(this.copy, true);
    show(this.presets, false);
    this._fill(run.order);
    if (run.step >= run.steps) this.fields.steps.value = 2 * run.steps;
    this.onwards.querySelector("[value=on]").disabled = !run.checkpoint;
    this.onwards.querySelector("[value='']").checked = true;
    this._lock(false);
    this.name.value = "";
    this.details.open = true;
    this._words();
    this.changed();
  }

  /** Back to a run that is no copy. */
  alone() {
    if (!this.origin) return;
    this.origin = null;
    show(this.copy, false);
    show(this.presets, true);
    this._lock(false);
    this.details.open = false;
    this.choose(this.desk.options.presets.find(({ id }) => id === this.preset) ?? this.desk.options.presets[0]);
  }

  /** What a link says: `preset`, `data`, and settings by name ("#new&preset=small_data&size=64"); whatever does not fit is left out. */
  given(words) {
    const preset = this.desk.options.presets.find(({ id }) => id === words.preset);
    if (preset) this.choose(preset);
    if (this.desk.options.datasets.some(({ id }) => id === words.data)) this.data.choose(words.data);
    for (const [name, field] of Object.entries(this.fields)) {
      const { kind, choices } = field.entry, before = field.value, text = words[name];
      if (text === undefined || !["number", "integer", "choice"].includes(kind)) continue;
      if (kind !== "choice" || choices.some((choice) => String(choice) === text)) field.value = text;
      if (!field.check()) field.value = before;
    }
    this._fitting();
  }

  /** What stands in the form, to be restored by another visit: {preset, order, called, shared}; values that cannot be used are left out. */
  get half() {
    const usable = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => !Number.isNaN(value)));
    const { settings, ...own } = this.order;
    return { preset: this.preset, order: { ...usable(own), settings: usable(settings) }, called: this.name.value, shared: this.shared.value };
  }

  restore({ preset, order, called: name, shared }) {
    this.preset = preset;
    for (const input of this.presets.querySelectorAll("input")) input.checked = input.value === preset;
    this._fill(order);
    this.name.value = name;
    this.shared.value = shared;
    this.changed();
  }

  _lock(onward) {
    this.onward = onward;
    for (const name of NETS) if (this.fields[name]) this.fields[name].locked = onward;
    this.data.lock(onward);
    this.changed();
  }

  _moved(name) {
    if (this.fields[name].check()) this._fitting();
    this.changed(); // also for a value that cannot be used, because the estimate belongs to other settings
  }

  /** The data have certain channels and classes: the settings follow. */
  _data({ channels, conditional }) {
    if (channels !== undefined) this.fields.channels.value = channels;
    if (conditional !== undefined) this.fields.conditional.value = conditional;
    this._sharing();
    this.changed();
  }

  /** A run of own pictures is shared once it is done, after a test for copies. */
  _sharing() {
    show(this.shared.element, this.data.id !== "pictures");
  }

  /** Show only the settings of the chosen architecture, and the equation of the chosen loss. */
  _fitting() {
    const architecture = this.fields.architecture.value;
    for (const [name, field] of Object.entries(this.fields)) {
      const fits = !WITHOUT[architecture]?.includes(name) && (ONLY[name]?.includes(architecture) ?? true);
      show(field.element, fits);
    }
    const { objectives } = this.desk.options;
    const loss = objectives[this.fields.loss.value];
    const explained = architecture !== "vae" && loss;
    for (const node of [this.why, this.formula, this.source]) show(node, Boolean(explained));
    if (!explained) return;
    const language = this.desk.tools.language();
    say(this.why, loss.why?.[language] ?? "");
    say(this.source, loss.source?.[language] ?? "");
    const text = loss.equation?.[language] ?? "";
    if (this.formula.dataset.text === text) return;
    this.formula.dataset.text = text;
    this.formula.replaceChildren(...(text ? [equation(text)] : []));
  }

  /** The fields with values that cannot be used; the first is made visible. */
  wrong() {
    const wrong = Object.values(this.fields).filter((field) => !field.element.hidden && !field.check());
    if (wrong.length && wrong[0] !== this.fields.steps) this.details.open = true;
    return wrong;
  }

  /** The order as it stands. */
  get order() {
    const { schema } = this.desk.options;
    const settings = {};
    for (const name of Object.keys(schema)) {
      if (name === "data") settings.data = this.data.id;
      else if (name === "source") Object.assign(settings, this.data.source ? { source: this.data.source } : {});
      else if (name === "title") Object.assign(settings, this.base?.settings?.title ? { title: this.base.settings.title } : {});
      else if (!same(this.fields[name].value, schema[name].default)) settings[name] = this.fields[name].value;
    }
    const own = Object.fromEntries(OF_THE_ORDER.map((name) => [name, this.fields[name].value]));
    return { ...this.base, recipe: this.base?.recipe ?? "gan", ...own, settings };
  }

  /** The settings that a copy changes, one by one; null removes a setting. */
  get changes() {
    const { order } = this;
    const before = this.origin.order;
    const settings = {};
    for (const name of new Set([...Object.keys(order.settings), ...Object.keys(before.settings ?? {})])) {
      if (!same(order.settings[name], before.settings?.[name])) settings[name] = order.settings[name] ?? this.desk.options.schema[name]?.default ?? null;
    }
    const own = Object.fromEntries(OF_THE_ORDER.filter((name) => !same(order[name], before[name] ?? this.fresh[name])).map((name) => [name, order[name]]));
    return Object.keys(settings).length ? { ...own, settings } : own;
  }

  _words() {
    const { t, language, number } = this.desk.tools;
    const { options } = this.desk;
    say(this.presets.querySelector("legend"), t("train.form.presets"));
    for (const preset of options.presets) {
      const [label] = [...this.presets.querySelectorAll("label")].filter((each) => each.dataset.preset === preset.id);
      say(label.querySelector("b"), preset.name[language()]);
      say(label.querySelector(".note"), preset.why[language()]);
    }
    for (const field of [...Object.values(this.fields), this.name, this.shared]) field.label();
    for (const { name, heading } of this.groups) say(heading, t(`train.form.group.${name}`));
    say(this.summary, t("train.form.every"));
    if (this.origin) {
      say(this.copyTitle, t("train.form.copy", { name: called(this.origin, this.desk.tools) }));
      const [fresh, on] = this.onwards.querySelectorAll("span");
      say(fresh, t("train.form.fresh"));
      say(on, t("train.form.onward", { step: number(this.origin.step) }));
    }
    put(this.place, "aria-label", t("train.form.title"));
    this._fitting();
  }
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
