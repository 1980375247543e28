/* The generators that are here, and what the page must know of one: the length of its latent, its directions. */

/** Every generator: [{id, title: {en, zh}, source, web}]. */
export async function listed(tools) {
  return (await tools.ask("samplers")).samplers;
}

const known = new Map();

function vectors(entries) {
  return Object.fromEntries(entries.map(({ name, vector }) => [name, Float32Array.from(vector)]));
}

/** {id, size, latent, classes, attributes, raw, directions}; attributes and raw are names in order, directions holds both. */
export async function described(tools, id) {
  if (!known.has(id)) {
    const facts = await tools.ask("samplers", { model: id });
    const { size, latent, classes, attributes, raw } = facts.described;
    const names = (entries) => entries.map(({ name }) => name);
    known.set(id, { id, size, latent, classes, attributes: names(attributes), raw: names(raw), directions: vectors([...attributes, ...raw]) });
  }
  return known.get(id);
}
