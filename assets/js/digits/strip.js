/* Eleven digits along the slider that was moved last. The slider can be used by keyboard, so these are no tab stops. */

import { element } from "../parts/nodes.js";
import { draw } from "../parts/ink.js";
import * as latent from "../parts/latent.js";
import { REACH } from "./state.js";

const VALUES = Array.from({ length: 11 }, (_, i) => -REACH + i * 0.6);

export class Strip {
  constructor(desk, rail, root) {
    Object.assign(this, { desk, rail, place: root.querySelector("#strip"), heading: root.querySelector("#strip-heading"), pictures: [], nearest: null, named: "" });
    this.steps = VALUES.map((value) => this._step(value));
    this.place.append(...this.steps);
    this.place.inert = true; // until its steps have names
    desk.on("model", () => (this.pictures = [])); // the pictures were drawn by another model
    desk.on("rest", (stale) => this._draw(stale));
    desk.on("change", () => this._mark());
    desk.tools.onLanguage(() => this._mark());
    desk.tools.onTone(() => this._repaint());
  }

  _step(value) {
    const button = element("button", { type: "button", tabIndex: -1 });
    button.append(element("canvas"), element("span"));
    button.addEventListener("click", () => this.rail.last && this.desk.move(this.rail.last, Math.round(value * 10) / 10));
    return button;
  }

  async _draw(stale) {
    const { desk, rail } = this;
    if (desk.mode !== "shape" || !desk.model || !rail.last) return;
    const z = desk.code;
    const latents = VALUES.map((value) => latent.moved(z, desk.directions, { [rail.last]: value }));
    this.pictures = [];
    await desk.paintMany(latents, latents.map(() => desk.classWeights), (i, picture) => this._put(i, picture), stale);
  }

  _put(i, picture) {
    this.pictures[i] = picture;
    const { size, look } = this.desk.model;
    draw(this.steps[i].firstElementChild, picture, size, { view: this.desk.state.view, side: size < 64 ? size * 4 : Math.max(size, 128), look });
  }

  _repaint() {
    this.pictures.forEach((picture, i) => this._put(i, picture));
  }

  _mark() {
    const { desk, rail } = this;
    this.place.parentElement.hidden = !rail.last;
    if (!rail.last) return;
    this._name(rail.directionName(rail.last));
    const here = desk.sliderValues[rail.last];
    const nearest = VALUES.reduce((best, value, i) => (Math.abs(value - here) < Math.abs(VALUES[best] - here) ? i : best), 0);
    if (nearest === this.nearest) return;
    this.steps[this.nearest]?.removeAttribute("aria-current");
    this.steps[nearest].setAttribute("aria-current", "true");
    this.nearest = nearest;
  }

  _name(name) {
    const { t, number, language } = this.desk.tools;
    if (this.named === name + language()) return;
    this.named = name + language();
    this.place.inert = false;
    this.heading.textContent = t("digits.strip.heading", { name });
    this.steps.forEach((step, i) => {
      const value = number(Math.abs(VALUES[i]) < 0.05 ? 0 : VALUES[i], 1).replace("-", "\u2212");
      step.lastElementChild.textContent = value;
      step.setAttribute("aria-label", t("digits.strip.step", { name, value }));
    });
  }
}
