/* Photos at work, beside the page: {turn, job, ...} comes in, {turn, progress | done | failed} goes out; {turn, cancel} stops a job between two
   tiles. */

import { fetched, fromEdition, runtime } from "../parts/runtime.js";
import { able, Graphics } from "./nets/graphics.js";
import { tensors } from "../parts/tensors.js";
import { Restyling } from "./painting/restyling.js";
import { Upscaling } from "./upscaling.js";

const SHOWN_EVERY = 500; // milliseconds between two pictures of what is done so far

fromEdition();
const stopped = new Set();
let root = "";
const nets = new Map(); // sessions by what they are made of; the oldest goes when there are too many
const MOST = 4;
const files = new Map(); // tensors by the file they lie in, a promise of each; the oldest goes
const MOST_FILES = 6;
const APART = 1 / 255; // that numbers of the graphics card may differ from the processor's
let card = null; // a promise of it, once somebody wanted it

/** What a job can do: fetch, compute, tell how far it is. */
class Turn {
  constructor(turn, graphics) {
    Object.assign(this, { turn, shown: 0, begun: performance.now(), wants: graphics, graphics: "", tried: false });
  }

  /** Bytes of a file below the root, with the megabytes told on the way. */
  fetch(path) {
    return fetched(`${root}/${path}`, (received, total) => this.tell({ state: "fetching", received, total }));
  }

  async ort() {
    return runtime(`${root}/vendor/onnxruntime-web/`, (received, total) => this.tell({ state: "fetching", received, total }));
  }

  /** The session of a net, made once. make(): a promise of the file. */
  async session(key, make) {
    const ort = await this.ort();
    if (!nets.has(key)) {
      nets.set(key, ort.InferenceSession.create(await make(), { executionProviders: ["wasm"], graphOptimizationLevel: "all" }));
      for (const [old, held] of nets) {
        if (nets.size <= MOST) break;
        nets.delete(old);
        held.then((session) => session.release(), () => {});
      }
    }
    try {
      return { ort, session: await nets.get(key) };
    } catch (problem) {
      nets.delete(key);
      throw problem;
    }
  }

  /** The tensors of a safetensors file. */
  tensors(path) {
    if (!files.has(path)) files.set(path, this.fetch(path).then(tensors));
    if (files.size > MOST_FILES) files.delete(files.keys().next().value);
    files.get(path).catch(() => files.delete(path));
    return files.get(path);
  }

  /** What a net makes of inputs {name: {data, dims}}. graph: a function that gives a Graph, or the path of a file. On the graphics card
      where that is wanted, there, and gives what the processor gives: the first part is computed by both. */
  async run(key, graph, inputs) {
    const built = this.wants && typeof graph === "function" ? graph() : null;
    if (!built || !able(built)) return this._computed(key, graph, inputs);
    const drawn = await this._drawn(key, built, inputs);
    if (drawn && this.tried) return drawn;
    const computed = await this._computed(key, () => built, inputs);
    const near = drawn && Object.entries(computed).every(([name, { data }]) => data.every((each, i) => Math.abs(each - drawn[name].data[i]) < APART));
    Object.assign(this, { tried: true, wants: Boolean(near), graphics: near ? "used" : this.graphics || "differs" });
    return computed;
  }

  /** What the graphics card makes of them; null where there is none, or where it fails. */
  async _drawn(key, graph, inputs) {
    card ??= Graphics.open();
    const held = await card;
    if (!held) this.graphics = "absent";
    return held?.run(key, graph, inputs).catch((problem) => {
      console.warn(`graphics: ${problem}`);
      card = null;
      return null;
    });
  }

  async _computed(key, graph, inputs) {
    const { ort, session } = await this.session(key, async () => (typeof graph === "string" ? this.fetch(graph) : graph().file()));
    return session.run(Object.fromEntries(Object.entries(inputs).map(([name, { data, dims }]) => [name, new ort.Tensor("float32", data, dims)])));
  }

  tell(progress) {
    postMessage({ turn: this.turn, progress });
  }

  /** So many of so many parts are done; throws when nobody wants the rest. preview(): a canvas of what is done so far. */
  async did(done, total, preview = null) {
    this.began ??= { at: performance.now(), done: done - 1 };
    const spent = performance.now() - this.began.at, left = (spent / Math.max(1, done - this.began.done)) * (total - done);
    const progress = { state: "working", done, total, seconds: done > this.began.done + 1 ? left / 1000 : null };
    if (preview && performance.now() - this.shown > SHOWN_EVERY) {
      this.shown = performance.now();
      progress.preview = await preview().convertToBlob({ type: "image/jpeg", quality: 0.8 });
    }
    this.tell(progress);
    await new Promise((resolve) => setTimeout(resolve)); // what has come meanwhile is heard
    if (stopped.has(this.turn)) throw new DOMException("cancelled", "AbortError");
  }
}

const JOBS = { upscale: (turn, order) => new Upscaling(turn, order).run(), stylize: (turn, order) => new Restyling(turn, order).run() };
let line = Promise.resolve();

onmessage = ({ data }) => {
  const { turn, job, cancel } = data;
  if (data.root) root = data.root;
  if (cancel) return void stopped.add(turn);
  if (!job) return;
  const run = async () => {
    try {
      if (stopped.has(turn)) throw new DOMException("cancelled", "AbortError");
      const work = new Turn(turn, data.graphics), done = await JOBS[job](work, data.order);
      postMessage({ turn, done: { ...done, graphics: work.graphics || (data.graphics ? "small" : "") } });
    } catch (problem) {
      postMessage({ turn, failed: { name: problem.name, message: String(problem.message ?? problem) } });
    }
    stopped.delete(turn);
  };
  line = line.then(run);
};
