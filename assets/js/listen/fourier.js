/* The short-time Fourier transform of ganapp/sounds/mel.py and its inverse: frames of 512 numbers under Hann's window of 400, 100 samples
   apart. Frames are transformed two at a time, as the real and the imaginary part of one sequence. */

export const FFT = 512;
export const HOP = 100;
export const BINS = FFT / 2 + 1;
const WINDOW = 400;
const HALF = FFT / 2;
const EDGE = (FFT - WINDOW) / 2; // numbers of a frame that the window leaves out at each end

const turned = new Uint16Array(FFT);
for (let i = 0; i < FFT; i++) turned[i] = (turned[i >> 1] >> 1) | (i & 1 ? HALF : 0);
/** For each size of the transform's stages beyond 4, cosines and sines. */
const turns = (size) => {
  const angles = Array.from({ length: size / 2 }, (_, k) => (2 * Math.PI * k) / size);
  return { half: size / 2, cosines: Float64Array.from(angles, Math.cos), sines: Float64Array.from(angles, Math.sin) };
};
const pairs = [8, 32, 128].map((size) => [turns(size), turns(2 * size)]);
const last = turns(FFT);
const hann = new Float64Array(FFT);
for (let i = 0; i < WINDOW; i++) hann[i + EDGE] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW);

/** In place: the discrete Fourier transform of re + i im, 512 numbers each. This is where the time goes: nothing is allocated. */
function transform(re, im) {
  for (let i = 0; i < FFT; i++) {
    const j = turned[i];
    if (j <= i) continue;
    const [x, y] = [re[i], im[i]];
    re[i] = re[j];
    im[i] = im[j];
    re[j] = x;
    im[j] = y;
  }
  for (let a = 0; a < FFT; a += 4) {
    const ax = re[a] + re[a + 1];
    const ay = im[a] + im[a + 1];
    const bx = re[a] - re[a + 1];
    const by = im[a] - im[a + 1];
    const cx = re[a + 2] + re[a + 3];
    const cy = im[a + 2] + im[a + 3];
    const dx = re[a + 2] - re[a + 3];
    const dy = im[a + 2] - im[a + 3];
    re[a] = ax + cx;
    im[a] = ay + cy;
    re[a + 1] = bx + dy;
    im[a + 1] = by - dx;
    re[a + 2] = ax - cx;
    im[a + 2] = ay - cy;
    re[a + 3] = bx - dy;
    im[a + 3] = by + dx;
  }
  for (const [one, two] of pairs) both(re, im, one, two);
  const { half, cosines, sines } = last;
  for (let a = 0, b = half; a < half; a++, b++) {
    const x = re[b] * cosines[a] + im[b] * sines[a];
    const y = im[b] * cosines[a] - re[b] * sines[a];
    re[b] = re[a] - x;
    im[b] = im[a] - y;
    re[a] += x;
    im[a] += y;
  }
}

/** Two stages at once, the second twice the size of the first: each number is read and written once for both. */
function both(re, im, one, two) {
  const { half } = one;
  for (let at = 0; at < FFT; at += 4 * half) {
    for (let k = 0, a = at, b = at + half, c = at + 2 * half, d = at + 3 * half; k < half; k++, a++, b++, c++, d++) {
      const cos = one.cosines[k];
      const sin = one.sines[k];
      let x = re[b] * cos + im[b] * sin;
      let y = im[b] * cos - re[b] * sin;
      const ax = re[a] + x;
      const ay = im[a] + y;
      const bx = re[a] - x;
      const by = im[a] - y;
      x = re[d] * cos + im[d] * sin;
      y = im[d] * cos - re[d] * sin;
      const cx = re[c] + x;
      const cy = im[c] + y;
      const dx = re[c] - x;
      const dy = im[c] - y;
      const cosine = two.cosines[k];
      const sine = two.sines[k];
      x = cx * cosine + cy * sine;
      y = cy * cosine - cx * sine;
      re[a] = ax + x;
      im[a] = ay + y;
      re[c] = ax - x;
      im[c] = ay - y;
      x = dy * cosine - dx * sine; // a quarter turn further on
      y = -dx * cosine - dy * sine;
      re[b] = bx + x;
      im[b] = by + y;
      re[d] = bx - x;
      im[d] = by - y;
    }
  }
}

/** Room for spectra of so many frames: real and imaginary parts, a frame after the other. `silent(t)`: whether a frame is left at nothing. */
export function room(frames, silent = () => false) {
  const heard = Array.from({ length: Math.ceil(frames / 2) }, (_, pair) => 2 * pair).filter((t) => !silent(t) || (t + 1 < frames && !silent(t + 1)));
  return { frames, heard, re: new Float64Array(frames * BINS), im: new Float64Array(frames * BINS) };
}

const a = new Float64Array(FFT);
const b = new Float64Array(FFT);

/** The spectra of samples, into `out`; frame t lies around sample 100 t, and before and after the samples it is silent. */
export function forward(samples, out) {
  const n = samples.length;
  const take = (into, frame) => {
    const start = frame * HOP - HALF;
    const [from, to] = [Math.max(EDGE, -start), Math.min(EDGE + WINDOW, n - start)];
    into.fill(0);
    for (let i = from; i < to; i++) into[i] = samples[start + i] * hann[i];
  };
  for (const t of out.heard) {
    take(a, t);
    if (t + 1 < out.frames) take(b, t + 1);
    else b.fill(0);
    transform(a, b);
    for (let k = 0; k < BINS; k++) {
      const m = (FFT - k) % FFT;
      const at = t * BINS + k;
      out.re[at] = (a[k] + a[m]) / 2;
      out.im[at] = (b[k] - b[m]) / 2;
      if (t + 1 < out.frames) {
        out.re[at + BINS] = (b[k] + b[m]) / 2;
        out.im[at + BINS] = (a[m] - a[k]) / 2;
      }
    }
  }
  return out;
}

/** What the windows of so many frames weigh at each sample, squared. */
function weights(frames) {
  const sum = new Float64Array((frames - 1) * HOP + FFT);
  for (let t = 0; t < frames; t++) for (let i = 0; i < FFT; i++) sum[t * HOP + i] += hann[i] * hann[i];
  return sum;
}

const known = new Map();

/** The samples whose spectra are nearest to these (Griffin and Lim 1984, equation 6): (frames - 1) * 100 of them. */
export function inverse(spectra, out) {
  const { frames, heard, re, im } = spectra;
  if (!known.has(frames)) known.set(frames, weights(frames));
  const weigh = known.get(frames);
  const sum = new Float64Array(weigh.length);
  for (const t of heard) {
    const two = t + 1 < frames;
    for (let k = 0; k < BINS; k++) {
      // the transform of the conjugate is the conjugate of the inverse: Z = A + iB of two real frames
      const at = t * BINS + k;
      const edge = k === 0 || k === HALF; // these two are real in a real frame
      const ar = re[at];
      const br = two ? re[at + BINS] : 0;
      const x = edge ? 0 : im[at];
      const y = edge || !two ? 0 : im[at + BINS];
      a[k] = ar - y;
      b[k] = -(x + br);
      if (!edge) {
        a[FFT - k] = ar + y;
        b[FFT - k] = -(br - x);
      }
    }
    transform(a, b);
    for (let i = EDGE; i < EDGE + WINDOW; i++) {
      sum[t * HOP + i] += (a[i] / FFT) * hann[i];
      if (two) sum[(t + 1) * HOP + i] -= (b[i] / FFT) * hann[i];
    }
  }
  for (let i = 0; i < out.length; i++) out[i] = sum[i + HALF] / weigh[i + HALF];
  return out;
}
