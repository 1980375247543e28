/* The controls of the chosen sound: word, voice and seed, its shape with what is measured of it, and what it morphs to. */

import { Dial } from "../parts/dial.js";
import { element, say, show } from "../parts/nodes.js";
import { speaker, tongue } from "./link.js";
import { LIMITS } from "./mel.js";

const STEPS = { length: 0.05, pitch: 0.5, loudness: 1, brightness: 0.5 };
const DIGITS = { length: 2, pitch: 0, loudness: 1, brightness: 0 };
const SEEDS = 2 ** 32 - 1;

/** An option that is a word, marked with its language. */
const named = (word, value, before = "") => element("option", { value, lang: tongue(word) ?? "" }, `${before}${word}`);

export class Rail {
  /** `changed(change)` when a control of the chosen sound was moved. */
  constructor(root, tools, known, changed) {
    Object.assign(this, { root, tools, known, changed });
    this.found = {};
    const place = this._find("dials");
    this.dials = Object.fromEntries(
      Object.entries(LIMITS).map(([name, [low, high]]) => {
        const dial = new Dial(place, tools, { key: `listen.shape.${name}`, low, high, step: STEPS[name], centred: low === -high, neutral: name === "length" ? 1 : 0 }, (value) => changed({ [name]: value }));
        this.found[name] = element("p", { className: "note found", id: `found-${name}` });
        place.append(this.found[name]);
        return [name, dial];
      }),
    );
    this.blend = new Dial(this._find("morph"), tools, { key: "listen.morph.blend", low: 0, high: 1, step: 0.05, neutral: 0.5 }, (blend) => changed({ blend }));
    this._find("word").addEventListener("change", ({ target }) => changed(this._said(Number(target.value))));
    this._find("voice").addEventListener("change", ({ target }) => changed({ voice: Number(target.value) }));
    this._find("seed").addEventListener("change", ({ target }) => changed({ seed: Math.min(SEEDS, Math.max(0, Math.round(Number(target.value) || 0))) }));
    this._find("to").addEventListener("change", ({ target }) => changed({ to: target.value === "" ? null : this._target(Number(target.value)) }));
  }

  _find(id) {
    return this.root.querySelector(`#${id}`);
  }

  _said(word) {
    return { word, voice: speaker(this.known.said, word, this.record.sounds[this.record.chosen].voice) };
  }

  _target(i) {
    const { word, voice, seed } = this.record.sounds[i];
    return { word, voice, seed };
  }

  /** The names of the controls in the present language, and of what there is to choose. */
  label() {
    const { words, voices, said } = this.known;
    const group = (key, from, to) =>
      element("optgroup", { label: this.tools.t(`listen.${key}`) }, ...words.slice(from, to).map((word, i) => named(word, from + i)));
    const groups = words.length === 20 ? [group("english", 0, 10), group("mandarin", 10, 20)] : [group("words", 0, words.length)];
    this._find("word").replaceChildren(...groups);
    this.options = (word) => said.filter(([each]) => each === word).map(([, by]) => element("option", { value: by }, voices[by]));
    for (const dial of [...Object.values(this.dials), this.blend]) dial.label();
  }

  show(record) {
    this.record = record;
    const { sounds, chosen } = record;
    const sound = sounds[chosen];
    const { words } = this.known;
    say(this._find("which"), this.tools.t("listen.which", { number: chosen + 1 }));
    this._find("word").value = sound.word;
    this._find("voice").replaceChildren(...this.options(sound.word));
    this._find("voice").value = sound.voice;
    this._find("seed").value = sound.seed;
    for (const [name, dial] of Object.entries(this.dials)) dial.set(sound[name]);
    const alike = ({ word, voice, seed }, to) => to && to.word === word && to.voice === voice && to.seed === seed;
    const target = sounds.findIndex((each, i) => i !== chosen && alike(each, sound.to));
    const others = sounds.flatMap(({ word }, i) => (i === chosen ? [] : [named(words[word], i, `${i + 1} · `)]));
    const kept = sound.to && target < 0 ? [named(words[sound.to.word], "kept")] : [];
    this._find("to").replaceChildren(element("option", { value: "" }, this.tools.t("listen.morph.none")), ...kept, ...others);
    this._find("to").value = sound.to ? (target < 0 ? "kept" : String(target)) : "";
    this.blend.set(sound.blend);
    show(this.blend.element, sound.to !== null);
  }

  /** What was measured of the chosen sound. */
  tell(measured) {
    for (const [name, node] of Object.entries(this.found)) {
      const silent = name === "pitch" && measured && measured.pitch === 0;
      const key = silent ? "listen.shape.unvoiced" : `listen.shape.measured.${name}`;
      say(node, measured ? this.tools.t(key, { value: this.tools.number(measured[name], DIGITS[name]) }) : "");
    }
  }
}
