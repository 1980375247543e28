/* Where poems are written: in the page by onnxruntime-web, once writer and critic are loaded, or by the server until then, for other
   writers, for wishes that cannot be met, and after a failure here. Where there is no server, wishes wait for writer and critic. */

import { fetched, runtime } from "../parts/runtime.js";
import * as quatrains from "./composing.js";
import { START } from "./link.js";

const quiet = () => {};
const long = ({ Tensor }, values, dims) => new Tensor("int64", BigInt64Array.from(values.flat(2), BigInt), dims);
const rows = ({ data, dims }) => Array.from({ length: dims[0] }, (_, i) => data.subarray(i * dims[1], (i + 1) * dims[1]));

/** A kind of verse. model: its writer; known(values): what config.json says of its words; wishOf, compose: as composing.js has them;
    feeds(told, b): the shape of what the net is told beside each token, by its input's name; opinions(texts, where): the critic's inputs. */
const QUATRAINS = {
  model: START.model,
  known: (values) => new quatrains.Alphabet(values.alphabet),
  wishOf: quatrains.wishOf,
  compose: quatrains.compose,
  told: ["condition", 2],
  opinions: (poems) => ({ poems: [poems, [poems.length, 28]] }),
};

export class Pen {
  /** `remote(wish)` writes on the server. */
  constructor(tools, remote, kind = QUATRAINS) {
    Object.assign(this, { tools, remote, kind, local: null, loaded: null, turn: Promise.resolve() });
  }

  /** Bring writer and critic into the page; where that fails the server goes on writing. */
  load() {
    return (this.loaded ??= this._load());
  }

  async _load() {
    const { tools, kind } = this;
    const address = (file) => tools.modelUrl(kind.model, file);
    try {
      const description = await fetch(address("config.json")).then((answer) => answer.json());
      const files = description.parts.critic ? ["web.onnx", "critic.onnx"] : ["web.onnx"];
      const [ort, ...nets] = await Promise.all([runtime(tools.staticUrl("vendor/onnxruntime-web/"), quiet), ...files.map((file) => fetched(address(file), quiet))]);
      const [writer, critic = null] = await Promise.all(nets.map((net) => ort.InferenceSession.create(net, { executionProviders: ["wasm"], graphOptimizationLevel: "all" })));
      this.local = { ort, writer, critic, ...description, known: kind.known(description.values) };
    } catch (problem) {
      this._fall(problem);
    }
  }

  /** A poem as the task gives it, with `where` it was written, "browser" or "server"; in the page its nearest lines are null. */
  async write(fields) {
    if (this.tools.alone) await this.load();
    const wish = this.local && fields.model === this.kind.model ? this.kind.wishOf(fields, this.local.known) : null;
    if (wish) {
      const run = () => this.kind.compose(fields, wish, this.local.known, this.local.values, this._net(wish.drafts));
      const poem = this.turn.then(run, run);
      this.turn = poem.catch(quiet);
      try {
        return { ...(await poem), where: "browser" };
      } catch (problem) {
        this._fall(problem);
      }
    }
    return { ...(await this.remote(fields)), where: "server" };
  }

  /** The two nets as composing.js calls them, for one poem of `b` drafts. */
  _net(b) {
    const { ort, writer, critic, parts } = this.local;
    const { layers, heads, width } = { layers: 3, heads: 4, width: 160, ...parts.model.net };
    const [name, size] = this.kind.told;
    let past = new ort.Tensor("float32", new Float32Array(0), [layers, 2, b, heads, 0, width / heads]);
    const next = async (tokens, told, place) => {
      const feeds = { token: long(ort, tokens, [b]), [name]: long(ort, told, [b, size]), place: long(ort, [place], [1]), past };
      const { scores, seen } = await writer.run(feeds);
      past = seen;
      return rows(scores);
    };
    const opinions = async (...texts) => {
      if (!critic) return null;
      const feeds = Object.entries(this.kind.opinions(...texts)).map(([input, [values, dims]]) => [input, long(ort, values, dims)]);
      return rows((await critic.run(Object.fromEntries(feeds))).lines).map((row) => [...row]);
    };
    return { next, opinions };
  }

  _fall(problem) {
    console.info("Writing on the server:", problem.message);
    this.local = null;
  }
}
