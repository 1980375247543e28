/* The generators that are here, and what the page must know of one: the length of its latent, its directions. */

/** Every generator: [{id, title: {en, zh}, source, web}]. */
export async function listed(tools) {
  return (await tools.ask("samplers")).samplers;
}

const known = new Map();

function vectors(entries) {
  return Object.fromEntries(entries.map(({ name, vector }) => [name, Float32Array.from(vector)]));
}

/** {id, size, latent, classes, attributes, raw, directions, web}; attributes and raw are names in order, directions holds both;
    web: whether the page can fetch the net and run it itself. */
export async function described(tools, id) {
  if (!known.has(id)) {
    const facts = await tools.ask("samplers", { model: id });
    const { size, latent, classes, attributes, raw } = facts.described;
    const { source, web } = facts.samplers.find((sampler) => sampler.id === id) ?? {};
    const names = (entries) => entries.map(({ name }) => name);
    const directions = vectors([...attributes, ...raw]);
    known.set(id, { id, size, latent, classes, attributes: names(attributes), raw: names(raw), directions, web: Boolean(web) && source === "shipped" });
  }
  return known.get(id);
}
