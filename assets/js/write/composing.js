/* Composing a quatrain in the page, draw for draw as ganapp/writing/compose.py does it on the server: the same seed writes the same poem. */

import { draw, mean, rounded, share, uniform } from "./drawing.js";
import { FORMS } from "./link.js";
import { SIGNS, fits, formOf, linesOf, measure } from "./prosody.js";

const FREE = "·*_＿□○?？ \u3000"; // stand for a first character that is left to the writer
const PUNCTUATION = "，。；、！？,.;!?：: \u3000";
const SHOWN = 5; // drafts that are told beside the best one

/** What a model's config.json says of its characters, and how texts become tokens. */
export class Alphabet {
  constructor(table) {
    this.characters = [...table.characters];
    this.simplified = [...table.simplified];
    this.tones = [...table.tones].map((sign) => SIGNS.indexOf(sign));
    this.rhyme = [...table.rhyme].map((digit) => parseInt(digit, 16));
    this.rhymes = table.rhymes;
    this.size = this.characters.length;
    const places = (signs) => new Map(signs.map((sign, i) => [sign, i]).reverse()); // of those written alike, the commonest
    this.places = { traditional: places(this.characters), simplified: places(this.simplified) };
  }

  /** Tokens of a text; null where a character is not known. */
  tokens(text, script) {
    const [first, second] = script === "simplified" ? [this.places.simplified, this.places.traditional] : [this.places.traditional, this.places.simplified];
    const found = [...text].map((sign) => first.get(sign) ?? second.get(sign));
    return found.includes(undefined) ? null : found;
  }

  text(tokens, script) {
    const signs = script === "simplified" ? this.simplified : this.characters;
    return tokens.map((token) => signs[token]).join("");
  }
}

/** What a record of link.js asks for, in tokens; null for one that only the server can answer, with a sentence of what is wrong. */
export function wishOf(fields, known) {
  const signs = fields.heads.trim() ? [...fields.heads.trimEnd()] : [];
  const line = [...fields.first].filter((sign) => !PUNCTUATION.includes(sign)).join("");
  const heads = [0, 1, 2, 3].map((place) => (signs[place] && !FREE.includes(signs[place]) ? known.tokens(signs[place], fields.script)?.[0] : null));
  const first = known.tokens(line, fields.script);
  if (signs.length > 4 || heads.includes(undefined) || !first || (first.length && first.length !== 7)) return null;
  let [form, rhyme] = [fields.form ? FORMS.indexOf(fields.form) : null, fields.rhyme ? known.rhymes.indexOf(fields.rhyme) : null];
  if (rhyme === -1 || (first.length && heads[0] !== null && heads[0] !== first[0])) return null;
  if (first.length) {
    form = formOf(first, known);
    if (form % 2 && rhyme !== null && rhyme !== known.rhyme[first[6]]) form -= 1; // its last word is level, but another rhyme was asked for
    if (form % 2) rhyme = known.rhyme[first[6]];
    heads[0] = first[0];
  }
  return { ...fields, heads, first, form, rhyme };
}

/** The drafts of a wish, 28 tokens each. `next(tokens, condition, place)` gives the scores that follow, a row a draft. */
async function drafts(wish, known, next) {
  const b = wish.drafts;
  const each = (fn) => Array.from({ length: b }, (_, draft) => fn(draft));
  const front = wish.heads.map((head, i) => (head === null || (i === 0 && wish.first.length) ? known.size : head));
  const condition = each(() => [0, 0]);
  let place = 0;
  let scores = null;
  for (const token of front) scores = await next(each(() => token), condition, place++);
  const free = () => true;
  let start = known.size + 1;
  for (const [number, given, size] of [[0, wish.form, FORMS.length], [1, wish.rhyme, known.rhymes.length]]) {
    const chosen = each((draft) => (given === null ? draw(scores[draft], start, start + size, free, 1, uniform(wish.seed, draft, number)) : start + given));
    chosen.forEach((token, draft) => (condition[draft][number] = token - start));
    scores = await next(chosen, condition, place++);
    start += size;
  }
  const poems = each(() => []);
  for (let at = 0; at < 28; at++) {
    const given = at < wish.first.length ? wish.first[at] : at % 7 === 0 ? wish.heads[at / 7] : null;
    poems.forEach((poem, draft) => {
      const [form, rhyme] = condition[draft];
      const allowed = wish.strict ? (token) => fits(token, at, form, rhyme, known) : free;
      poem.push(given ?? draw(scores[draft], 0, known.size, allowed, wish.temperature, uniform(wish.seed, draft, at + 2)));
    });
    if (at < 27) scores = await next(poems.map((poem) => poem[at]), condition, place++);
  }
  return poems;
}

/** A poem as the task `write` answers, but for the nearest lines, which only the server knows; exact: the poem in traditional characters.
   net: {next, opinions}; values: of config.json. */
export async function compose(fields, wish, known, values, net) {
  const poems = await drafts(wish, known, net.next);
  const opinions = await net.opinions(poems);
  const ranked = poems.map((poem, i) => ({ poem, scores: opinions[i], score: mean(opinions[i]) })).sort((one, other) => other.score - one.score);
  const [best, ...rest] = ranked;
  const rhyme = known.rhyme[best.poem[27]];
  const lines = linesOf(best.poem).map((line, i) => ({
    text: known.text(line, fields.script),
    tones: line.map((token) => SIGNS[known.tones[token]]).join(""),
    rhymes: i !== 2 && known.rhyme[line[6]] === rhyme,
    score: rounded(best.scores[i], 4),
    real: rounded(share(best.scores[i], values.critic.lines), 3),
    nearest: null,
    shared: null,
  }));
  return {
    lines,
    exact: known.text(best.poem, "traditional"),
    form: FORMS[formOf(best.poem, known)],
    rhyme: known.rhymes[rhyme],
    kept: measure(best.poem, known),
    real: rounded(share(best.score, values.critic.poems), 3),
    others: rest.slice(0, SHOWN).map(({ poem, score }) => ({ text: known.text(poem, fields.script), score: rounded(score, 4) })),
  };
}
