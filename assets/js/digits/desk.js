/* The state of the digits page: what is shown. It draws the big picture and reports changes. Events: "change" (a field of the state),
   "painted" (the big picture is drawn), "rest" (nothing has moved for a moment; `stale()` says whether something has moved since), "model"
   (another generator), "engine" (who draws, or how far loading is), "mode" (shape or draw), "look" (the discriminator's map is shown or
   hidden), "trouble" (an error, or null). */

import { Events } from "../parts/events.js";
import { consent, elsewhere } from "../shell/consent.js";
import { Engine } from "./engine.js";
import { atRest, eachFrame } from "./frames.js";
import { modelFacts } from "./models.js";
import { baseLatent, classWeights, code, directions, firstState, sliderValues, withClassesOf } from "./state.js";

const REST = 140; // milliseconds without a movement
const BATCH = { browser: 10, server: 120 }; // pictures drawn at once, before the page may react to something else ...
const NUMBERS = { browser: 40_960, server: 491_520 }; // ... and at most so many numbers

/** A refusal is shown elsewhere; any other error is a bug and is thrown on. */
function quiet(error) {
  if (error.name !== "TaskError") throw error;
}

const breath = () => new Promise((resolve) => requestAnimationFrame(resolve));

export class Desk extends Events {
  constructor(tools) {
    super();
    Object.assign(this, { tools, state: firstState("digits"), model: null, engine: null, picture: null, mode: "shape", moving: false });
    this.repaint = eachFrame(() => this._paint());
    this.rest = atRest((stale) => {
      this.moving = false;
      this.tell("rest", stale);
    }, REST);
  }

  /** Open a generator that a link or a picture names (by: "link" or "picture"). One that is not in the list is downloaded only if the
      reader agrees; false if not. */
  async openNamed(id, by) {
    if (!this.listed?.has(id) && elsewhere(id) && !(await consent(this.tools, id, by))) return false;
    await this.open(id);
    return true;
  }

  /** Change to another generator: first its directions, then its net. Sliders that it has too keep their values. */
  async open(id) {
    const model = await modelFacts(this.tools, id);
    this.engine?.close();
    const sliders = Object.fromEntries(Object.entries(this.state.sliders).filter(([name]) => name in model.directions));
    const origin = this.state.origin?.length === model.latent ? this.state.origin : null;
    Object.assign(this, { model, picture: null, state: withClassesOf({ ...this.state, model: id, sliders, origin }, model) });
    this.engine = new Engine(model, (latents, classes) => this._remote(id, latents, classes), () => this._engineSays());
    this.tell("model");
    this.set({});
    if (model.web) this.engine.load(this.tools.staticUrl("vendor/onnxruntime-web/"), this.tools.modelUrl(id, "web.onnx", model.digest), this.tools.alone);
  }

  /** Change the state, or replace it whole, and draw. */
  set(patch) {
    this.state = { ...this.state, ...patch };
    if (!this.model) return;
    this.moving = true;
    this.state = withClassesOf(this.state, this.model);
    this.tell("change");
    this.repaint();
    this.rest();
  }

  /** Move one slider. */
  move(name, value) {
    this.set({ sliders: { ...this.state.sliders, [name]: value } });
  }

  /** Use a latent in place of the seed; every slider then shows the value that this latent has. */
  take(latent, digit, to = null, blend = 0) {
    this.set({ origin: Array.from(latent), sliders: {}, digit, to, blend });
  }

  get baseLatent() {
    return baseLatent(this.state, this.model.latent);
  }

  get code() {
    return code(this.state, this.model);
  }

  get classWeights() {
    return classWeights(this.state, this.model);
  }

  get directions() {
    return this.model ? directions(this.state, this.model) : {};
  }

  get sliderValues() {
    return sliderValues(this.state, this.model);
  }

  /** The fields that server tasks take for the present digit. */
  get subject() {
    const { digit, to, blend, model } = this.state;
    return { latent: Array.from(this.code), digit, digit_to: to, blend, model };
  }

  /** Draw many pictures, a few at a time; `each(i, picture)` is called for each. It stops when `stale()` is true, and when the server
      cannot be reached, which the big picture reports. */
  async paintMany(latents, classes, each, stale) {
    const { engine } = this;
    const { channels, size } = engine.model;
    const batch = Math.max(1, Math.min(BATCH[engine.where], Math.floor(NUMBERS[engine.where] / (channels * size * size))));
    for (let i = 0; i < latents.length && !stale(); i += batch) {
      const pictures = await engine.paint(latents.slice(i, i + batch), classes.slice(i, i + batch)).catch(quiet);
      if (!pictures || stale() || engine !== this.engine) return;
      pictures.forEach((picture, k) => each(i + k, picture));
      await breath();
    }
  }

  /** Report a failure: {title, error, kept, again}, see parts/troubles.js; null when it works again. */
  trouble(what) {
    this.tell("trouble", what);
  }

  _engineSays() {
    this.tell("engine");
    if (this.engine.where === "browser") this.repaint(); // drawn again without the rounding of the server to 8 bits
  }

  async _paint() {
    const { engine, mode } = this;
    if (!engine || mode !== "shape") return;
    try {
      const [picture] = await engine.paint([this.code], [this.classWeights]);
      if (engine !== this.engine) return;
      this.picture = picture;
      this.tell("painted");
      if (this.failed) this.trouble((this.failed = null));
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.failed = error;
      this.trouble({ title: "draw", error, kept: "kept", again: () => this.repaint() });
    }
  }

  async _remote(model, latents, classes) {
    const plain = (vectors) => vectors.map((vector) => Array.from(vector));
    const answer = await this.tools.ask("paint", { model, latents: plain(latents), classes: plain(classes) });
    const bytes = Uint8Array.from(atob(answer.pixels), (letter) => letter.charCodeAt(0));
    const n = answer.channels * answer.size * answer.size;
    return latents.map((_, i) => Float32Array.from(bytes.subarray(i * n, (i + 1) * n), (value) => value / 255));
  }
}
