/* The sounds that the page begins with, drawn beforehand (scripts/first_sounds.py): they are there, and are heard, before the net is. */

const STEPS = 65535;

const decoded = (text, low, high) => Float32Array.from(new Uint16Array(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer), (step) => low + (step / STEPS) * (high - low));

export class First {
  constructor() {
    this.pictures = new Map();
  }

  /** Fetch those of a language; where they cannot be had, the net draws them. */
  async load({ staticUrl, language }) {
    try {
      const answer = await fetch(staticUrl(`recordings/listen/${language()}.json`));
      if (!answer.ok) throw new TypeError(String(answer.status));
      const { low, high, pictures } = await answer.json();
      this.pictures = new Map(Object.entries(pictures).map(([name, text]) => [name, decoded(text, low, high)]));
    } catch (problem) {
      console.info("no sounds drawn beforehand:", problem.message);
    }
  }

  /** The log-mel picture of a sound, or undefined. */
  picture({ word, voice, seed, to }) {
    return to ? undefined : this.pictures.get(`${word}_${voice}_${seed}`);
  }
}
