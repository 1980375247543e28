/* Saving as a PNG that contains its recipe, or as a link, and opening both. */

import { address } from "../parts/files.js";
import { radios } from "../parts/radios.js";
import { pageError } from "../parts/troubles.js";
import { save, squared } from "./files.js";
import { firstState, fromHash, toHash } from "./state.js";

/** The fields of `sample` that draw a state again. */
function request(state, model) {
  const { seed, truncation, digit, to, blend, origin, sliders } = state;
  const named = Object.fromEntries(model.attributes.filter((name) => name in sliders).map((name) => [name, sliders[name]]));
  const raw = model.raw.map((name) => sliders[name] ?? null);
  while (raw.length && raw.at(-1) === null) raw.pop();
  return { ...named, raw, seed, truncation, digit, digit_to: to, blend, latent: origin, model: state.model };
}

/** The state that a request to `sample` describes; `rawNames` are the model's further directions. */
function restored(fields, rawNames) {
  const state = firstState(fields.model ?? "digits", fields.seed ?? 1);
  const { truncation = 1, digit = 3, digit_to: to = null, blend = 0, latent: origin = null, raw = [], smooth = true } = fields;
  const known = ["slant", "weight", "width", "height", "roundness", "loop"].filter((name) => typeof fields[name] === "number");
  const sliders = Object.fromEntries(known.map((name) => [name, fields[name]]));
  raw.forEach((value, i) => value !== null && rawNames[i] !== undefined && (sliders[rawNames[i]] = value));
  return { ...state, truncation, digit, to, blend: to === null ? 0 : blend, origin, sliders, view: smooth ? "ink" : "pixels" };
}

/** The error for a model that the reader did not want to download. */
const unfetched = (tools, model) => pageError(tools, "frame.consent.refused", { model });

export class Saving {
  constructor(desk, root, elsewhere) {
    Object.assign(this, { desk, elsewhere, pixels: 1024, smooth: true });
    this.find = (id) => root.querySelector(`#${id}`);
    radios(this.find("pixels"), (value) => (this.pixels = Number(value)));
    radios(this.find("smooth"), (value) => (this.smooth = value === "ink"));
    this.find("save").addEventListener("click", () => this._toggle());
    this.find("download").addEventListener("click", () => this._download());
    this.find("copy").addEventListener("click", () => this._copy());
    this.find("saved").addEventListener("change", (event) => this._chosen(event.target));
    desk.on("rest", () => this._address());
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
      desk.set(restored(fields, desk.model.raw));
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

  async _download() {
    const { desk, pixels, smooth } = this;
    const { state } = desk;
    const fields = { ...request(state, desk.model), pixels, smooth };
    const what = desk.model.digits && desk.model.classes ? `digit-${state.digit}` : state.model.replaceAll("/", "-");
    const name = `${what}-${state.origin ? "found" : state.seed}-${pixels}.png`;
    await save(desk, async () => [(await desk.tools.ask("sample", fields)).picture, name]);
  }

  async _copy() {
    this._address();
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
