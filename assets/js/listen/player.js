/* Plays samples, at once or at a time of the audio clock, and keeps the beat. */

import { STEPS } from "./link.js";
import { RATE } from "./mel.js";

const [AHEAD, OFTEN] = [0.12, 25]; // seconds that steps are put on the clock beforehand; milliseconds between two looks at it

export class Player {
  /** `step(number)` is called when a step of the beat is heard, with null when it stops. */
  constructor(step) {
    Object.assign(this, { step, context: null, timer: null });
  }

  /** The audio clock; browsers give it after a press only. */
  _clock() {
    this.context ??= new AudioContext();
    if (this.context.state === "suspended") this.context.resume();
    return this.context;
  }

  play(samples, when = 0) {
    const context = this._clock();
    const buffer = context.createBuffer(1, samples.length, RATE);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start(when);
  }

  /** Play a file of any rate (its bytes, an ArrayBuffer); its samples, as they are played. */
  async playFile(bytes) {
    const context = this._clock();
    const buffer = await context.decodeAudioData(bytes);
    this.file?.stop();
    this.file = new AudioBufferSourceNode(context, { buffer });
    this.file.connect(context.destination);
    this.file.start();
    return buffer.getChannelData(0);
  }

  get beating() {
    return this.timer !== null;
  }

  /** Start or stop; `now()` gives {beat, tempo, samples} as they are at that moment. */
  toggle(now) {
    if (this.beating) return this.stop();
    const context = this._clock();
    let [at, count] = [context.currentTime + 0.05, 0];
    const look = () => {
      while (at < context.currentTime + AHEAD) {
        const { beat, tempo, samples } = now();
        const step = count % STEPS;
        beat.forEach((row, i) => row[step] && samples[i] && this.play(samples[i], at));
        setTimeout(() => this.beating && this.step(step), Math.max(0, (at - context.currentTime) * 1000));
        at += 15 / tempo; // four steps a beat
        count += 1;
      }
    };
    this.timer = setInterval(look, OFTEN);
    look();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.step(null);
  }
}
