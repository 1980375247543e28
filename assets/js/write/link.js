/* What is asked of a poem, as one small record that fits in a link: the same link writes the same poem. Other sections of the page
   stand beside it in the address, each with a part of its own. */

export const START = { heads: "", first: "", rhyme: "", form: "", temperature: 0.8, drafts: 16, strict: false, script: "simplified", seed: 1, model: "write-quatrains" };
export const FORMS = ["level", "level_rhymed", "oblique", "oblique_rhymed"];
export const RHYMES = ["a", "o", "ie", "u", "i", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng"];
export const LIMITS = { temperature: [0.2, 1.5], drafts: [1, 64], seed: [0, 2 ** 32 - 1] };
const HERE = /^[\w-][\w.-]{0,99}$/; // the id of a model of this server: a link brings none from elsewhere
const TEXTS = { heads: 12, first: 16 };
const CHOICES = { rhyme: ["", ...RHYMES], form: ["", ...FORMS], script: ["simplified", "traditional"] };

/** A number of the record within its bounds; `otherwise` for what is none. */
export function within(name, value, otherwise) {
  const [low, high] = LIMITS[name];
  const number = Number(value);
  if (value === null || value === "" || !Number.isFinite(number)) return otherwise;
  const bounded = Math.min(high, Math.max(low, number));
  return name === "temperature" ? Math.round(bounded * 100) / 100 : Math.round(bounded);
}

/** The record as the part of a link after "#": what differs from the start, and always the seed. */
export function toHash(wish) {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(START)) if (name === "seed" || wish[name] !== value) parts.set(name, String(wish[name]));
  return parts.toString();
}

/** The record that a link holds; null for a link that holds none. */
export function fromHash(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (!parts.has("seed")) return null;
  const wish = { ...START };
  for (const [name, longest] of Object.entries(TEXTS)) wish[name] = [...(parts.get(name) ?? "")].slice(0, longest).join("");
  for (const [name, known] of Object.entries(CHOICES)) if (known.includes(parts.get(name))) wish[name] = parts.get(name);
  for (const name of Object.keys(LIMITS)) wish[name] = within(name, parts.get(name), START[name]);
  wish.strict = parts.get("strict") === "true";
  if (HERE.test(parts.get("model") ?? "")) wish.model = parts.get("model");
  return wish;
}

/** What a section of the page keeps in the address, or null. */
export const sectionOf = (hash, name) => new URLSearchParams(hash.replace(/^#/, "")).get(name);

/** Put what a section keeps into the address; what is there of others stays. */
export function writeSection(name, value) {
  const parts = new URLSearchParams(location.hash.slice(1));
  parts.set(name, value);
  history.replaceState(null, "", `${location.pathname}${location.search}#${parts}`); // "#..." alone would be another page, because of the <base>
}

/** The poem's part of the address, with what other sections have in `hash`. */
export function beside(wish, hash) {
  const parts = new URLSearchParams(toHash(wish));
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) if (!(name in START)) parts.set(name, value);
  return parts.toString();
}
