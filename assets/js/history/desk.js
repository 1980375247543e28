/* The state of the history page: the results, newest first, which one is shown, and what was just deleted. Events: "results" (they have
   changed), "chosen" (another one is shown), "gone" (something was deleted or put back), "trouble". */

import { Events } from "../parts/events.js";
import { address } from "../parts/files.js";
import { contents, forget, onResults, putBack, results } from "../parts/onward/results.js";
import { pageError } from "../parts/troubles.js";

export class Desk extends Events {
  constructor(tools) {
    super();
    Object.assign(this, { tools, results: [], kept: true, chosen: null, held: null, gone: null });
    onResults(() => this.look());
  }

  /** Ask the store again; the result that is shown stays so, if it is still there. */
  async look() {
    const found = await results();
    Object.assign(this, { results: found ?? [], kept: found !== null });
    this.tell("results");
    const { chosen } = this;
    const same = chosen && this.results.find(({ id }) => id === chosen.id);
    if (!same) await this.choose(this.results[0] ?? null);
  }

  async choose(result) {
    Object.assign(this, { chosen: result, held: null });
    this.trouble(null);
    const held = result && (await contents(result.id));
    if (result !== this.chosen) return;
    this.held = held;
    this.tell("chosen");
  }

  trouble(error) {
    this.tell("trouble", error);
  }

  fail(key) {
    this.trouble(pageError(this.tools, `history.error.${key}`));
  }

  /** The file of the result that is shown, from the store or made anew by the server; null if there is none, which is told. */
  async file() {
    const { chosen, held } = this;
    if (!chosen || !held) return null;
    if (held.file || !chosen.make) return held.file;
    try {
      held.file = await this._made(chosen, held.work);
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.trouble(error);
    }
    return held.file;
  }

  /** A file that the server makes: a sample of its fields, a photo with the patches of its repairs. */
  async _made({ name, make: { task, fields } }, work) {
    const patches = () => work.repairs.flatMap(({ versions, chosen }) => versions[chosen].patches);
    const asked = task === "export" ? { picture: await address(work.file), patches: patches(), form: "lossless", keep_gps: false } : fields;
    const answer = await this.tools.ask(task, asked);
    const blob = await (await fetch(answer.picture)).blob();
    const whole = answer.ending && !name.endsWith(`.${answer.ending}`) ? `${name}.${answer.ending}` : name;
    return new File([blob], whole, { type: blob.type });
  }

  /** Whether there is a file to save, or a way to make one. */
  get saves() {
    const { chosen, held } = this;
    return Boolean(held?.file || (chosen?.make && (chosen.make.task !== "export" || held?.work)));
  }

  /** Delete some results; they can be put back until the page is left. */
  async remove(some) {
    const taken = await Promise.all(some.map(async (result) => ({ result, held: await contents(result.id) })));
    await forget(some.map(({ id }) => id));
    this.gone = taken;
    this.tell("gone");
    await this.look();
  }

  async putBack() {
    const { gone } = this;
    this.gone = null;
    if (!(await putBack(gone))) this.fail("full");
    this.tell("gone");
    await this.look();
    await this.choose(this.results.find(({ id }) => id === gone[0].result.id) ?? this.chosen);
  }
}
