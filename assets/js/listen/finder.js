/* Workers that find the samples of log-mel pictures: by the search alone until the vocoder is here, then by the vocoder. */

import { fetched } from "../parts/runtime.js";

const MODEL = "vocoder-8k";
const MOST_WORKERS = 4;

export class Finder {
  constructor(tools) {
    Object.assign(this, { tools, loading: null, here: false, turn: 0, next: 0, waiting: new Map() });
    const count = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 1));
    this.workers = Array.from({ length: count }, () => {
      const worker = new Worker(tools.staticUrl("js/listen/worker.js"), { type: "module" });
      worker.onmessage = ({ data }) => this._settle(data.turn, ({ resolve, reject }) => (data.failed ? reject(new Error(data.failed)) : resolve(data)));
      worker.onerror = (problem) => this.waiting.forEach((_, turn) => this._settle(turn, ({ reject }) => reject(new Error(problem.message))));
      return worker;
    });
  }

  /** How samples are found now, as the tasks call it. */
  get phase() {
    return this.here ? "vocoder" : "search";
  }

  /** Bring the vocoder, once, `progress(received, total)` counting bytes; whether it is here. Where it cannot be had, the search goes on, and
      the next call tries again. */
  load(progress) {
    this.loading ??= this._load(progress).catch((problem) => {
      console.info("no vocoder:", problem.message);
      this.loading = null;
      return false;
    });
    return this.loading;
  }

  async _load(progress) {
    const file = (path) => fetched(path, () => {}, undefined, false);
    const [settings, kernel, bytes] = await Promise.all([
      file(this.tools.modelUrl(MODEL, "config.json")),
      file(this.tools.staticUrl("js/listen/convolve.wasm")),
      fetched(this.tools.modelUrl(MODEL, "model.safetensors"), progress),
    ]);
    const { net } = JSON.parse(new TextDecoder().decode(settings)).parts.model;
    const vocoder = { module: await WebAssembly.compile(kernel), bytes, net };
    await Promise.all(this.workers.map((worker) => this._ask(worker, { vocoder })));
    return (this.here = true);
  }

  /** {samples, measured, phase} of a picture in a shape, by the worker whose turn it is. */
  async play(picture, { length, pitch, loudness, brightness }, phase = this.phase) {
    const worker = this.workers[this.next++ % this.workers.length];
    return { ...(await this._ask(worker, { picture, shape: { length, pitch, loudness, brightness }, phase })), phase };
  }

  _ask(worker, what) {
    const turn = this.turn++;
    return new Promise((resolve, reject) => {
      this.waiting.set(turn, { resolve, reject });
      worker.postMessage({ turn, ...what });
    });
  }

  _settle(turn, how) {
    const waiting = this.waiting.get(turn);
    this.waiting.delete(turn);
    if (waiting) how(waiting);
  }
}
