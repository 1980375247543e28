/* What can be measured of a sound, as ganapp/sounds/measures.py does it: length, pitch, loudness and brightness. */

import { RATE } from "./mel.js";

const [LOWEST, HIGHEST, VOICED, QUIET] = [60, 500, 0.6, 1e-6];
const [SIZE, STEP, BLOCK] = [0.05 * RATE, 0.01 * RATE, 0.01 * RATE];
const DECIBELS = 35;

/** Without the quiet before and after. */
export function trimmed(samples) {
  const powers = [];
  for (let at = 0; at + BLOCK <= samples.length; at += BLOCK) {
    let sum = 0;
    for (let i = at; i < at + BLOCK; i++) sum += samples[i] * samples[i];
    powers.push(sum / BLOCK);
  }
  const least = Math.max(Math.max(...powers, 0) * 10 ** (-DECIBELS / 10), QUIET ** 2);
  const loud = powers.flatMap((power, i) => (power > least ? [i] : []));
  return loud.length ? samples.subarray(loud[0] * BLOCK, (loud.at(-1) + 1) * BLOCK) : samples;
}

/** The centre of the spectrum by power, in hertz. */
function brightness(samples) {
  const size = 2 ** Math.ceil(Math.log2(samples.length));
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  re.set(samples);
  powers(re, im);
  let [sum, all] = [0, 0];
  for (let k = 0; k <= size / 2; k++) {
    const power = re[k] * re[k] + im[k] * im[k];
    all += power;
    sum += (power * k * RATE) / size;
  }
  return sum / Math.max(all, 1e-12);
}

/** In place: a Fourier transform of any power of two. */
function powers(re, im) {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j]] = [re[j], re[i]];
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let at = 0; at < n; at += size) {
      for (let k = 0; k < size / 2; k++) {
        const [c, s] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
        const [a, b] = [at + k, at + k + size / 2];
        const [x, y] = [re[b] * c - im[b] * s, re[b] * s + im[b] * c];
        [re[b], im[b]] = [re[a] - x, im[a] - y];
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

const window = Float64Array.from({ length: SIZE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (SIZE + 1)));
const FURTHEST = Math.floor(RATE / LOWEST) + 2;

/** The correlation with itself, up to the longest period. */
function own(x) {
  return Float64Array.from({ length: FURTHEST + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = 0; i + lag < x.length; i++) sum += x[i] * x[i + lag];
    return sum;
  });
}

const shape = own(window);

/** The pitch of one frame in hertz, 0 where it is not voiced. */
function period(frame) {
  const mean = frame.reduce((sum, x) => sum + x, 0) / frame.length;
  const heard = own(Float64Array.from(frame, (x, i) => (x - mean) * window[i]));
  if (heard[0] <= frame.length * QUIET ** 2) return 0;
  const curve = heard.map((x, lag) => x / heard[0] / Math.max(shape[lag] / shape[0], 1e-3));
  const low = Math.max(2, Math.floor(RATE / HIGHEST));
  let [best, most] = [0, -Infinity];
  for (let lag = low; lag < Math.floor(RATE / LOWEST) + 1; lag++) {
    const worth = curve[lag] - 0.01 * Math.log2(lag / low);
    if (curve[lag] >= curve[lag - 1] && curve[lag] >= curve[lag + 1] && worth > most) [best, most] = [lag, worth];
  }
  if (!best || curve[best] < VOICED) return 0;
  const bend = curve[best - 1] - 2 * curve[best] + curve[best + 1];
  return RATE / (best + (bend ? (0.5 * (curve[best - 1] - curve[best + 1])) / bend : 0));
}

/** {length: seconds, pitch: hertz (0 where none is heard), loudness: decibels, brightness: hertz}. */
export function measured(samples) {
  const heard = trimmed(samples);
  const rms = Math.sqrt(heard.reduce((sum, x) => sum + x * x, 0) / Math.max(1, heard.length));
  if (rms <= QUIET) return { length: 0, pitch: 0, loudness: -120, brightness: 0 };
  const voiced = [];
  for (let at = 0; at + SIZE <= heard.length; at += STEP) {
    const found = period(heard.subarray(at, at + SIZE));
    if (found > 0) voiced.push(found);
  }
  voiced.sort((x, y) => x - y);
  const middle = voiced.length >> 1;
  const pitch = voiced.length ? (voiced.length % 2 ? voiced[middle] : (voiced[middle - 1] + voiced[middle]) / 2) : 0;
  return { length: heard.length / RATE, pitch, loudness: 20 * Math.log10(rms), brightness: brightness(heard) };
}
