/* A drawn digit: read aloud by the net, or played as it is. Stroke and slant are the drawing's own, and change what is heard. */

import { Dial } from "../../parts/dial.js";
import { fromCanvas } from "../../parts/digit.js";
import { measured as handOf } from "../../parts/hand.js";
import { fromCode, toCode } from "../../parts/inkcode.js";
import { element, say, show } from "../../parts/nodes.js";
import { Sketch } from "../../parts/sketch.js";
import { colours, spectrogram, waveform } from "../pad.js";
import { MODEL, Reader } from "./reader.js";
import { sonified } from "./sonified.js";

const SIDE = 32;
const PLAIN = { length: 1, pitch: 0, loudness: 0, brightness: 0 };
const SEEDS = 2 ** 32 - 1;
const HAND = { width: [0.04, 0.2, 0.085, 0.005], lean: [-0.6, 0.6, 0, 0.05] }; // low, high, neutral, step
/** A digit as a canvas, dark on white. */
function inked(ink) {
  const canvas = element("canvas", { width: SIDE, height: SIDE });
  const image = new ImageData(SIDE, SIDE);
  ink.forEach((value, i) => image.data.set([255, 255, 255].map((white) => Math.round(white * (1 - value))).concat(255), 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];

/** Voice, seed and digit of a link's part, or null. */
function fromPart(text, voices) {
  const [voice, seed, code] = (text ?? "").split(".");
  const ink = fromCode(code ?? "");
  const whole = (value, most) => /^\d+$/.test(value) && Number(value) <= most;
  return ink && whole(voice, voices - 1) && whole(seed, SEEDS) ? { voice: Number(voice), seed: Number(seed), ink } : null;
}

export class Drawn {
  /** finder: finds samples; given: the part of the link that holds a digit, or null; play(samples), save(samples,
      fields, name), remember(part), failed(problem). */
  constructor(root, tools, finder, given, acts) {
    Object.assign(this, { root, tools, finder, acts, reader: new Reader(tools), seed: 1, by: null, given: null, made: null, told: null, turn: 0 });
    this.sketch = new Sketch(this.find("sketch"), () => this.changed(), (word) => say(this.find("sketch-pen"), tools.t(`listen.drawn.pen_${word}`)));
    this.dials = Object.entries(HAND).map(([name, [low, high, neutral, step]]) => {
      const dial = new Dial(this.find("hand"), tools, { key: `listen.drawn.${name}`, low, high, step, neutral, centred: name === "lean" }, (value) => this.write({ [name]: value }));
      dial.set(neutral);
      return dial;
    });
    const press = (id, act) => this.find(id).addEventListener("click", () => Promise.resolve(act()).catch((problem) => acts.failed(problem)));
    press("drawn-read", () => this.read());
    press("drawn-again", () => this.read(drawn()));
    press("drawn-plain", () => this.plain());
    press("drawn-clear", () => this.sketch.wipe());
    press("drawn-save", () => this.made && acts.save(this.made.samples, this.made.fields, this.made.name));
    this.find("drawn-voice").addEventListener("change", ({ target }) => (this.by = Number(target.value)));
    tools.onTone(() => this.show());
    this.ready = this.begin(given);
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  async begin(given) {
    const { voices } = await this.reader.describe();
    const start = fromPart(given, voices.length);
    if (start) {
      Object.assign(this, { seed: start.seed, by: start.voice, given: start.ink });
      this.lay(start.ink);
    }
    this.label();
    this.changed();
  }

  /** Show a digit of a link on the sheet; what is read is the digit itself, until the sheet is changed. */
  lay(ink) {
    const sheet = element("canvas", { width: SIDE, height: SIDE });
    const image = new ImageData(SIDE, SIDE);
    const { ink: tone } = colours();
    ink.forEach((value, i) => image.data.set([...tone, Math.round(255 * value)], 4 * i));
    sheet.getContext("2d").putImageData(image, 0, 0);
    this.laying = true;
    this.sketch.lay(sheet, "");
    this.laying = false;
  }

  write(hand) {
    this.sketch.write(hand);
    this.given = null;
    this.say();
  }

  changed() {
    if (!this.laying && this.sketch.past.length > 1) this.given = null;
    for (const id of ["drawn-read", "drawn-again", "drawn-plain"]) this.find(id).disabled = this.sketch.empty || !this.reader.known;
    this.say();
  }

  /** The sheet as a canvas, dark on white; a digit of a link by itself. */
  sheet() {
    if (this.given) return inked(this.given);
    const canvas = this.sketch.toCanvas();
    return this.sketch.picture && !this.sketch.strokes.length ? this.tone(canvas) : canvas;
  }

  /** The digit on the sheet (32 x 32, 1 = ink), or null. */
  ink() {
    const found = this.given ?? fromCanvas(this.sheet());
    return found && fromCode(toCode(found)); // as a link brings it back
  }

  /** A digit of a link is laid in the ink of the page, which is light at night: as black. */
  tone(canvas) {
    const sheet = element("canvas", { width: canvas.width, height: canvas.height });
    const context = sheet.getContext("2d");
    context.setTransform(1, 0, -this.sketch.lean, 1, (this.sketch.lean * canvas.width) / 2, 0);
    context.drawImage(this.sketch.picture, 0, 0, canvas.width, canvas.height);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillRect(0, 0, canvas.width, canvas.height);
    return sheet;
  }

  async read(seed = this.seed) {
    const ink = this.ink();
    if (!ink) return this.tell("listen.drawn.empty");
    const turn = ++this.turn;
    this.seed = seed;
    if (!this.reader.session) this.tell("listen.drawn.loading");
    const [picture] = await Promise.all([this.reader.read(ink, this.by, seed), this.finder.load(() => {})]);
    const { samples, measured, phase } = await this.finder.play(picture, PLAIN);
    if (turn !== this.turn) return undefined;
    const part = `${this.by}.${seed}.${toCode(ink)}`;
    const fields = { task: "listen", picture: this.sheet().toDataURL("image/png"), voice: this.reader.known.voices[this.by], seed, phase, model: MODEL };
    this.heard({ picture, samples, measured, fields, name: "digit" }, ink);
    return this.acts.remember(part);
  }

  /** The picture itself as a spectrogram. */
  async plain() {
    const ink = this.ink();
    if (!ink) return this.tell("listen.drawn.empty");
    const picture = sonified(ink, SIDE);
    const { samples, measured } = await this.finder.play(picture, PLAIN, "search"); // a picture is no speech, of which the vocoder learned
    return this.heard({ picture, samples, measured, fields: { task: "sonify", picture: inked(ink).toDataURL("image/png") }, name: "sonification" }, null);
  }

  heard(made, ink) {
    this.made = made;
    const { number } = this.tools;
    const { loudness, pitch } = made.measured;
    if (ink) {
      const { weight, slant } = handOf(ink, SIDE);
      const key = pitch ? "listen.drawn.heard" : "listen.drawn.heard_unvoiced";
      this.tell(key, { weight: number(weight, 1), slant: number(slant, 0), loudness: number(loudness, 1), pitch: number(pitch, 0) });
    } else this.tell("listen.drawn.plain_heard");
    this.show();
    this.acts.play(made.samples);
  }

  show() {
    show(this.find("drawn-heard"), this.made !== null);
    if (!this.made) return;
    const found = colours();
    spectrogram(this.find("drawn-spectrum"), this.made.picture, found);
    waveform(this.find("drawn-wave"), this.made.samples, found);
  }

  tell(key, values) {
    this.told = [key, values];
    this.say();
    return null;
  }

  say() {
    const { tools } = this;
    say(this.find("drawn-told"), this.told ? tools.t(...this.told) : tools.t(this.sketch.empty ? "listen.drawn.empty" : "listen.drawn.ready"));
  }

  label() {
    for (const dial of this.dials) dial.label();
    const { known } = this.reader;
    if (!known) return;
    const { voices, languages } = known;
    const group = (key, language) =>
      element("optgroup", { label: this.tools.t(`listen.${key}`) }, ...voices.flatMap((name, i) => (languages[i] === language ? [element("option", { value: i, textContent: name })] : [])));
    this.find("drawn-voice").replaceChildren(group("english", 0), group("mandarin", 1));
    this.by ??= Math.max(0, languages.indexOf(this.tools.language() === "zh" ? 1 : 0));
    this.find("drawn-voice").value = this.by;
    this.say();
  }
}
