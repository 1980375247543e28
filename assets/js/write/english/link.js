/* What is asked of an English stanza, as one small record that the address holds under "verse": the same link writes the same stanza. */

export const START = { letters: "", first: "", metre: "", scheme: "", temperature: 0.8, drafts: 16, strict: false, seed: 1, model: "write-stanzas" };
export const METRES = ["tetrameter", "pentameter", "common", "trimeter"];
export const SCHEMES = ["AABB", "ABAB", "ABBA", "ABCB", "free"];
const TEXTS = { letters: 8, first: 80 };
const CHOICES = { metre: ["", ...METRES], scheme: ["", ...SCHEMES] };
const HERE = /^[\w-][\w.-]{0,99}$/; // the id of a model of this server

/** The record as a part of the address: what differs from the start, and always the seed. */
export function toText(wish) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(START)) if (name === "seed" || wish[name] !== value) parts.set(name, String(wish[name]));
  return parts.toString();
}

/** The record that such a part holds; `within(name, value, otherwise)` bounds numbers. Null for one that holds none. */
export function fromText(text, within) {
  const parts = new URLSearchParams(text ?? "");
  if (!parts.has("seed")) return null;
  const wish = { ...START };
  for (const [name, longest] of Object.entries(TEXTS)) wish[name] = [...(parts.get(name) ?? "")].slice(0, longest).join("");
  for (const [name, known] of Object.entries(CHOICES)) if (known.includes(parts.get(name))) wish[name] = parts.get(name);
  for (const name of ["temperature", "drafts", "seed"]) wish[name] = within(name, parts.get(name), START[name]);
  wish.strict = parts.get("strict") === "true";
  if (HERE.test(parts.get("model") ?? "")) wish.model = parts.get("model");
  return wish;
}
