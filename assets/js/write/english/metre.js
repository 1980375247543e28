/* Words and how they sound, metre and rhyme of an English stanza, and where in it a writer stands, as ganapp/models/lexicon.py and
   ganapp/writing/metre.py have them. A stanza is four lines of tokens, each turned round, a closing token after each. */

import { METRES, SCHEMES } from "./link.js";

export const ANY = 26; // in place of a first letter
export const LONGEST = 57; // tokens of a stanza
export const FREE = SCHEMES.indexOf("free");
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const WORD = /'?[A-Za-z]+(?:'[A-Za-z]+)*'?|--|[,.;:!?—]/g;
const MOST = 12;
const SYLLABLES = [[8, 8, 8, 8, 0], [10, 10, 10, 10, 0], [8, 6, 8, 6, 0], [6, 6, 6, 6, 0]];
const PARTNERS = [[-1, 0, -1, 2, -1], [-1, -1, 0, 1, -1], [-1, -1, 1, 0, -1], [-1, -1, -1, 1, -1], [-1, -1, -1, -1, -1]];

/** What a model's config.json says of its words. */
export class Lexicon {
  constructor(table) {
    const row = (name) => table[name].split(" ");
    this.words = row("words");
    this.marks = row("marks");
    this.stress = row("stress");
    this.rhymes = table.rhymes;
    this.rhyme = row("rhyme").map((sign) => Math.min(Number(sign), table.rhymes));
    this.onset = row("onset").map(Number);
    this.long = this.stress.map((stress) => stress.length);
    this.letters = this.words.map((word) => LETTERS.indexOf(word.toLowerCase().replace(/^'+/, "")[0]));
    this.size = this.words.length;
    this.end = this.size + this.marks.length;
    this.start = this.end + 1;
    this.metre = this.start + 1;
    this.scheme = this.metre + METRES.length;
    this.places = new Map([...this.words, ...this.marks].map((sign, i) => [sign.toLowerCase(), i]));
    const onsets = new Map();
    this.rhyme.forEach((rhyme, i) => onsets.set(rhyme, (onsets.get(rhyme) ?? new Set()).add(this.onset[i])));
    this.rhymable = this.rhyme.map((rhyme) => rhyme < this.rhymes && onsets.get(rhyme).size > 1);
    this.shortest = Array.from({ length: 26 }, (_, letter) => Math.min(...this.long.filter((_, i) => this.letters[i] === letter)));
  }

  /** Tokens of a line; null where a word is not known. */
  tokens(text) {
    const place = (word) => this.places.get(word.toLowerCase()) ?? this.places.get(word.toLowerCase().replace(/^'+|'+$/g, ""));
    const found = (text.replace(/’/g, "'").replace(/—/g, "--").match(WORD) ?? []).map(place);
    return found.includes(undefined) ? null : found;
  }

  /** A line as it is printed. */
  text(tokens) {
    let [said, capital] = ["", true];
    for (const token of tokens) {
      if (token < this.size) {
        const word = this.words[token];
        const head = word.startsWith("'") ? 2 : 1;
        said += (said ? " " : "") + (capital ? word.slice(0, head).toUpperCase() + word.slice(head) : word);
        capital = false;
      } else {
        const mark = this.marks[token - this.size];
        said += mark === "--" ? " —" : mark;
        capital = ".!?".includes(mark);
      }
    }
    return said;
  }

  rhyming(one, other) {
    return this.rhyme[one] === this.rhyme[other] && this.rhyme[one] < this.rhymes && this.onset[one] !== this.onset[other];
  }
}

/** Where one draft stands. */
export class Stand {
  constructor(known, letters) {
    Object.assign(this, { known, letters, metre: 0, scheme: 0, line: 4, taken: 0, ends: [-1, -1, -1, -1] });
  }

  choose(metre, scheme) {
    Object.assign(this, { metre, scheme, line: 0 });
  }

  push(token) {
    if (this.line >= 4) return;
    if (token < this.known.size) {
      if (this.taken === 0) this.ends[this.line] = token;
      this.taken += this.known.long[token];
    } else if (token === this.known.end) {
      this.line += 1;
      this.taken = 0;
    }
  }

  get rest() {
    return SYLLABLES[this.metre][this.line] - this.taken;
  }

  /** The word that the line is to rhyme with, -1 where there is none. */
  get partner() {
    const other = PARTNERS[this.scheme][this.line];
    return other < 0 ? -1 : this.ends[other];
  }

  get letter() {
    return this.line < 4 ? this.letters[this.line] : ANY;
  }

  /** What a net is told of the place. */
  where() {
    const { known, partner, taken } = this;
    const rhyme = partner < 0 || taken > 0 ? known.rhymes : known.rhyme[partner];
    return [this.line, Math.min(taken, MOST), Math.min(MOST, Math.max(0, this.rest)), rhyme, this.letter];
  }
}

/** Of a line "1" or "0" a syllable, "." for a word of one syllable. */
export const stressesOf = (line, { size, stress }) => line.filter((token) => token < size).map((token) => (stress[token].length === 1 ? "." : stress[token])).join("");

/** The same with a space between words, as the task gives it. */
export const beatsOf = (line, known) => line.filter((token) => token < known.size).map((token) => stressesOf([token], known)).join(" ");

export const inMetre = (line, wanted, known) => {
  const signs = stressesOf(line, known);
  return signs.length === wanted && [...signs].every((sign, place) => sign !== "1" || place % 2 === 1 || place === 0);
};

export const wantedOf = (metre, line) => SYLLABLES[metre][line];

/** The metre that a first line fits best, by the seed where several do; null for none. */
export function metreOf(line, known, seed) {
  const fitting = SYLLABLES.flatMap((row, number) => (row[0] === stressesOf(line, known).length ? [number] : []));
  return fitting.length ? fitting[seed % fitting.length] : null;
}

const last = (line, known) => line.findLast((token) => token < known.size) ?? -1;

/** Whether four lines keep a metre and a scheme. */
export function measure(four, metre, scheme, known) {
  const ends = four.map((line) => last(line, known));
  const ties = PARTNERS[scheme].slice(0, 4).every((other, number) => other < 0 || (Math.min(ends[number], ends[other]) >= 0 && known.rhyming(ends[number], ends[other])));
  return { metre: four.every((line, i) => inMetre(line, SYLLABLES[metre][i], known)), rhyme: ties };
}

/** A letter for each line, shared by those that rhyme; "" for one that rhymes with none. */
export function marked(four, known) {
  const ends = four.map((line) => last(line, known));
  const groups = [];
  ends.forEach((end, number) => {
    let group = end >= 0 ? groups.find((each) => each.some((other) => known.rhyming(end, ends[other]))) : undefined;
    if (!group) groups.push((group = []));
    if (end >= 0) group.push(number);
  });
  const several = groups.filter((group) => group.length > 1);
  return four.map((_, number) => "ABCD"[several.findIndex((group) => group.includes(number))] ?? "");
}
