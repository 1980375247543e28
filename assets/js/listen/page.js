/* The page of sounds: eight of them, made in the page, played, shaped, mixed, put on a beat. See ganapp/ui/page.py. */

import { Dial } from "../parts/dial.js";
import { download } from "../parts/files.js";
import { atFirst } from "../parts/first.js";
import { put, say, show } from "../parts/nodes.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";
import { travel } from "../parts/onward/travel.js";
import { typed } from "../parts/onward/typed.js";
import { origin } from "../parts/origin.js";
import { intoWav } from "../parts/provenance.js";
import { Beat } from "./beat.js";
import { Drawn } from "./drawn/section.js";
import { Choice, spoken } from "./choice.js";
import { First } from "./first.js";
import { SOUNDS, TEMPOS, counts, fields, fromHash, start as begun, toHash, voiceOf } from "./link.js";
import { keys } from "./keys.js";
import { Numbers } from "./number.js";
import { Pad } from "./pad.js";
import { Player } from "./player.js";
import { Rail } from "./rail.js";
import { Sentence } from "./sentence.js";
import { MODEL, Voice } from "./voice.js";
import { wav } from "./wav.js";

const CALM = 1000; // milliseconds without a change until a sound is kept among the last results
const OF_THE_NET = ["word", "voice", "seed", "to", "blend"]; // changes for which the net must draw anew
const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];

class Desk {
  constructor(root, server, tools, voice, first) {
    const { known } = voice;
    Object.assign(this, { root, tools, voice, known, first, made: [], turns: new Array(SOUNDS).fill(0), making: new Array(SOUNDS).fill(0), status: null, timer: 0 });
    this.record = { ...(fromHash(location.hash, known, tools.language()) ?? begun(known, tools.language())), ...this.own };
    this.pad = new Pad(this.find("pad"), tools, (i) => this.press(i), (i) => this.change(i, { seed: drawn() }, true));
    this.beat = new Beat(this.find("steps"), tools, (row, step, on) => this.step(row, step, on));
    this.rail = new Rail(root, tools, known, (change) => this.change(this.record.chosen, change, false));
    this.player = new Player((step) => this.heard(step));
    this.numbers = new Numbers(root, tools, voice, {
      chosen: () => this.record.sounds[this.record.chosen],
      play: (samples) => this.player.play(samples),
      save: ({ samples, fields: told }) => this.keep(samples, told, told.number),
      failed: (problem) => this.fail(problem),
    });
    this.drawn = new Drawn(root, tools, voice.finder, this.record.drawn, {
      play: (samples) => this.player.play(samples),
      save: (samples, told, name) => this.keep(samples, told, name),
      remember: (drawn) => this.set({ drawn }),
      failed: (problem) => this.fail(problem),
    });
    this.sentence = new Sentence(root, server, tools, this.record.sentence, {
      play: (bytes) => this.player.playFile(bytes),
      keep: (file, sentence) => this.kept(file, { ...this.record, sentence }),
      remember: (sentence) => this.set({ sentence }),
    });
    this.drawn.ready.catch((problem) => this.fail(problem));
    this.tempo = new Dial(this.find("tempo"), tools, { key: "listen.beat.tempo", low: TEMPOS[0], high: TEMPOS[1], step: 1 }, (tempo) => this.set({ tempo }));
    const { buttons, said } = travel(tools, { sound: () => this.file(), link: () => new URL(this.link, document.baseURI).href, taken: () => this.note(true) });
    this.find("travel").replaceChildren(...buttons, said);
    tools.fill(this.find("travel"));
    this.label();
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** Make all eight, and say how long that took. */
  async begin() {
    const since = performance.now();
    const ready = this.record.sounds.every((sound) => this.first.picture(sound));
    await Promise.all(this.record.sounds.map((_, i) => this.make(i, true)));
    const seconds = (performance.now() - since) / 1000;
    if (!ready) this.tell(this.voice.away ? "listen.where.away" : "listen.where.ready", { seconds: this.tools.number(seconds, 2) });
    else if (!this.voice.loading || this.voice.session) this.tell(this.voice.session ? this.whole : "listen.where.first");
    put(this.root.querySelector(".ls"), "data-ready", seconds.toFixed(3));
  }

  /** The log-mel picture of a sound: drawn beforehand, or by the net now. */
  async picture(sound) {
    const first = this.first.picture(sound);
    if (first) return first;
    await this.bring();
    return (await this.voice.draw([sound]))[0];
  }

  /** Make one sound; with `anew` its picture too. What comes too late is dropped. */
  async make(i, anew) {
    this.pad.busy(i, ++this.making[i] > 0);
    try {
      return await this._make(i, anew);
    } finally {
      this.pad.busy(i, --this.making[i] > 0);
    }
  }

  async _make(i, anew) {
    const turn = ++this.turns[i];
    const sound = this.record.sounds[i];
    const picture = anew || !this.made[i] ? await this.picture(sound) : this.made[i].picture;
    if (turn !== this.turns[i]) return false;
    const { samples, measured, phase } = await this.voice.finder.play(picture, sound);
    if (turn !== this.turns[i]) return false;
    this.made[i] = { picture, samples, measured, phase };
    this.pad.draw(i, this.made[i]);
    if (i === this.record.chosen) this.rail.tell(measured);
    return true;
  }

  /** What the search made alone is made by the vocoder, now that it is here; a sound that is being made meets it anyway. */
  async refine() {
    const { phase } = this.voice.finder;
    await Promise.all(this.made.map((made, i) => (made && made.phase !== phase && !this.making[i] ? this.make(i, false) : false)));
    put(this.root.querySelector(".ls"), "data-phase", phase);
  }

  /** Change a sound, make it and, once it is there, play it. */
  async change(i, change, choose) {
    const sounds = this.record.sounds.map((sound, at) => (at === i ? { ...sound, ...change } : sound));
    this.set({ sounds, ...(choose ? { chosen: i } : {}) });
    try {
      const anew = OF_THE_NET.some((name) => name in change);
      if (!(await this.make(i, anew))) return;
      this.sound(i);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.note(false), CALM);
    } catch (problem) {
      this.fail(problem);
    }
  }

  set(change) {
    this.record = { ...this.record, ...change };
    history.replaceState(null, "", `${location.pathname}${location.search}#${toHash(this.record)}`);
    this.changed?.();
    this.show();
  }

  step(row, step, on) {
    this.set({ beat: this.record.beat.map((steps, at) => (at === row ? steps.map((was, k) => (k === step ? on : was)) : steps)) });
  }

  press(i) {
    if (i !== this.record.chosen) {
      this.record = { ...this.record, chosen: i };
      this.show();
    }
    this.sound(i);
  }

  sound(i) {
    if (!this.made[i]) return;
    this.player.play(this.made[i].samples);
    this.pad.flash(i);
  }

  toggle() {
    if (this.made.filter(Boolean).length < SOUNDS) return;
    this.player.toggle(() => ({ ...this.record, samples: this.made.map(({ samples }) => samples) }));
    this.show();
  }

  heard(step) {
    this.beat.mark(step);
    if (step !== null) this.record.beat.forEach((row, i) => row[step] && this.pad.flash(i));
  }

  /** The address below the app's own that makes these sounds again. */
  get link() {
    return `listen#${toHash(this.record)}`;
  }

  /** The chosen sound, {samples, told, name}; null before it is made. told: the task that makes it again, and its fields. */
  get sounding() {
    const { sounds, chosen } = this.record;
    if (!this.made[chosen]) return null;
    const { samples, phase } = this.made[chosen];
    const told = { task: "speak", ...fields(sounds[chosen], this.known, phase), ...this.own };
    return { samples, told, name: `${told.word}-${told.seed}` };
  }

  /** {model} of a voice that was trained here. */
  get own() {
    return this.voice.own ? { model: this.voice.model } : {};
  }

  /** A sound as a WAV file that says how it was made, unsigned. */
  here({ samples, told, name }) {
    const { task, picture, ...settings } = told;
    const kept = picture ? settings : { model: MODEL, ...settings };
    const bytes = intoWav(wav(samples, { task, ...settings }), { kind: "created", task, settings: kept });
    return new File([bytes], `${name}.wav`, { type: "audio/wav" });
  }

  /** The same, made again by the server from its recipe and signed; without a server the one that was made here. Null for no sound. */
  async file(sounding = this.sounding) {
    if (!sounding) return null;
    const { task, picture, ...settings } = sounding.told;
    try {
      const { sound, provenance } = await this.tools.ask(task, picture ? { picture, ...settings } : settings);
      const blob = await (await fetch(sound)).blob();
      say(this.find("done"), this.tools.sentences(origin(this.tools, provenance)));
      return new File([blob], `${sounding.name}.wav`, { type: "audio/wav" });
    } catch (problem) {
      if (problem.name !== "TaskError") throw problem;
      say(this.find("done"), this.tools.t("frame.origin.unreached"));
      return this.here(sounding);
    }
  }

  /** Keep the chosen sound among the last results of the browser; file: as it was taken along. */
  async note(taken, file = this.sounding && this.here(this.sounding)) {
    clearTimeout(this.timer);
    const { chosen } = this.record;
    if (file) await record({ page: "listen", key: `${this.link} ${chosen}`, kind: "sound", name: file.name, link: this.link, file, thumbnail: await thumbnail(this.pad.tiles[chosen].picture), taken });
  }

  async save() {
    const file = await this.file();
    if (!file) return;
    download(file, file.name);
    await this.note(true, file);
  }

  async keep(samples, told, name) {
    return this.kept(await this.file({ samples, told, name }));
  }

  /** Give a file to the reader, and keep it among the last results. */
  async kept(file, shown = this.record) {
    download(file, file.name);
    await record({ page: "listen", part: `listen/${file.name}`, kind: "sound", name: file.name, link: `listen#${toHash(shown)}`, file, taken: true });
  }

  /** Bring net and vocoder into the page, and say how far they are. */
  async bring() {
    await this.voice.load();
    show(this.find("oops"), false);
    if (!this.root.querySelector(".ls").dataset.ready) return;
    if (!this.voice.away) this.tell(this.whole);
    this.refine().catch((problem) => this.fail(problem));
  }

  /** What is said when the net is here. */
  get whole() {
    return `listen.where.${this.voice.finder.here ? "here" : "search"}`;
  }

  tell(key, values) {
    this.status = [key, values];
    say(this.find("where"), this.tools.t(key, values));
  }

  fail(problem) {
    console.info("No sound:", problem.message);
    show(this.find("oops"), true);
    say(this.find("oops").querySelector("p"), this.tools.t("listen.failed"));
  }

  show() {
    const { chosen, beat, tempo } = this.record;
    this.pad.label(this.record, this.known);
    this.beat.show(beat);
    this.rail.show(this.record);
    this.rail.tell(this.made[chosen]?.measured ?? null);
    this.tempo.set(tempo);
    say(this.find("beat-play"), this.tools.t(this.player.beating ? "listen.beat.stop" : "listen.beat.play"));
    put(this.find("beat-play"), "aria-pressed", String(this.player.beating));
  }

  label() {
    this.rail.label();
    this.tempo.label();
    this.numbers.label();
    this.drawn.label();
    this.sentence.label();
    this.show();
    if (this.status) this.tell(...this.status);
  }
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  const megabytes = (bytes) => tools.number(bytes / 1e6, 1);
  const wanted = voiceOf(location.hash);
  const listed = spoken(tools);
  const own = (wanted && (await listed).find(({ id, source }) => id === wanted && source !== "shipped")) || null;
  const voice = new Voice(tools, own, (received, total) => desk?.tell(total ? "listen.where.loading" : "listen.where.begun", { received: megabytes(received), total: megabytes(total) }));
  const first = new First();
  const broken = (problem) => {
    console.info("No sound:", problem.message);
    show(root.querySelector("#oops"), true);
    say(root.querySelector("#oops p"), tools.t("listen.failed"));
  };
  let desk = null;
  const kept = await typed(root, tools, "listen", ["digits", "sentence-text"], () => (desk?.made.some(Boolean) ? tools.t("listen.pad.name") : ""));
  kept.fill();
  try {
    await Promise.all([voice.describe(), own ? null : first.load(tools)]);
    desk = new Desk(root, server, tools, voice, first);
  } catch (problem) {
    return broken(problem);
  }
  desk.changed = kept.changed;
  const choice = new Choice(root, tools, listed, voice.model);
  show(root.querySelector("#number"), counts(desk.known));
  root.querySelector("#shape").addEventListener("submit", (event) => {
    event.preventDefault();
    desk.change(desk.record.chosen, { seed: drawn() }, false);
  });
  desk.find("beat-play").addEventListener("click", () => desk.toggle());
  desk.find("save").addEventListener("click", () => desk.save());
  keys(desk, (i) => desk.change(i, { seed: drawn() }, true));
  tools.onLanguage(() => {
    desk.label();
    choice.label();
  });
  tools.onTone(() => desk.made.forEach((made, i) => desk.pad.draw(i, made)));
  window.addEventListener("hashchange", () => {
    const named = voiceOf(location.hash);
    if (named !== (own?.id ?? "") && choice.has(named || MODEL)) return location.reload();
    const record = fromHash(location.hash, desk.known, tools.language());
    if (!record || toHash(record) === toHash(desk.record)) return undefined;
    desk.set({ ...record, ...desk.own, chosen: desk.record.chosen });
    return desk.begin().catch((problem) => desk.fail(problem));
  });
  atFirst(document, () => desk.bring().catch((problem) => desk.fail(problem)));
  try {
    await desk.begin();
  } catch (problem) {
    desk.fail(problem);
  }
  return undefined;
}
