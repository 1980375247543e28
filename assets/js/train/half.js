/* A form that was half filled in stays in the browser: it is offered again after a reload, a crash or another visit, until its run begins. */

import { Keeping } from "../parts/onward/keeping.js";
import { drop } from "../parts/onward/store.js";

export class Half {
  constructor(root, desk, form) {
    Object.assign(this, { form, desk, touched: false });
    const listeners = [];
    for (const by of ["input", "change"]) {
      form.place.addEventListener(by, () => {
        this.touched = true;
        listeners.forEach((listener) => listener());
      });
    }
    const bench = { tools: desk.tools, busy: false, unsaved: false, on: (_, listener) => listeners.push(listener) };
    const unpack = async (work) => {
      this.touched = true;
      form.restore(work);
      listeners.forEach((listener) => listener());
    };
    this.keeping = new Keeping(bench, root, "train", { events: "changed", pack: () => this._pack(), unpack });
    desk.on("started", () => {
      this.touched = false;
      drop("work", "train");
    });
  }

  _pack() {
    const { form, desk } = this;
    if (!this.touched || form.origin) return this.touched ? undefined : null; // a copy of a run begins again from its run
    const half = form.half;
    const { name } = desk.options.presets.find(({ id }) => id === half.preset) ?? { name: {} };
    return { ...half, name: half.called || (name[desk.tools.language()] ?? desk.tools.t("train.form.title")), bytes: JSON.stringify(half).length };
  }

  /** Offer it, in a form that nothing stands in yet. */
  offer() {
    this.keeping.offer();
  }
}
