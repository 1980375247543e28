/* What reads drawn digits aloud in the page: its net by onnxruntime-web, fetched when it is first asked. */

import { classes, fromSeed } from "../../parts/latent.js";
import { fetched, runtime } from "../../parts/runtime.js";

export const MODEL = "listen-digits";

export class Reader {
  constructor(tools) {
    Object.assign(this, { tools, known: null, session: null, loading: null });
  }

  /** What the model says of itself: {words, voices, languages, latent}. */
  async describe() {
    const answer = await fetch(this.tools.modelUrl(MODEL, "config.json"));
    if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
    const { values, promises } = await answer.json();
    return (this.known = { ...values, latent: promises.latent });
  }

  /** Bring the net into the page, once. */
  load() {
    this.loading ??= this._load().catch((problem) => {
      this.loading = null;
      throw problem;
    });
    return this.loading;
  }

  async _load() {
    const nothing = () => {};
    const [ort, net] = await Promise.all([runtime(this.tools.staticUrl("vendor/onnxruntime-web/"), nothing), fetched(this.tools.modelUrl(MODEL), nothing)]);
    this.ort = ort;
    this.session = await ort.InferenceSession.create(net, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
  }

  /** The log-mel picture of a digit (32 x 32, 1 = ink) read by a voice. */
  async read(ink, voice, seed) {
    await this.load();
    const tensor = (data, shape) => new this.ort.Tensor("float32", Float32Array.from(data), shape);
    const { picture } = await this.session.run({
      z: tensor(fromSeed(seed, this.known.latent), [1, this.known.latent]),
      drawings: tensor(ink.map((value) => 2 * value - 1), [1, 1, 32, 32]),
      voices: tensor(classes(this.known.voices.length, voice), [1, this.known.voices.length]),
    });
    return Float32Array.from(picture.data);
  }
}
