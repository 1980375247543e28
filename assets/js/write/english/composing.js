/* Composing an English stanza in the page, draw for draw as ganapp/writing/versify.py does it on the server. */

import { draw, mean, rounded, share, uniform } from "../drawing.js";
import { METRES, SCHEMES } from "./link.js";
import { ANY, FREE, LONGEST, Stand, beatsOf, inMetre, marked, measure, metreOf, stressesOf, wantedOf } from "./metre.js";

const LEFT = "*_?. "; // stand for a first letter that is left to the writer
const SHOWN = 5; // drafts that are told beside the best one
const MOST_SYLLABLES = 12; // of a first line

/** What a record asks for, in numbers; null for one that only the server can answer, with a sentence of what is wrong. */
export function wishOf(fields, known) {
  const signs = [...fields.letters.trimEnd().toLowerCase()];
  const letters = [0, 1, 2, 3].map((i) => (signs[i] && !LEFT.includes(signs[i]) ? signs[i].charCodeAt(0) - 97 : ANY));
  const first = known.tokens(fields.first);
  if (signs.length > 4 || !first || letters.some((letter) => letter !== ANY && !(letter >= 0 && letter < 26 && Number.isFinite(known.shortest[letter])))) return null;
  let metre = fields.metre ? METRES.indexOf(fields.metre) : null;
  if (first.length) {
    const begins = known.letters[first.find((token) => token < known.size)];
    const long = stressesOf(first, known).length;
    if (!long || long > MOST_SYLLABLES || (letters[0] !== ANY && letters[0] !== begins)) return null;
    metre ??= metreOf(first, known, fields.seed);
  }
  return { ...fields, letters, first, metre, scheme: fields.scheme ? SCHEMES.indexOf(fields.scheme) : null };
}

/** Whether a word's stresses are iambic from a place on; `turned` where its first foot may be turned. */
function steady(stress, odd, turned) {
  return stress.length === 1 || [...stress].every((sign, place) => sign !== "1" || (place + odd) % 2 === 1 || (place + odd === 0 && turned));
}

/** What may follow, as versify.Masks says it: (token) => boolean. */
function allowed(known, strict, stand, before) {
  const mark = (token) => token >= known.size && token < known.end;
  const { taken, rest, letter, partner } = stand;
  const counted = strict || letter !== ANY;
  const closes = (token) => token !== known.end || taken > 0;
  if (!counted) return (token) => !(mark(before) && mark(token)) && closes(token);
  if (rest <= 0) return (token) => token === known.end;
  const least = letter === ANY ? 1 : known.shortest[letter];
  const fits = (token) => {
    const left = rest - known.long[token];
    return left >= least || (left === 0 && (letter === ANY || known.letters[token] === letter));
  };
  const rhymes = (token) => {
    if (taken > 0) return true;
    if (partner < 0) return known.rhymable[token] || stand.scheme === FREE;
    return known.rhyme[token] === known.rhyme[partner] && known.onset[token] !== known.onset[partner];
  };
  const keeps = (token) => {
    const left = rest - known.long[token];
    return fits(token) && rhymes(token) && steady(known.stress[token], left === 0 ? 0 : Math.abs(left % 2), left === 0);
  };
  const word = strict && known.words.some((_, token) => keeps(token)) ? keeps : fits;
  return (token) => (token < known.size ? word(token) : token !== known.end && !mark(before));
}

/** The drafts of a wish: {lines, metre, scheme} each, lines as they are read. `next(tokens, where, place)`: the scores that follow. */
async function drafts(wish, known, next) {
  const stands = Array.from({ length: wish.drafts }, () => new Stand(known, wish.letters));
  const told = () => stands.map((stand) => stand.where());
  let tokens = stands.map(() => known.start);
  let place = 0;
  const kinds = [];
  for (const [given, start, count] of [[wish.metre, known.metre, METRES.length], [wish.scheme, known.scheme, FREE]]) {
    const scores = await next(tokens, told(), place);
    tokens = stands.map((_, draft) => (given === null ? draw(scores[draft], start, start + count, () => true, 1, uniform(wish.seed, draft, place)) : start + given));
    kinds.push(tokens.map((token) => token - start));
    place++;
  }
  stands.forEach((stand, draft) => stand.choose(kinds[0][draft], kinds[1][draft]));
  const given = wish.first.length ? [...wish.first.toReversed(), known.end] : [];
  const texts = stands.map(() => []);
  for (let at = 0; at < LONGEST && stands.some((stand) => stand.line < 4); at++) {
    const scores = await next(tokens, told(), place++);
    tokens = stands.map((stand, draft) => {
      if (at < given.length) return given[at];
      if (stand.line >= 4) return known.end;
      return draw(scores[draft], 0, known.end + 1, allowed(known, wish.strict, stand, tokens[draft]), wish.temperature, uniform(wish.seed, draft, at + 2));
    });
    stands.forEach((stand, draft) => {
      stand.push(tokens[draft]);
      texts[draft].push(tokens[draft]);
    });
  }
  return texts.map((text, draft) => ({ lines: linesOf(text, known), metre: kinds[0][draft], scheme: kinds[1][draft] }));
}

function linesOf(text, known) {
  const found = [[]];
  for (const token of text) token === known.end ? found.push([]) : found.at(-1).push(token);
  return [...found, [], [], [], []].slice(0, 4).map((line) => line.reverse());
}

/** Texts of drafts and where each token stands, as the critic reads them. */
function toldTo(found, known) {
  const texts = found.map(({ lines }) => lines.flatMap((line) => [...line.toReversed(), known.end]).slice(0, LONGEST));
  const longest = Math.max(...texts.map((text) => text.length));
  const rows = texts.map((text) => [...text, ...Array(longest - text.length).fill(known.end)]);
  const where = rows.map((row, draft) => {
    const stand = new Stand(known, [ANY, ANY, ANY, ANY]);
    stand.choose(found[draft].metre, found[draft].scheme);
    return row.map((token) => {
      const here = stand.where();
      stand.push(token);
      return here;
    });
  });
  return [rows, where];
}

/** A stanza as the task `stanza` answers, but for the nearest lines, which only the server knows. net: {next, opinions}. */
export async function compose(fields, wish, known, values, net) {
  const found = await drafts(wish, known, net.next);
  const opinions = await net.opinions(...toldTo(found, known));
  const whole = ({ lines }) => lines.every((line) => line.length);
  const judged = found.map((draft, i) => (opinions ? { ...draft, scores: opinions[i], score: mean(opinions[i]) } : { ...draft, scores: null, score: 0 }));
  const ranked = judged.sort((one, other) => whole(other) - whole(one) || other.score - one.score);
  const [best, ...rest] = ranked;
  const rhymes = marked(best.lines, known);
  const lines = best.lines.map((line, i) => {
    return {
      text: known.text(line),
      stresses: beatsOf(line, known),
      syllables: stressesOf(line, known).length,
      fits: inMetre(line, wantedOf(best.metre, i), known),
      rhyme: rhymes[i],
      score: best.scores && rounded(best.scores[i], 4),
      real: best.scores && rounded(share(best.scores[i], values.critic.lines), 3),
      nearest: null,
      shared: null,
      words: new Set(line.filter((token) => token < known.size)).size,
    };
  });
  return {
    lines,
    metre: METRES[best.metre],
    scheme: SCHEMES[best.scheme],
    kept: measure(best.lines, best.metre, best.scheme, known),
    real: best.scores && rounded(share(best.score, values.critic.poems), 3),
    others: rest.slice(0, SHOWN).map((draft) => ({ text: draft.lines.map((line) => known.text(line)).join("\n"), score: draft.scores && rounded(draft.score, 4) })),
  };
}
