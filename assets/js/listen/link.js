/* The eight sounds, the beat and the tempo as one record that fits in a link: the same link makes the same sounds. */

import { LIMITS } from "./mel.js";

export const SOUNDS = 8;
export const STEPS = 16;
export const TEMPOS = [30, 300];
const SHAPE = ["length", "pitch", "loudness", "brightness"];
const PLAIN = { length: 1, pitch: 0, loudness: 0, brightness: 0 };
const SEEDS = 2 ** 32 - 1;
const WORDS = { en: [7, 3, 0, 9, 6, 17, 12, 18], zh: [17, 13, 10, 19, 16, 7, 2, 8] }; // of the first eight sounds, by the page's language, as far as a model has them

/** The first voice that was recorded saying a word, or `voice` where it was. */
export function speaker(said, word, voice) {
  const able = said.filter(([each]) => each === word).map(([, by]) => by);
  return able.includes(voice) ? voice : Math.min(...able);
}

const COUNTED = [["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], [..."零一二三四五六七八九"], [..."0123456789"]];

/** The language of a word that a model speaks: of its script, or of the English digits; null of any other, such as a kind of one's own. */
export const tongue = (word) => (/[\u4e00-\u9fff]/.test(word) ? "zh" : COUNTED[0].includes(word) ? "en" : null);

/** Whether the words of a model are digits, ten by ten. */
export const counts = ({ words }) => words.length > 0 && words.every((word, i) => COUNTED.some((digits) => digits[i % 10] === word));

/** The word of a digit in the language of a voice. */
export function wordOf({ words, said }, digit, voice) {
  return words.findIndex((_, word) => word % 10 === digit && said.some(([each, by]) => each === word && by === voice));
}

/** What the page begins with in a language; known: {words, voices, said} of the model. */
export function start({ words, said }, language = "en") {
  const voices = [...new Set(said.map(([, by]) => by))];
  const sounds = (WORDS[language] ?? WORDS.en).map((wanted, i) => {
    const word = wanted < words.length ? wanted : i % words.length;
    return { word, voice: speaker(said, word, voices[i % voices.length]), seed: i + 1, to: null, blend: 0.5, ...PLAIN };
  });
  const beat = sounds.map((_, row) => Array.from({ length: STEPS }, (_, step) => step % 4 === 0 && (step / 4) % 4 === row));
  return { sounds, beat, tempo: 100, chosen: 0 };
}

const short = (value) => String(Math.round(value * 100) / 100);

const coded = ({ word, voice, seed, to, blend, ...shape }) =>
  [word, voice, seed, ...SHAPE.map((name) => short(shape[name])), ...(to ? [to.word, to.voice, to.seed, short(blend)] : [])].join("_");

/** The record as the part of a link after "#". */
export function toHash({ sounds, beat, tempo, drawn, sentence, model }) {
  const parts = new URLSearchParams();
  if (model) parts.set("model", model);
  sounds.forEach((sound, i) => parts.set(`s${i + 1}`, coded(sound)));
  parts.set("beat", beat.map((row) => row.reduce((bits, on, step) => bits + (on ? 2 ** step : 0), 0).toString(16)).join("_"));
  parts.set("tempo", String(tempo));
  if (drawn) parts.set("drawn", drawn);
  if (sentence) parts.set("say", sentence);
  return parts.toString();
}

const number = (text) => (text === undefined || text === "" ? NaN : Number(text));
const whole = (text, low, high) => (Number.isInteger(number(text)) && number(text) >= low && number(text) <= high ? number(text) : null);
const between = (text, [low, high], otherwise) => (Number.isFinite(number(text)) ? Math.min(high, Math.max(low, number(text))) : otherwise);

/** A word, a voice and a seed that a model knows, or null. */
function said(parts, known) {
  const [word, voice, seed] = [whole(parts[0], 0, known.words.length - 1), whole(parts[1], 0, known.voices.length - 1), whole(parts[2], 0, SEEDS)];
  return word === null || voice === null || seed === null ? null : { word, voice: speaker(known.said, word, voice), seed };
}

function decoded(text, known) {
  const parts = text.split("_");
  const first = said(parts, known);
  if (!first) return null;
  const shape = Object.fromEntries(SHAPE.map((name, i) => [name, between(parts[3 + i], LIMITS[name], PLAIN[name])]));
  return { ...first, to: parts.length > 7 ? said(parts.slice(7), known) : null, blend: between(parts[10], [0, 1], 0.5), ...shape };
}

/** The voice that a link names, "" for none. */
export const voiceOf = (hash) => new URLSearchParams(hash.replace(/^#/, "")).get("model") ?? "";

/** The record that a link holds, bounded by what the model knows; null for a link that holds none, and the voice alone is none. What the
    link leaves out is as the page begins in a language. */
export function fromHash(hash, known, language = "en") {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const [drawn, sentence] = [parts.get("drawn"), parts.get("say")];
  if (!parts.has("s1") && !drawn && !sentence) return null;
  const record = { ...start(known, language), ...(drawn ? { drawn } : {}), ...(sentence ? { sentence } : {}) };
  record.sounds = record.sounds.map((sound, i) => decoded(parts.get(`s${i + 1}`) ?? "", known) ?? sound);
  const rows = (parts.get("beat") ?? "").split("_");
  if (rows.length === SOUNDS && rows.every((row) => /^[0-9a-f]{1,4}$/.test(row)))
    record.beat = rows.map((row) => Array.from({ length: STEPS }, (_, step) => (parseInt(row, 16) >> step) % 2 === 1));
  record.tempo = Math.round(between(parts.get("tempo") ?? "", TEMPOS, record.tempo));
  return record;
}

/** A sound as the fields of the task `speak`, which makes it on a server; phase: how its samples are found. */
export function fields({ word, voice, seed, to, blend, length, pitch, loudness, brightness }, { words, voices }, phase) {
  const target = to ? { word_to: words[to.word], voice_to: voices[to.voice], seed_to: to.seed, blend } : {};
  return { word: words[word], voice: voices[voice], seed, ...target, length, pitch, loudness, brightness, phase };
}
