/* The repairs of this photo: those that are shown, those that were undone, and the versions of the last one. */

import { element } from "../parts/nodes.js";

export class History {
  constructor(bench, root, mending) {
    Object.assign(this, { bench, mending });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("back").addEventListener("click", () => mending.held(["back", "forth"], () => mending.undo()));
    this.find("forth").addEventListener("click", () => mending.held(["forth", "back"], () => mending.redo()));
    this.find("another").addEventListener("click", () => mending.held(["another", "save"], () => mending.another()));
    this.find("versions").addEventListener("change", (event) => mending.choose(Number(event.target.value)));
    bench.on("repairs busy", () => this._write());
    bench.tools.onLanguage(() => this._write());
  }

  _write() {
    const { bench } = this;
    const { tools, repairs, undone } = bench;
    this.find("history").hidden = !repairs.length && !undone.length;
    const all = [...repairs, ...undone.slice().reverse()];
    this.find("steps").replaceChildren(...all.map((repair, i) => this._step(repair, i, repairs.length)));
    this.find("back").disabled = bench.busy || !repairs.length;
    this.find("forth").disabled = bench.busy || !undone.length;
    this.find("another").disabled = bench.busy || !repairs.length;
    this._versions();
    const last = repairs.at(-1);
    const report = last?.versions[last.chosen].report;
    const values = report && { changed: tools.number(report.outside_changed), outside: tools.number(report.outside), seconds: tools.number(report.seconds, 1) };
    const words = report ? [tools.t("repair.proof.kept", values), tools.t("repair.proof.took", values)] : [];
    if (report?.asked) words.push(tools.t("repair.proof.asked", report.asked));
    this.find("proof").textContent = tools.sentences(words);
  }

  _step({ versions, chosen }, i, standing) {
    const { tools } = this.bench;
    const item = element("li");
    const [name, pixels] = [element("span"), element("span")];
    name.textContent = tools.t("repair.history.step", { number: i + 1 });
    pixels.textContent = tools.t("repair.history.pixels", { count: tools.number(versions[chosen].report.changed) });
    item.append(name, pixels);
    if (i === standing - 1) item.setAttribute("aria-current", "step");
    item.classList.toggle("undone", i >= standing);
    return item;
  }

  _versions() {
    const { tools, repairs, busy } = this.bench;
    const last = repairs.at(-1);
    const place = this.find("versions");
    place.hidden = !last || last.versions.length < 2;
    if (place.hidden) return;
    const labels = last.versions.map((version, i) => {
      const label = element("label");
      const input = element("input", { type: "radio", name: "version", value: i, checked: i === last.chosen, disabled: busy });
      input.setAttribute("aria-label", tools.t("repair.history.version", { number: i + 1 }));
      label.append(input, thumbnail(version.pictures));
      return label;
    });
    place.replaceChildren(place.firstElementChild, ...labels);
  }
}

/** A thumbnail of the largest patch. */
function thumbnail(pictures) {
  const canvas = element("canvas", { width: 144, height: 108 });
  const largest = pictures.reduce((a, b) => (a.drawable.width * a.drawable.height >= b.drawable.width * b.drawable.height ? a : b)).drawable;
  const scale = Math.max(144 / largest.width, 108 / largest.height);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(largest, (144 - largest.width * scale) / 2, (108 - largest.height * scale) / 2, largest.width * scale, largest.height * scale);
  return canvas;
}
