/* The controls at the side: which digit, which seed, which sliders. They write into the state of the desk and follow it. */

import { Dial } from "../parts/dial.js";
import { element } from "../parts/nodes.js";
import { radios } from "../parts/radios.js";
import { className, hasDigitKeys } from "./models.js";
import { REACH } from "./state.js";

const HAND = ["slant", "weight", "width"];
const FORM = ["height", "roundness", "loop", "balance", "waist", "bend", "corners", "middle", "crossing", "head", "foot", "flourish"];
const WORDED = [...HAND, ...FORM];
const SLIDER = { low: -REACH, high: REACH, step: 0.1, centred: true };

/** The words for a named direction: ours, or its name in the model. */
const worded = (name) => (WORDED.includes(name) ? { key: `digits.slider.${name}` } : { key: "digits.slider.own", values: { name } });

/** A random seed, not 0; five digits are enough and easy to read. */
export const anySeed = () => 1 + Math.floor(Math.random() * 99999);

export class Rail {
  constructor(desk, root) {
    Object.assign(this, { desk, root, dials: {}, touched: null });
    this.find = (id) => root.querySelector(`#${id}`);
    this._digits();
    this._start();
    this.network = radios(this.find("network"), (id) => desk.open(id).catch((error) => this._refused(error)));
    this.find("another").addEventListener("click", () => this._another());
    this.find("reset").addEventListener("click", () => desk.set({ sliders: {}, to: null, blend: 0, truncation: 1 }));
    desk.on("model", () => this._sliders());
    desk.on("change", () => this._follow());
    desk.tools.onLanguage(() => this._words());
  }

  /** Every dial, to translate their labels. */
  get all() {
    return [...Object.values(this.dials), this.amount, this.boldness];
  }

  /** The slider touched last, of those that the present class has; else the first of them; null where there is none. */
  get last() {
    const { directions } = this.desk;
    return this.touched in directions ? this.touched : (Object.keys(directions)[0] ?? null);
  }

  /** The name of a direction in the present language. */
  directionName(name) {
    const { tools, model } = this.desk;
    const number = model.raw.indexOf(name) + 1;
    const { key, values } = number ? { key: "digits.slider.raw", values: { number } } : worded(name);
    return tools.t(key, values);
  }

  /** The generators to choose from. */
  list(samplers) {
    const { tools } = this.desk;
    this.samplers = samplers;
    this.find("networks").hidden = samplers.length < 2;
    const rows = samplers.map(({ id }) => {
      const row = element("label");
      const input = element("input", { type: "radio", name: "network", value: id });
      row.append(input, element("span"));
      return row;
    });
    const place = this.find("network");
    place.replaceChildren(place.firstElementChild, ...rows);
    this._words();
    tools.fill(this.find("networks"));
  }

  /** Another seed. The Back button of the browser returns to the one before. */
  _another() {
    if (location.hash) history.pushState(history.state, "", location.href);
    this.desk.set({ seed: anySeed(), origin: null, sliders: {} });
  }

  _digits() {
    const { desk } = this;
    const details = this.find("blend");
    this.digit = radios(this.find("digit"), (value) => desk.set({ digit: Number(value) }));
    this.to = radios(this.find("to"), (value) => desk.set({ to: Number(value), blend: desk.state.blend || 0.5 }));
    this.find("kind").addEventListener("change", ({ target }) => desk.set({ digit: Number(target.value) }));
    this.find("kind-to").addEventListener("change", ({ target }) => desk.set({ to: Number(target.value), blend: desk.state.blend || 0.5 }));
    this.amount = new Dial(this.find("amount"), desk.tools, { key: "digits.blend.amount", low: 0, high: 1, step: 0.01 }, (blend) => desk.set({ blend }));
    details.addEventListener("toggle", () => {
      const { digit, to } = desk.state;
      if (details.open && to === null && desk.model?.classes > 1) desk.set({ to: (digit + Math.ceil(desk.model.classes / 2)) % desk.model.classes, blend: 0.5 });
      else if (!details.open && to !== null) desk.set({ to: null, blend: 0 });
    });
  }

  _start() {
    const { desk } = this;
    const seed = this.find("seed");
    seed.addEventListener("change", () => {
      const value = Math.round(Number(seed.value));
      if (seed.value !== "" && value >= 0 && value < 2 ** 32) desk.set({ seed: value, origin: null });
      else seed.value = desk.state.seed;
    });
    const options = { key: "digits.start.truncation", low: 0, high: 1.5, step: 0.05, neutral: 1 };
    this.boldness = new Dial(this.find("truncation"), desk.tools, options, (truncation) => desk.set({ truncation, origin: null }));
  }

  _sliders() {
    const { desk } = this;
    const { attributes, raw } = desk.model;
    for (const dial of Object.values(this.dials)) dial.element.remove();
    const add = (place, name, options) => new Dial(place, desk.tools, { ...SLIDER, ...options }, (value) => this._move(name, value));
    const named = attributes.map((name) => [name, add(this.find(HAND.includes(name) ? "hand" : "form"), name, worded(name))]);
    const numbered = raw.map((name, i) => [name, add(this.find("raw"), name, { key: "digits.slider.raw", values: { number: i + 1 } })]);
    this.dials = Object.fromEntries([...named, ...numbered]);
    this._kinds();
    if (!attributes.length && raw.length) this.find("more").open = true; // the only sliders there are
    this.find("more").hidden = !raw.length;
    this.find("none").hidden = attributes.length + raw.length > 0;
  }

  /** The classes: keys for the ten digits, a list of names for others, nothing where there are none. */
  _kinds() {
    const { tools, model } = this.desk;
    const keys = hasDigitKeys(model);
    this.find("kinds").hidden = !model.classes;
    this.find("blend").hidden = model.classes < 2;
    for (const [fieldset, select] of [["digit", "kind"], ["to", "kind-to"]]) {
      this.find(fieldset).hidden = !keys;
      this.find(select).parentElement.hidden = keys;
      this.find(select).replaceChildren(...(keys ? [] : model.names.map((_, kind) => new Option(className(tools, model, kind), kind))));
    }
  }

  _move(name, value) {
    this.touched = name;
    this.desk.move(name, value);
  }

  _follow() {
    const { desk } = this;
    const { state } = desk;
    this.digit(state.digit);
    this.to(state.to);
    this.find("kind").value = state.digit;
    this.find("kind-to").value = state.to ?? "";
    this.amount.set(state.blend);
    this.boldness.set(state.truncation);
    this.network(state.model);
    this.find("blend").open = state.to !== null;
    this.find("was-found").hidden = !state.origin;
    if (document.activeElement !== this.find("seed")) this.find("seed").value = state.seed;
    const values = desk.sliderValues;
    for (const [name, dial] of Object.entries(this.dials)) {
      if (dial.element.hidden === name in values) dial.element.hidden = !dial.element.hidden; // another class has other sliders
      if (name in values && dial.value !== values[name]) dial.set(values[name]);
    }
    for (const id of ["hand", "form"]) this.find(id).hidden = !this.find(id).querySelector(".dial:not([hidden])");
    this._say();
  }

  _refused(error) {
    if (error.name !== "TaskError") throw error;
    this.network(this.desk.state.model);
    this.desk.trouble({ title: "draw", error, kept: "kept" });
  }

  _words() {
    for (const dial of this.all) dial.label();
    if (this.desk.model) {
      this._kinds();
      this._follow();
    }
    const rows = this.find("network").querySelectorAll("label");
    this.samplers?.forEach(({ id, title }, i) => (rows[i].lastElementChild.textContent = title[this.desk.tools.language()] ?? title.en ?? id));
    this._say();
  }

  /** Show what is worth knowing about the chosen generator. */
  _say() {
    const { state, tools } = this.desk;
    const known = ["digits", "digits-classic"].includes(state.model) ? state.model : null;
    const trained = this.samplers?.find(({ id }) => id === state.model)?.source === "trained";
    const missing = (this.desk.model?.id === state.model && this.desk.model.missing) || [];
    const keys = known ? [known] : trained ? ["trained", ...missing.map((name) => `missing.${name}`)] : [];
    const said = tools.sentences(keys.map((key) => tools.t(`digits.network.${key}`)));
    if (this.find("network-say").textContent !== said) this.find("network-say").textContent = said;
  }
}
