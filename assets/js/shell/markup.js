/* Markup from templates in our own code. Whatever is put into a template is text: names come from models, files, jobs and archives, which
   strangers make. This is the one place where text becomes markup; tests/security/test_markup.py finds any other.

       place.replaceChildren(markup`<b title="${name}">${name}</b>`.nodes)        name is text, whatever stands in it
       markup`<ul>${names.map((name) => markup`<li>${name}</li>`)}</ul>`          templates in templates are markup */

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const key = {}; // only this module can make markup

class Markup {
  #source;

  constructor(secret, source) {
    if (secret !== key) throw new TypeError("markup is made by templates");
    this.#source = source;
  }

  static written(value) {
    if (value instanceof Markup) return value.#source;
    if (Array.isArray(value)) return value.map(Markup.written).join("");
    return String(value).replace(/[&<>"']/g, (letter) => ENTITIES[letter]);
  }

  /** A fragment of new nodes. */
  get nodes() {
    const template = document.createElement("template");
    template.innerHTML = this.#source;
    return document.importNode(template.content, true);
  }
}

/** The text of the template as markup, and its values as text. Only to be called as markup`...`, never with a text that was put together
    before. */
export function markup(template, ...values) {
  if (!Object.isFrozen(template) || !Array.isArray(template.raw)) throw new TypeError("markup stands in a template");
  return new Markup(key, template.reduce((source, piece, i) => source + Markup.written(values[i - 1]) + piece));
}

/** A sentence of assets/locales that contains markup; no values are filled in. */
export const sentence = (words) => new Markup(key, words).nodes;
