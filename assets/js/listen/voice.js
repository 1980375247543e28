/* The speaker in the page: its net by onnxruntime-web, which draws log-mel pictures, and what finds their samples. Of a voice that has no copy
   for the browser the server makes the sounds, and their pictures are worked out here. */

import { classes, fromSeed, slerp } from "../parts/latent.js";
import { blobOf } from "../parts/files.js";
import { fetched, runtime } from "../parts/runtime.js";
import { Finder } from "./finder.js";
import { fields } from "./link.js";
import { logmel } from "./mel.js";
import { samplesOf } from "./wav.js";

export const MODEL = "speak-digits";

export class Voice {
  /** own: the line of the task `speakers` about a voice that was trained here, null for the shipped one; `progress(received, total)` counts
      bytes of library, net and vocoder. */
  constructor(tools, own, progress) {
    Object.assign(this, { tools, own, model: own?.id ?? MODEL, progress, finder: new Finder(tools), loading: null, session: null, turn: Promise.resolve() });
    this.parts = { library: [0, 0], net: [0, 0], vocoder: [0, 0] };
  }

  /** What the model says of itself: {words, voices, said, latent}. */
  async describe() {
    if (this.own) {
      const { words, voices, said, latent } = this.own;
      return (this.known = { words, voices, said, latent });
    }
    const answer = await fetch(this.tools.modelUrl(this.model, "config.json"));
    if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
    const { values, promises } = await answer.json();
    return (this.known = { words: values.words, voices: values.voices, said: values.said, latent: promises.latent });
  }

  /** Bring net and vocoder into the page, once; what failed is tried again. */
  async load() {
    if (this.away) return void (await this.finder.load(() => {}));
    this.loading ??= this._load().catch((problem) => {
      this.loading = null;
      throw problem;
    });
    await Promise.all([this.loading, this.finder.load(this._counting("vocoder"))]);
  }

  /** What counts the bytes of a part, and tells those of all parts. */
  _counting(part) {
    return (received, total) => {
      this.parts[part] = [received, total];
      const all = Object.values(this.parts);
      const sum = (i) => all.reduce((whole, each) => whole + each[i], 0);
      this.progress(sum(0), all.every(([, each]) => each) ? sum(1) : 0);
    };
  }

  async _load() {
    const [ort, net] = await Promise.all([
      runtime(this.tools.staticUrl("vendor/onnxruntime-web/"), this._counting("library")),
      fetched(this.tools.modelUrl(this.model, "web.onnx", this.own?.digest), this._counting("net")),
    ]);
    this.ort = ort;
    this.session = await ort.InferenceSession.create(net, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
  }

  /** Latent and weights of what a sound says, on the way to what it morphs to. */
  _parts({ word, voice, seed, to, blend }) {
    const { words, voices, latent } = this.known;
    const z = fromSeed(seed, latent);
    if (!to) return [z, classes(words.length, word), classes(voices.length, voice)];
    const way = slerp(z, fromSeed(to.seed, latent), blend);
    return [way, classes(words.length, word, to.word, blend), classes(voices.length, voice, to.voice, blend)];
  }

  /** Whether the server makes the sounds. */
  get away() {
    return Boolean(this.own && !this.own.web);
  }

  /** The pictures of sounds that the server makes, in no other shape than they are said. */
  async _asked(sounds) {
    const plain = { length: 1, pitch: 0, loudness: 0, brightness: 0 };
    const pictures = [];
    for (const sound of sounds) {
      const { sound: file } = await this.tools.ask("speak", { ...fields({ ...sound, ...plain }, this.known, "search"), model: this.model });
      pictures.push(logmel(samplesOf(new Uint8Array(await blobOf(file).arrayBuffer()))));
    }
    return pictures;
  }

  /** Log-mel pictures of sounds, one after the other as they are asked for. */
  draw(sounds) {
    const run = async () => {
      if (this.away) return this._asked(sounds);
      await this.load();
      const parts = sounds.map((sound) => this._parts(sound));
      const tensor = (i) => new this.ort.Tensor("float32", Float32Array.from(parts.flatMap((part) => [...part[i]])), [sounds.length, parts[0][i].length]);
      const { picture } = await this.session.run({ z: tensor(0), words: tensor(1), voices: tensor(2) });
      const size = picture.data.length / sounds.length;
      return sounds.map((_, i) => picture.data.slice(i * size, (i + 1) * size));
    };
    const drawn = this.turn.then(run, run);
    this.turn = drawn.catch(() => {});
    return drawn;
  }
}
