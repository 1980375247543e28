/* Where pictures are drawn: by the generator in the page (onnxruntime-web, one thread) or, until that is loaded and whenever it fails, by
   the server. `paint` gives the same answer either way, so callers never ask which. After a failure in the page the server draws, also the
   picture that failed. Where there is no server, pictures wait for the generator. */

import { fetched, runtime } from "../parts/runtime.js";

function flat(vectors) {
  const width = vectors[0].length;
  const all = new Float32Array(vectors.length * width);
  vectors.forEach((vector, i) => all.set(vector, i * width));
  return all;
}

/** The generator of one model. `remote(latents, classes)` draws on the server; `changed(engine)` is called when `where` changes. */
export class Engine {
  constructor(model, remote, changed) {
    Object.assign(this, { model, remote, changed, where: "server", loading: null, settled: false, session: null, ort: null, awaited: null });
    this.turn = Promise.resolve();
    this.abort = new AbortController();
  }

  /** Load the generator into the page. Ends with `where` "browser", or leaves the server at work. alone: whether there is none. */
  load(folder, model, alone = false) {
    const loaded = this._load(folder, model);
    if (alone) this.awaited = loaded;
    return loaded;
  }

  async _load(folder, model) {
    try {
      this._loading({ received: 0, total: 0 });
      const parts = { library: [0, 0], net: [0, 0] };
      const report = (part) => (received, total) => {
        parts[part] = [received, total];
        this._loading({ received: parts.library[0] + parts.net[0], total: parts.library[1] && parts.net[1] ? parts.library[1] + parts.net[1] : 0 });
      };
      const [ort, net] = await Promise.all([runtime(folder, report("library")), fetched(model, report("net"), this.abort.signal)]);
      const session = await ort.InferenceSession.create(net, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
      if (this.abort.signal.aborted) return void session.release();
      Object.assign(this, { ort, session });
      await this._local([new Float32Array(this.model.latent)], [new Float32Array(this.model.classes)]);
      this._now("browser");
    } catch (problem) {
      if (!this.abort.signal.aborted) this._fall(problem);
    }
  }

  /** Pictures (size * size, 1 = ink; three times as many numbers in colour) of latents and class weights. Rejects only when the server cannot draw either. */
  async paint(latents, classes) {
    await this.awaited;
    if (this.session) {
      try {
        return await this._local(latents, classes);
      } catch (problem) {
        this._fall(problem);
      }
    }
    return this.remote(latents, classes);
  }

  /** Free the memory; a download in progress is stopped. */
  close() {
    this.abort.abort();
    const { session } = this;
    this.session = null;
    if (session) this.turn.finally(() => session.release());
  }

  _local(latents, classes) {
    const { ort, session, model } = this;
    const b = latents.length;
    const run = async () => {
      const feeds = { z: new ort.Tensor("float32", flat(latents), [b, model.latent]) };
      if (model.classes) feeds.y = new ort.Tensor("float32", flat(classes), [b, model.classes]);
      const { picture } = await session.run(feeds);
      const n = model.channels * model.size * model.size;
      return Array.from({ length: b }, (_, i) => picture.data.slice(i * n, (i + 1) * n));
    };
    const result = this.turn.then(run, run);
    this.turn = result.catch(() => {});
    return result;
  }

  _fall(problem) {
    console.info("Drawing on the server:", problem.message);
    this.session = null;
    this._now("server");
  }

  _loading(progress) {
    if (this.settled) return; // the other file may still be coming when one has failed
    this.loading = progress;
    this.changed(this);
  }

  _now(where) {
    Object.assign(this, { where, loading: null, settled: true });
    this.changed(this);
  }
}
