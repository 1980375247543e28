/* The generators that are installed, and what the page needs to know of one: what it draws, the length of its latent, its directions. */

import { frame, tables } from "../parts/latent.js";

/** Every generator: [{id, title: {en, zh}, source, web}]. */
export async function samplerList(tools) {
  return (await tools.ask("samplers")).samplers;
}

const known = new Map();

/** A function from class weights to the orthonormal directions that there are under them; the last answer is kept. */
function framed(directions) {
  let [key, known] = [null, null];
  return (y) => {
    if (key !== (key = y.join())) known = frame(directions, y);
    return known;
  };
}

/** {id, title, size, channels, latent, classes, names, look, digits, can, attributes, raw, directions, web, digest}: classes, names: how
    many kinds there are (0 for none) and what they are called; look: "ink", "grey" or "colour"; digits: handwritten ones; can: {judge,
    nearest, find}; attributes and raw are names in order, directions holds both; under(y): those that there are under class weights y,
    orthonormal; missing: what it lacks; web: whether the page can fetch the net and run it itself, digest: part of the address of one that
    was trained here. */
export async function modelFacts(tools, id) {
  if (!known.has(id)) {
    const facts = await tools.ask("samplers", { model: id });
    const { attributes, raw, ...rest } = facts.described;
    const { source, web, title = {}, digest = "" } = facts.samplers.find((sampler) => sampler.id === id) ?? {};
    const own = source === "trained";
    const names = (entries) => entries.map(({ name }) => name);
    const directions = tables([...attributes, ...raw]);
    const here = Boolean(web) && (own || source === "shipped");
    known.set(id, { ...rest, id, title, attributes: names(attributes), raw: names(raw), directions, under: framed(directions), web: here, digest: own ? digest : "" });
  }
  return known.get(id);
}

const TRANSLATED = new Set(["t-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]);

/** The name of a class. */
export function className(tools, model, kind) {
  const name = model.names[kind] ?? String(kind);
  return TRANSLATED.has(name) ? tools.t(`digits.class.${name}`) : name;
}

/** Whether the classes are the ten digits, which the reader chooses by keys 0 to 9. */
export const hasDigitKeys = (model) => model.classes === 10 && model.names.every((name, i) => name === String(i));

/** The key of a sentence that exists twice: under "digits." for digits, under "digits.any." for everything else. */
export const sentenceKey = (model, name) => (model && !model.digits ? `digits.any.${name}` : `digits.${name}`);
