/* Both networks as rows of layers, which are their controls: a press on a layer adds neurons. In slow motion the parts light up. */

import { LAYERS } from "../parts/engine/settings.js";
import { markup } from "../shell/markup.js";

const SIZES = [2, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const COLUMN = 16; // dots under each other

const larger = (size) => SIZES.find((each) => each > size) ?? SIZES.at(-1);
const smaller = (size) => SIZES.findLast((each) => each < size) ?? SIZES[0];

/** Dots, one a neuron. */
function dots(count) {
  const columns = Math.ceil(count / COLUMN), rows = Math.ceil(count / columns);
  const at = Array.from({ length: count }, (_, i) => [5 + 7 * Math.floor(i / rows), 5 + 7 * (i % rows)]);
  return markup`<svg width="${columns * 7 + 3}" height="${rows * 7 + 3}" aria-hidden="true">${at.map(([x, y]) => markup`<circle cx="${x}" cy="${y}" r="2.5"></circle>`)}</svg>`;
}

const end = (part, name, count) => markup`<div class="end" data-part="${part}">${dots(count)}<span class="note">${name}</span></div><span class="flow" aria-hidden="true"></span>`;

export class Graph {
  constructor(desk, place) {
    Object.assign(this, { desk, place });
    place.addEventListener("click", (event) => this._pressed(event.target.closest("[data-do]")));
    desk.on("settings", () => this.draw());
    desk.tools.onLanguage(() => this.draw(true));
    this.draw();
  }

  draw(anew = false) {
    const { settings, ready, tools } = this.desk;
    const dims = ready?.dims ?? (["bell", "two"].includes(settings.data) ? 1 : 2);
    const shape = JSON.stringify([settings.g, settings.d, settings.dims, dims]);
    if (this.shape === shape && !anew) return;
    this.shape = shape;
    const focused = document.activeElement?.dataset?.do && this.place.contains(document.activeElement) ? document.activeElement.dataset.do : null;
    const row = (who, sizes, first, last) => {
      const name = tools.t(`learn.graph.${who}`);
      const layers = sizes.map((size, i) => {
        const values = JSON.stringify({ who: name, layer: i + 1, count: size });
        return markup`<div class="layer" data-part="${who}"><button type="button" class="dots" data-do="${who}-${i}-more-dots" tabindex="-1" aria-hidden="true">${dots(size)}</button>
          <div class="count"><button type="button" class="tool" data-do="${who}-${i}-less" data-t-aria-label="learn.graph.less" data-t-values="${values}">−</button><b>${size}</b><button type="button" class="tool" data-do="${who}-${i}-more" data-t-aria-label="learn.graph.more" data-t-values="${values}">+</button></div></div><span class="flow" aria-hidden="true"></span>`;
      });
      const some = JSON.stringify({ who: name });
      const change = markup`<div class="layers"><button type="button" class="chip" data-do="${who}-add" data-t="learn.graph.add" data-t-aria-label="learn.graph.add_to" data-t-values="${some}"></button><button type="button" class="chip" data-do="${who}-drop" data-t="learn.graph.drop" data-t-aria-label="learn.graph.drop_from" data-t-values="${some}"></button></div>`;
      return markup`<div class="net" role="group" aria-label="${name}"><div class="name"><b>${name}</b>${change}</div><div class="row">${end(first.part, first.name, first.count)}${layers}${end(last.part, last.name, last.count)}</div></div>`;
    };
    const g = row("g", settings.g, { part: "z", name: tools.t("learn.graph.z"), count: settings.dims }, { part: "made", name: tools.t("learn.graph.made"), count: dims });
    const d = row("d", settings.d, { part: "x", name: tools.t("learn.graph.x"), count: dims }, { part: "score", name: tools.t("learn.graph.score"), count: 1 });
    this.place.replaceChildren(markup`${g}${d}`.nodes);
    tools.fill(this.place);
    for (const who of ["g", "d"]) {
      this.place.querySelector(`[data-do=${who}-add]`).disabled = settings[who].length >= LAYERS[1];
      this.place.querySelector(`[data-do=${who}-drop]`).disabled = settings[who].length <= LAYERS[0];
    }
    if (focused) this.place.querySelector(`[data-do="${focused}"]`)?.focus();
  }

  _pressed(button) {
    if (!button) return;
    const [who, what, change] = button.dataset.do.split("-");
    const sizes = [...this.desk.settings[who]];
    if (what === "add") sizes.push(sizes.at(-1));
    else if (what === "drop") sizes.pop();
    else sizes[what] = change === "less" ? smaller(sizes[what]) : larger(sizes[what]);
    this.desk.set({ [who]: sizes });
  }

  /** Light these parts; `back`: what flows, flows backwards; `moves`: their weights change. */
  light(parts, { back = false, moves = false } = {}) {
    for (const element of this.place.querySelectorAll("[data-part]")) {
      const lit = parts.includes(element.dataset.part);
      element.classList.toggle("lit", lit);
      element.classList.toggle("moves", lit && moves);
      element.nextElementSibling?.classList.toggle("on", lit);
      element.nextElementSibling?.classList.toggle("back", lit && back);
    }
  }
}
