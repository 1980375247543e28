/* Answers in the place of the server: page.js of every page calls server.<task>(fields) as ever. What is known beforehand lies in files
   (ganapp/ui/edition/facts.py); what a net computes is computed in the page; all else is a refusal that says where it is to be had. */

import { fetched } from "../parts/runtime.js";

/** A refusal, as the server would answer it: the keys of a sentence of the page's words. */
class Refusal extends Error {
  constructor(key) {
    super(key);
    const sentence = (language) => window.likeness.words[language][key];
    this.answer = { error: { key, en: sentence("en"), zh: sentence("zh") } };
  }
}

const address = (path) => new URL(`${window.likeness.root}/${path}`, document.baseURI).href;

const blobOf = async (uri) => (await fetch(uri)).blob();

export class Answers {
  constructor() {
    const { page } = window.likeness;
    Object.assign(this, { page, known: new Map() });
    this.makers = {};
  }

  /** What a page takes for its server. */
  procedures() {
    const call = (task) => (fields = {}) => this._answer(task, fields);
    return new Proxy({}, { get: (_, task) => (task === "then" ? undefined : call(task)) });
  }

  /** What lies in a file of answers. */
  facts(name) {
    const asked = async () => JSON.parse(new TextDecoder().decode(await fetched(address(`edition/${name}.json`), () => {}, undefined, true)));
    if (!this.known.has(name)) this.known.set(name, asked().catch((problem) => this.known.delete(name) && Promise.reject(problem)));
    return this.known.get(name);
  }

  elsewhere(key = "edition.needs.task") {
    return new Refusal(key);
  }

  staticUrl(path) {
    return address(path);
  }

  modelUrl(id, file = "web.onnx") {
    return address(`models/${encodeURIComponent(id)}/${file}`);
  }

  dataUri(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(blob);
    });
  }

  async _answer(task, fields) {
    try {
      return await this._done(task, fields);
    } catch (problem) {
      if (problem instanceof Refusal) return problem.answer;
      throw problem;
    }
  }

  async _done(task, fields) {
    const own = {
      data: () => this._data(),
      samplers: async () => (await this._digits()).samplers(fields),
      sample: async () => (await this._digits()).sample(fields),
      sheet: async () => (await this._digits()).sheet(fields),
      recall: () => this._read("recalled", fields.picture, "no_recipe"),
      check: () => this._read("checked", fields.file, "edition.error.form"),
      upscale: async () => (await this._photos()).upscale(fields),
      upscale_plan: async () => (await this._photos()).plan(fields),
      upscale_model: async () => (await this._photos()).model(fields),
      styles: async () => (await this._paintings()).styles(),
      stylize: async () => (await this._paintings()).stylize(fields),
      stylize_preview: async () => (await this._paintings()).stylize_preview(fields),
      progress: async () => (await this._workshop()).progress(fields),
      cancel: async () => (await this._workshop()).cancel(fields),
      models_mine: async () => ({ models: [] }),
      packs_list: async () => ({ packs: [], administrator: false }),
    }[task];
    if (own) return own();
    throw this.elsewhere(task === "show" ? "edition.needs.tiff" : undefined);
  }

  async _digits() {
    const { Digits } = await import("./digits.js");
    return (this.makers.digits ??= new Digits(this));
  }

  async _photos() {
    const { Photos } = await import("./photos.js");
    const workshop = await this._workshop();
    return (this.makers.photos ??= new Photos(this, workshop));
  }

  async _paintings() {
    const { Paintings } = await import("./paintings.js");
    const workshop = await this._workshop();
    return (this.makers.paintings ??= new Paintings(this, workshop));
  }

  async _workshop() {
    const { Workshop } = await import("./workshop.js");
    return (this.makers.workshop ??= new Workshop(this));
  }

  /** What a file says, read by one of check.js; a file that says nothing is refused. */
  async _read(how, uri, refusal) {
    const said = await (await import("./check.js"))[how](await blobOf(uri));
    if (!said) throw new Refusal(refusal);
    return said;
  }

  async _data() {
    if (this.page === "check") return { state: "off", own: false };
    return this.facts(this.page);
  }
}
