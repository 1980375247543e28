/* A sentence, said by the server: read, played, drawn as a wave, kept as a file that says how it was made. */

import { Dial } from "../parts/dial.js";
import { blobOf } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";
import { origin } from "../parts/origin.js";
import { tongue } from "./link.js";
import { LIMITS } from "./mel.js";
import { VoicePacks } from "./packs.js";
import { colours, waveform } from "./pad.js";

const LANGUAGES = ["auto", "zh", "en"];
const SEEDS = 2 ** 32 - 1;
const LONGEST = 300;
const DIALS = { length: [1, 0.05], pitch: [0, 0.5] }; // neutral, step
const STARTS = ["cats", "hello", "number"];
const LONGEST_NAME = 24; // signs
const SPACED = /\s+/g;

const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];
const bounded = (text, [low, high], otherwise) => (text !== "" && Number.isFinite(Number(text)) ? Math.min(high, Math.max(low, Number(text))) : otherwise);

/** What the file of a sentence is called: its beginning, in whole words. */
export function titled(text) {
  const signs = [...text.replace(SPACED, " ").trim()];
  const start = signs.slice(0, LONGEST_NAME).join("");
  const whole = signs.length > LONGEST_NAME && signs[LONGEST_NAME] !== " " && start.includes(" ") ? start.slice(0, start.lastIndexOf(" ")) : start;
  return whole.replace(/[\\/:*?"<>|.]/g, "").trim() || "sentence";
}

/** A sentence as a part of a link: language, seed, length, pitch and text. */
const toPart = ({ language, seed, length, pitch, text }) => [language, seed, length, pitch, text].join("_");

/** The sentence that a link's part holds, bounded; null for none. */
function fromPart(part) {
  const [language, seed, length, pitch, ...text] = (part ?? "").split("_");
  const whole = /^\d+$/.test(seed ?? "") && Number(seed) <= SEEDS;
  const words = text.join("_").slice(0, LONGEST);
  if (!LANGUAGES.includes(language) || !whole || !words.trim()) return null;
  return { language, seed: Number(seed), length: bounded(length, LIMITS.length, 1), pitch: bounded(pitch, LIMITS.pitch, 0), text: words };
}

export class Sentence {
  /** given: the part of the link that holds a sentence, or null. play(buffer): plays the bytes of a file, gives its samples; keep(file,
      part), remember(part). */
  constructor(root, server, tools, given, acts) {
    Object.assign(this, { root, tools, acts, made: null, told: null, turn: 0 });
    this.state = fromPart(given) ?? { language: "auto", seed: 1, length: 1, pitch: 0, text: "" };
    this.dials = Object.entries(DIALS).map(([name, [neutral, step]]) => {
      const [low, high] = LIMITS[name];
      const dial = new Dial(this.find("dials"), tools, { key: `listen.sentence.${name}`, low, high, step, neutral, centred: name === "pitch" }, (value) => this.set({ [name]: value }));
      dial.set(this.state[name]);
      return dial;
    });
    this.field = this.find("text");
    if (this.state.text) this.field.value = this.state.text;
    this.find("language").value = this.state.language;
    this.find("language").addEventListener("change", ({ target }) => this.set({ language: target.value }));
    this.field.addEventListener("input", () => this.set({}));
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.speak();
    });
    root.querySelector("#sentence").addEventListener("submit", (event) => {
      event.preventDefault();
      this.speak();
    });
    this.find("again").addEventListener("click", () => this.speak(drawn()));
    this.find("save").addEventListener("click", () => this.save());
    this.packs = new VoicePacks(this.find("packs"), server, tools);
    tools.onTone(() => this.draw());
    this.label();
  }

  find(id) {
    return this.root.querySelector(`#sentence-${id}`);
  }

  /** Change what is asked for; what was said is no longer that. */
  set(change) {
    this.state = { ...this.state, ...change, text: this.field.value.slice(0, LONGEST) };
    this.made = null;
    this.find("save").disabled = true;
  }

  async speak(seed = this.state.seed) {
    this.set({ seed });
    if (!this.state.text.trim()) return this.tell("listen.sentence.empty");
    const turn = ++this.turn;
    const asked = this.state;
    const { text, ...shape } = asked;
    this.tell("listen.sentence.working");
    put(this.find("play"), "aria-busy", "true");
    let answer = null;
    try {
      answer = await this.tools.ask("say", { ...shape, text });
    } catch (problem) {
      if (turn === this.turn) this.tell(problem.name === "TaskError" ? problem : "listen.sentence.failed");
    }
    if (turn !== this.turn) return undefined;
    put(this.find("play"), "aria-busy", null);
    if (!answer) return undefined;
    const blob = blobOf(answer.sound);
    const name = titled(text);
    this.made = { answer, file: new File([blob], `${name}.wav`, { type: "audio/wav" }), samples: await this.acts.play(await blob.arrayBuffer()) };
    this.find("save").disabled = asked !== this.state;
    this.draw();
    this.report();
    return this.acts.remember(toPart(asked));
  }

  save() {
    if (!this.made) return undefined;
    this.note(this.tools.sentences(origin(this.tools, this.made.answer.provenance)));
    return this.acts.keep(this.made.file, toPart(this.state));
  }

  draw() {
    show(this.find("wave"), this.made !== null);
    if (this.made) waveform(this.find("wave"), this.made.samples, colours());
  }

  /** How it was read, and what is to be known of it. */
  report() {
    const { t, number, sentences, language } = this.tools;
    const { answer } = this.made;
    const listed = (words) => words.join(language() === "zh" ? "、" : ", ");
    const kind = answer.language === "zh" ? "read" : answer.model === "speak-digits" ? "digits" : "english";
    const lines = [t(`listen.sentence.${kind}`, { said: answer.said.join(" "), seconds: number(answer.length, 1) })];
    if (answer.unrecorded.length) lines.push(t("listen.sentence.unrecorded", { syllables: listed(answer.unrecorded) }));
    for (const how of ["guessed", "spelled"]) if (answer[how].length) lines.push(t(`listen.sentence.${how}`, { words: listed(answer[how]) }));
    this.told = () => this.report();
    this.note(sentences(lines));
  }

  tell(what) {
    this.told = () => this.tell(what);
    this.note(typeof what === "string" ? this.tools.t(what) : what.sentence);
  }

  note(text) {
    say(this.find("told"), text);
  }

  label() {
    const { t } = this.tools;
    for (const dial of this.dials) dial.label();
    const starts = STARTS.map((name) => {
      const text = t(`listen.sentence.starts.${name}`);
      const button = element("button", { type: "button", className: "tool", textContent: text });
      put(button, "lang", tongue(text));
      button.addEventListener("click", () => {
        this.field.value = text;
        this.speak();
      });
      return button;
    });
    this.find("starts").replaceChildren(...starts);
    this.packs.label();
    this.told?.();
  }
}
