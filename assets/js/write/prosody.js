/* Tones, rhyme and forms of a quatrain of seven, as ganapp/writing/prosody.py has them; a poem is 28 tokens. */

const [LEVEL, OBLIQUE, EITHER] = [0, 1, 2];
export const SIGNS = "平仄○"; // of the three tone classes
const PILLARS = [1, 3, 5]; // places whose tones alternate
const PATTERNS = ["level", "level_rhymed", "oblique", "oblique_rhymed"].map((form) => {
  const start = form.startsWith("oblique") ? OBLIQUE : LEVEL;
  return [0, 1, 2, 3].map((line) => {
    const begins = line === 0 || line === 3 ? start : 1 - start;
    const row = Array(7).fill(EITHER);
    PILLARS.forEach((place, i) => (row[place] = begins ^ (i % 2)));
    row[6] = line % 2 || (line === 0 && form.endsWith("rhymed")) ? LEVEL : OBLIQUE;
    return row;
  });
});

const opposed = (one, other) => one !== other || one === EITHER;
const alike = (one, other) => one === other || one === EITHER || other === EITHER;

/** The four lines of a poem. */
export const linesOf = (poem) => [0, 7, 14, 21].map((start) => poem.slice(start, start + 7));

/** The number of the form that a poem, or its first line, has. */
export function formOf(poem, { tones, rhyme }) {
  const [first, second, third, last] = [...PILLARS, 6].map((place) => tones[poem[place]]);
  const start = first !== EITHER ? first : ({ [LEVEL]: OBLIQUE, [OBLIQUE]: LEVEL }[second] ?? third);
  const rhymed = last !== OBLIQUE && (poem.length < 28 || rhyme[poem[6]] === rhyme[poem[27]]);
  return 2 * (start === OBLIQUE) + rhymed;
}

/** Which rules a poem keeps. */
export function measure(poem, { tones, rhyme }) {
  const rows = linesOf(poem).map((line) => line.map((token) => tones[token]));
  const second = rows.map((row) => row[1]);
  return {
    rhyme: rhyme[poem[13]] === rhyme[poem[27]],
    level: rows[1][6] !== OBLIQUE && rows[3][6] !== OBLIQUE,
    adhesion: opposed(second[0], second[1]) && alike(second[1], second[2]) && opposed(second[2], second[3]),
    alternate: rows.every((row) => opposed(row[1], row[3]) && opposed(row[3], row[5])),
  };
}

/** Whether a character may stand at a place of a poem whose rules are kept by force. */
export function fits(token, place, form, rhyming, { tones, rhyme }) {
  const wanted = PATTERNS[form][Math.floor(place / 7)][place % 7];
  if (place % 7 === 6 && wanted === LEVEL) return tones[token] === LEVEL && rhyme[token] === rhyming;
  return wanted === EITHER || tones[token] === wanted || tones[token] === EITHER;
}
