/* Three details of the pictures, pixel for pixel, before beside after. Each is a button that shows its place in the large view. */

import { element } from "../nodes.js";
import { fixed } from "./layer.js";
import { lively } from "./places.js";

const COUNT = 3;

export class Crops {
  constructor(place, viewer) {
    Object.assign(this, { place, viewer, places: [] });
    this.say = element("p", { className: "note" });
    this.say.dataset.t = "compare.crops_say";
    this.buttons = Array.from({ length: COUNT }, (_, i) => this._button(i));
    place.append(...this.buttons, this.say);
    viewer.tools.fill(place);
    new ResizeObserver(() => this.draw()).observe(place);
  }

  _button(i) {
    const button = element("button", { type: "button", className: "crop" });
    button.append(element("canvas"));
    button.addEventListener("click", () => this.viewer.visit(this.places[i]));
    return button;
  }

  /** Choose the details of another picture. */
  choose() {
    this.places = lively(this.viewer.after.photo.levels.at(-1), COUNT);
    this.buttons.forEach((button, i) => (button.hidden = i >= this.places.length));
    this.words();
  }

  words() {
    this.buttons.forEach((button, i) => button.setAttribute("aria-label", this.viewer.tools.t("compare.detail", { number: i + 1 })));
  }

  draw() {
    const { viewer } = this;
    if (this.place.hidden || !viewer.after) return;
    this.places.forEach((place, i) => {
      const [canvas] = this.buttons[i].children;
      const [w, h] = [canvas.clientWidth, canvas.clientHeight].map((each) => Math.round(each * devicePixelRatio));
      if (!w || !h) return;
      Object.assign(canvas, { width: w, height: h });
      this._pair(canvas.getContext("2d"), place, [w, h]);
    });
  }

  _pair(context, [x, y], [w, h]) {
    const { viewer } = this;
    const { size } = viewer;
    const room = [w / 2 - devicePixelRatio, h];
    const view = fixed(size, room, devicePixelRatio, [x * size[0], y * size[1]]);
    [viewer.before, viewer.after].forEach((layer, side) => {
      context.save();
      context.translate(side ? w / 2 + devicePixelRatio : 0, 0);
      context.beginPath();
      context.rect(0, 0, ...room);
      context.clip();
      layer.draw(context, view, size);
      context.restore();
    });
  }
}
