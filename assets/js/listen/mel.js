/* From a log-mel picture to samples, as ganapp/sounds does it (mel.py, phase.py, shaping.py, sound.py): brighter, longer, higher, louder. A
   picture is a Float32Array, band after band, each with so many frames. */

import { BINS, FFT, HOP, forward, inverse, room } from "./fourier.js";

export const RATE = 8000;
export const BANDS = 64;
export const LIMITS = { length: [0.5, 2], pitch: [-12, 12], loudness: [-24, 6], brightness: [-6, 6] };
const [LOW, HIGH, FLOOR, MIDDLE] = [40, 4000, 1e-3, 1000];
const SILENT = Math.log(FLOOR);
const [SEARCH, ROUNDS, MOMENTUM, PEAK] = [60, 60, 0.99, 0.99];
const UNHEARD = 0.01; // a magnitude: a tone of 0.0001 has one of 0.01
const TURNS = [0.6180339887, 0.7548776662, 0.569840291];

const mels = (hertz) => 2595 * Math.log10(1 + hertz / 700);
const hertz = (mel) => 700 * (10 ** (mel / 2595) - 1);
const corners = Array.from({ length: BANDS + 2 }, (_, i) => hertz(mels(LOW) + ((mels(HIGH) - mels(LOW)) * i) / (BANDS + 1)));

/** Triangles: of each band its first bin and its weights. */
const bank = Array.from({ length: BANDS }, (_, band) => {
  const [low, middle, high] = corners.slice(band, band + 3);
  const weigh = (k) => Math.max(0, Math.min(((k * RATE) / FFT - low) / (middle - low), (high - (k * RATE) / FFT) / (high - middle)));
  const bins = Array.from({ length: BINS }, (_, k) => k).filter((k) => weigh(k) > 0);
  return { first: bins[0], weights: Float64Array.from(bins, weigh) };
});

/** The sum over each band of what stands in each bin. */
function banded(bins, out) {
  for (let band = 0; band < BANDS; band++) {
    const { first, weights } = bank[band];
    let sum = 0;
    for (let i = 0; i < weights.length; i++) sum += weights[i] * bins[first + i];
    out[band] = sum;
  }
  return out;
}

/** What stands in the bands spread over their bins. */
function spread(bands, out, evenly) {
  out.fill(0);
  for (let band = 0; band < BANDS; band++) {
    const { first, weights } = bank[band];
    const share = evenly ? weights.reduce((sum, weight) => sum + weight, 0) : 1;
    for (let i = 0; i < weights.length; i++) out[first + i] += (weights[i] * bands[band]) / share;
  }
  return out;
}

/** Magnitudes, frame after frame, whose bands have the powers of a picture: see `power` of ganapp/sounds/mel.py. */
export function magnitudes(picture, frames) {
  const made = new Float64Array(frames * BINS);
  const [wanted, has, above, below] = [new Float64Array(BANDS), new Float64Array(BANDS), new Float64Array(BINS), new Float64Array(BINS)];
  for (let t = 0; t < frames; t++) {
    for (let band = 0; band < BANDS; band++) wanted[band] = Math.exp(picture[band * frames + t]) - FLOOR * 0.999;
    if (wanted.every((power) => power < UNHEARD ** 2)) continue;
    const found = made.subarray(t * BINS, (t + 1) * BINS);
    spread(wanted, found, true);
    spread(wanted, above, false);
    for (let round = 0; round < SEARCH; round++) {
      spread(banded(found, has), below, false);
      for (let k = 0; k < BINS; k++) found[k] *= above[k] / Math.max(below[k], 1e-9);
    }
    for (let k = 0; k < BINS; k++) found[k] = Math.sqrt(found[k]);
  }
  return made;
}

/** Samples of magnitudes: see ganapp/sounds/phase.py. */
export function griffinLim(size, frames, rounds = ROUNDS) {
  const silent = (t) => size.subarray(t * BINS, (t + 1) * BINS).every((value) => value < UNHEARD);
  const [found, again, before] = Array.from({ length: 3 }, () => room(frames, silent));
  const samples = new Float64Array((frames - 1) * HOP);
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < BINS; k++) {
      const turn = (k * k * TURNS[0] + t * t * TURNS[1] + k * t * TURNS[2]) % 1;
      found.re[t * BINS + k] = size[t * BINS + k] * Math.cos(2 * Math.PI * turn);
      found.im[t * BINS + k] = size[t * BINS + k] * Math.sin(2 * Math.PI * turn);
    }
  }
  for (let round = 0; round < rounds; round++) {
    forward(inverse(found, samples), again);
    for (let i = 0; i < size.length; i++) {
      if (size[i] === 0) continue;
      const x = again.re[i] + MOMENTUM * (again.re[i] - before.re[i]);
      const y = again.im[i] + MOMENTUM * (again.im[i] - before.im[i]);
      const scale = size[i] / Math.max(Math.sqrt(x * x + y * y), 1e-9);
      found.re[i] = x * scale;
      found.im[i] = y * scale;
      before.re[i] = again.re[i];
      before.im[i] = again.im[i];
    }
  }
  return unclipped(inverse(found, samples));
}

/** Samples, quieter as a whole where one would be louder than PEAK. */
export function unclipped(samples) {
  const gain = PEAK / samples.reduce((peak, x) => Math.max(peak, Math.abs(x)), PEAK);
  return samples.map((x) => x * gain);
}

/** The log-mel picture of samples, one frame for every HOP of them and one more: see `logmel` of ganapp/sounds/mel.py. */
export function logmel(samples) {
  const frames = Math.floor(samples.length / HOP) + 1;
  const { re, im } = forward(samples, room(frames));
  const made = new Float32Array(BANDS * frames);
  const [power, bands] = [new Float64Array(BINS), new Float64Array(BANDS)];
  for (let t = 0; t < frames; t++) {
    for (let k = 0; k < BINS; k++) power[k] = re[t * BINS + k] ** 2 + im[t * BINS + k] ** 2;
    banded(power, bands);
    for (let band = 0; band < BANDS; band++) made[band * frames + t] = Math.log(Math.max(FLOOR, bands[band]));
  }
  return made;
}

/** Each octave above the middle so many decibels louder; silence stays silent. */
export function tilted(picture, frames, decibels) {
  return picture.map((value, i) => {
    const octaves = Math.log2(corners[Math.floor(i / frames) + 1] / MIDDLE);
    return value <= SILENT + 1e-3 ? value : Math.max(SILENT, value + (octaves * decibels * Math.LN10) / 10);
  });
}

/** So many times as many frames, by linear interpolation between the first and the last: [picture, frames]. */
export function stretched(picture, frames, times) {
  const count = Math.max(2, Math.round((frames - 1) * times) + 1);
  const made = new Float32Array(BANDS * count);
  for (let t = 0; t < count; t++) {
    const at = (t * (frames - 1)) / (count - 1);
    const whole = Math.min(Math.floor(at), frames - 2);
    for (let band = 0; band < BANDS; band++) {
      const first = picture[band * frames + whole];
      made[band * count + t] = first + (at - whole) * (picture[band * frames + whole + 1] - first);
    }
  }
  return [made, count];
}

const bessel = (x) => {
  let [sum, term] = [1, 1];
  for (let k = 1; k < 40; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
};

/** Samples at another rate: see `resampled` of ganapp/sounds/sound.py. */
export function resampled(samples, from, to) {
  if (from === to) return samples;
  const [lobes, cut, beta] = [16, 0.94, 9];
  const scale = Math.min(1, to / from) * cut;
  const reach = Math.ceil(lobes / scale);
  const made = new Float64Array(Math.max(1, Math.ceil((samples.length * to) / from)));
  const phases = new Map();
  const weigh = (part) => {
    const weights = new Float64Array(2 * reach);
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      const distance = i - reach + 1 - part;
      const x = Math.PI * scale * distance;
      const window = bessel(beta * Math.sqrt(Math.max(0, 1 - (distance / reach) ** 2))) / bessel(beta);
      sum += weights[i] = scale * (Math.abs(x) < 1e-12 ? 1 : Math.sin(x) / x) * window;
    }
    return weights.map((weight) => weight / sum);
  };
  for (let i = 0; i < made.length; i++) {
    const whole = Math.floor((i * from) / to);
    const part = (i * from) % to;
    if (!phases.has(part)) phases.set(part, weigh(part / to));
    const weights = phases.get(part);
    let sum = 0;
    for (let j = 0; j < weights.length; j++) {
      const at = whole + j - reach + 1;
      if (at >= 0 && at < samples.length) sum += weights[j] * samples[at];
    }
    made[i] = sum;
  }
  return made;
}

/** Samples, Float32Array in [-1, 1], of a picture in a shape {length, pitch, loudness, brightness}; by a vocoder, or by the search alone. */
export function shaped(picture, shape, vocoder = null) {
  const factor = 2 ** (shape.pitch / 12);
  const frames = picture.length / BANDS;
  const [long, count] = stretched(tilted(picture, frames, shape.brightness), frames, shape.length * factor);
  const size = magnitudes(long, count);
  const samples = vocoder ? vocoder.find(size, long, count) : griffinLim(size, count);
  const gain = 10 ** (shape.loudness / 20);
  const played = resampled(samples, Math.round((RATE * factor) / 20) * 20, RATE);
  return Float32Array.from(played, (x) => Math.min(1, Math.max(-1, x * gain)));
}
