/* Saving as a PNG that contains its recipe, or as a link, and opening both. */

import { closesByEscape } from "../parts/escape.js";
import { address, download } from "../parts/files.js";
import { toCode } from "../parts/inkcode.js";
import { doors, hand } from "../parts/onward/carry.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";
import { travel } from "../parts/onward/travel.js";
import { radios } from "../parts/radios.js";
import { pageError } from "../parts/troubles.js";
import { made, squared } from "./files.js";
import { firstState, fromHash, movedSliders, toHash } from "./state.js";

const CALM = 1500; // milliseconds without a change until a digit is kept among the last results

/** The fields of `sample` that draw a state again. */
function request(state, model) {
  const { seed, truncation, digit, to, blend, origin } = state;
  const sliders = movedSliders(state, model);
  const named = Object.fromEntries(model.attributes.filter((name) => name in sliders).map((name) => [name, sliders[name]]));
  const raw = model.raw.map((name) => sliders[name] ?? null);
  while (raw.length && raw.at(-1) === null) raw.pop();
  return { ...named, raw, seed, truncation, digit, digit_to: to, blend, latent: origin, model: state.model };
}

/** The state that a request to `sample` to this model describes. */
function restored(fields, { attributes, raw: rawNames }) {
  const state = firstState(fields.model ?? "digits", fields.seed ?? 1);
  const { truncation = 1, digit = 3, digit_to: to = null, blend = 0, latent: origin = null, raw = [], smooth = true } = fields;
  const known = attributes.filter((name) => typeof fields[name] === "number");
  const sliders = Object.fromEntries(known.map((name) => [name, fields[name]]));
  raw.forEach((value, i) => value !== null && rawNames[i] !== undefined && (sliders[rawNames[i]] = value));
  return { ...state, truncation, digit, to, blend: to === null ? 0 : blend, origin, sliders, view: smooth ? "ink" : "pixels" };
}

/** The error for a model that the reader did not want to download. */
const unfetched = (tools, model) => pageError(tools, "frame.consent.refused", { model });

/** A link that carries the digit on the sheet to the page that reads it aloud, for the digits that page knows. */
function aloud(desk, link) {
  const write = () => {
    const { model, picture } = desk;
    const fits = Boolean(picture && model?.digits && model.channels === 1 && model.size === 32);
    link.hidden = !fits;
    if (fits) link.href = `listen#drawn=0.1.${toCode(picture)}`;
  };
  desk.on("painted model", write);
}

export class Saving {
  constructor(desk, root, elsewhere) {
    Object.assign(this, { desk, elsewhere, pixels: 1024, smooth: true, timer: 0, moved: false });
    this.find = (id) => root.querySelector(`#${id}`);
    radios(this.find("pixels"), (value) => (this.pixels = Number(value)));
    radios(this.find("smooth"), (value) => (this.smooth = value === "ink"));
    this.find("save").addEventListener("click", () => this._toggle());
    closesByEscape(this.find("saving"), this.find("save"), () => this._toggle(false));
    for (const sign of ["pointerdown", "focusin"]) root.addEventListener(sign, ({ target }) => target.closest(".last") || this._toggle(false)); // it would cover the sliders
    this.find("download").addEventListener("click", () => this._download());
    this.find("copy").addEventListener("click", () => this._copy());
    this._onward();
    this._remember(root);
    this.find("saved").addEventListener("change", (event) => this._chosen(event.target));
    desk.on("rest", () => this._address());
    aloud(desk, this.find("aloud"));
    desk.on("model", () => this._own());
    window.addEventListener("hashchange", () => this.follow());
  }

  /** The smallest size on offer is that of the net. */
  _own() {
    const [first] = this.find("pixels").querySelectorAll("input");
    const own = Math.max(32, this.desk.model.size);
    if (first.checked) this.pixels = own;
    first.value = own;
    first.nextElementSibling.textContent = own;
    first.parentElement.hidden = own === 256;
  }

  /** Open the link in the address bar, if it asks for something else than what is shown. True when the state was replaced. */
  async follow() {
    const { desk } = this;
    const hash = location.hash.slice(1);
    if (hash === toHash(desk.state)) return false;
    const state = fromHash(hash, desk.state);
    if (state) await this.restore(state, "link");
    return state !== null;
  }

  /** Open a picture that was saved here. False for a picture without a recipe; a file that is no picture is refused. */
  async open(file) {
    const { desk } = this;
    if (!(await squared(file, 1))) return this._refuse(pageError(desk.tools, "digits.error.not_a_picture"));
    try {
      const { task, request: fields } = await desk.tools.ask("recall", { picture: await address(file) });
      if (task !== "sample") return this._refuse(pageError(desk.tools, "digits.error.not_digit_recipe"));
      if (fields.model !== desk.state.model && !(await desk.openNamed(fields.model, "picture"))) return this._refuse(unfetched(desk.tools, fields.model));
      desk.set(restored(fields, desk.model));
      desk.trouble(null);
      return true;
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      return error.key === "no_recipe" ? false : this._refuse(error);
    }
  }

  _refuse(error) {
    this.desk.trouble({ title: "open", error, kept: "kept" });
    return true;
  }

  /** Show a state; title: of the trouble if that fails. */
  async restore(state, title) {
    const { desk } = this;
    try {
      if ((state.model !== desk.state.model || !desk.model) && !(await desk.openNamed(state.model, "link"))) {
        this._address();
        desk.trouble({ title, error: unfetched(desk.tools, state.model) });
        return;
      }
      if (state.origin && state.origin.length !== desk.model.latent) state.origin = null;
      desk.set(state);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      desk.trouble({ title, error, kept: "kept" });
    }
  }

  _toggle(open = this.find("saving").hidden) {
    this.find("saving").hidden = !open;
    this.find("save").setAttribute("aria-expanded", String(open));
  }

  /** What the file is called. */
  get _name() {
    const { state, model } = this.desk;
    const what = model.digits && model.classes ? `digit-${state.digit}` : state.model.replaceAll("/", "-");
    return `${what}-${state.origin ? "found" : state.seed}-${this.pixels}.png`;
  }

  /** The fields of `sample` for the picture as it would be saved. */
  get _fields() {
    const { desk, pixels, smooth } = this;
    return { ...request(desk.state, desk.model), pixels, smooth };
  }

  /** The picture as it would be saved; null if the server refuses, which is shown. */
  async _file() {
    if (!this.desk.model) await new Promise((resolve) => this.desk.on("model", resolve)); // pressed before there was a digit
    const { _name: name, _fields: fields } = this;
    return made(this.desk, async () => [(await this.desk.tools.ask("sample", fields)).picture, name]);
  }

  async _download() {
    const file = await this._file();
    if (!file) return;
    download(file, file.name);
    await this._note(true, file);
  }

  /** Buttons that copy and share the picture, and that carry it to another page. */
  _onward() {
    const { desk } = this;
    const place = this.find("travel");
    let file = null;
    const picture = async () => (file = await this._file());
    const taken = () => this._note(true, file);
    const failed = (error) => desk.trouble({ title: "save", error, kept: "kept" });
    const { buttons, said } = travel(desk.tools, { picture, taken });
    place.append(...buttons, ...doors(desk.tools, "digits", picture, { failed, taken }).buttons, said);
    desk.tools.fill(place);
    this.find("caption").addEventListener("click", async (event) => {
      if (!desk.model?.digits || desk.mode !== "shape" || event.ctrlKey || event.metaKey) return;
      event.preventDefault(); // the digit comes along, where the browser takes it
      const held = await picture();
      if (held) await taken();
      if (!held || !(await hand("write#scenes", { file: held }))) location.assign(event.target.href);
    });
  }

  /** Keep the digit among the last results once the reader has made it so and rests. */
  _remember(root) {
    for (const by of ["pointerdown", "keydown"]) root.addEventListener(by, () => (this.moved = true));
    this.desk.on("change", () => {
      clearTimeout(this.timer);
      if (this.moved) this.timer = setTimeout(() => this._note(false), CALM);
    });
  }

  /** Keep it among the last results; file: as it was taken along, or null for one that rests here or whose link was copied. */
  async _note(taken, file = null) {
    const { desk } = this;
    clearTimeout(this.timer);
    if (!desk.picture || desk.mode !== "shape") return;
    const small = await thumbnail(this.find("big"), getComputedStyle(document.body).getPropertyValue("--sheet"));
    const make = { task: "sample", fields: this._fields };
    await record({ page: "digits", kind: "picture", name: file?.name ?? this._name, link: `digits#${toHash(desk.state)}`, file, make, thumbnail: small, taken });
  }

  async _copy() {
    this._address();
    this._note(true);
    const field = this.find("link");
    field.value = location.href;
    try {
      await navigator.clipboard.writeText(location.href);
      this.find("copied").textContent = this.desk.tools.t("digits.save.copied");
    } catch {
      // Without leave to write to the clipboard the link is shown, chosen, ready to be copied by hand.
      field.hidden = false;
      field.select();
    }
  }

  _address() {
    const hash = `#${toHash(this.desk.state)}`;
    this.find("copied").textContent = "";
    if (location.hash !== hash) history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`);
    this.find("link").value = location.href;
  }

  async _chosen(input) {
    const [file] = input.files;
    input.value = "";
    if (file && !(await this.open(file))) this.elsewhere(file);
  }
}
