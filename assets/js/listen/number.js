/* A number, digit by digit, one fading into the next, as the task speak_number says it. */

import { say } from "../parts/nodes.js";
import { wordOf } from "./link.js";
import { trimmed } from "./measures.js";
import { RATE } from "./mel.js";

const SEEDS = 2 ** 32;
const DIGITS = /^[0-9]{1,12}$/;

/** Samples one after the other, each without the quiet around it; over `count` samples one fades into the next. */
export function joined(sounds, count = RATE / 100) {
  return sounds.map(trimmed).reduce((whole, following) => {
    const seam = Math.min(whole.length, following.length) < count ? 0 : count;
    const made = new Float32Array(whole.length + following.length - seam);
    made.set(whole);
    made.set(following.subarray(seam), whole.length);
    for (let i = 0; i < seam; i++) {
      const rise = (i + 0.5) / seam;
      made[whole.length - seam + i] = whole[whole.length - seam + i] * (1 - rise) + following[i] * rise;
    }
    return made;
  });
}

export class Numbers {
  /** chosen(): the sound whose voice and shape are taken; play(samples); failed(problem). */
  constructor(root, tools, voice, { chosen, play, save, failed }) {
    Object.assign(this, { root, tools, voice, made: null });
    const form = root.querySelector("#number");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.make(chosen()).then((made) => made && play(made.samples), failed);
    });
    root.querySelector("#number-save").addEventListener("click", () => this.make(chosen()).then((made) => made && save(made), failed));
  }

  /** {samples, fields} of what is written, null for what is no number. */
  async make(sound) {
    const { known } = this.voice;
    const digits = this.root.querySelector("#digits").value.trim();
    if (!DIGITS.test(digits)) return this.tell("listen.number.wrong");
    const said = [...digits].map((digit, i) => ({ ...sound, word: wordOf(known, Number(digit), sound.voice), seed: (sound.seed + i) % SEEDS, to: null }));
    const pictures = await this.voice.draw(said);
    const { finder } = this.voice;
    const { phase } = finder;
    const parts = await Promise.all(pictures.map((picture) => finder.play(picture, sound, phase)));
    const samples = joined(parts.map((part) => part.samples));
    const words = said.map(({ word }) => known.words[word]).join(" ");
    this.tell("listen.number.told", { words, seconds: this.tools.number(samples.length / RATE, 2) });
    const { seed, length, pitch, loudness, brightness } = sound;
    return { samples, fields: { task: "speak_number", number: digits, voice: known.voices[sound.voice], seed, length, pitch, loudness, brightness, phase } };
  }

  tell(key, values) {
    this.told = [key, values];
    this.label();
    return null;
  }

  label() {
    if (this.told) say(this.root.querySelector("#number-told"), this.tools.t(...this.told));
  }
}
