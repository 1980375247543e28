/* A slider with a name and a number: range and number inputs that show the same value. */

import { markup } from "../shell/markup.js";
import { element } from "./nodes.js";

let count = 0;

/** The inputs of one dial; its words are keys for `tools.fill`. */
function controls(id, { key, values, low, high, step, powers }) {
  const [from, to, by] = powers ? [Math.log2(low), Math.log2(high), 1 / 16] : [low, high, step];
  return markup`<label for="${id}" data-t="${key}" data-t-values="${JSON.stringify(values ?? {})}"></label><input type="number" min="${low}" max="${high}" step="${step}" inputmode="decimal"><input type="range" id="${id}" min="${from}" max="${to}" step="${by}">`;
}

/** Add a dial to `place`. options: key, values (of its name), low, high, step, centred (the bar begins in the middle), neutral (the value
    that a double-click on the name sets), powers (a logarithmic scale); `moved(value)` is called while it moves. */
export class Dial {
  constructor(place, tools, options, moved) {
    this.element = element("div", { className: options.centred ? "dial two" : "dial" }, controls(`dial-${++count}`, options).nodes);
    place.append(this.element);
    Object.assign(this, { options, tools, digits: String(options.step).split(".")[1]?.length ?? 0 });
    [this.name] = this.element.getElementsByTagName("label");
    this.number = this.element.querySelector("[type=number]");
    this.range = this.element.querySelector("[type=range]");
    this.range.addEventListener("input", () => this._take(this._value(Number(this.range.value)), moved));
    this.number.addEventListener("change", () => this._typed(moved));
    this.name.addEventListener("dblclick", () => this._take(options.neutral ?? 0, moved));
    tools.fill(this.element);
    this.label();
  }

  /** Set the name of the number in the present language. */
  label() {
    this.number.setAttribute("aria-label", this.tools.t("frame.slider_value", { name: this.name.textContent }));
  }

  /** Show a value; beyond the ends the range stays at its end, and the number shows the true value. */
  set(value) {
    const { low, high } = this.options;
    this.value = value;
    const text = (Math.abs(value) < 0.5 * 10 ** -this.digits ? 0 : value).toFixed(this.digits);
    if (this.number.value !== text) this.number.value = text;
    const place = this._place(value);
    if (this._value(Number(this.range.value)) !== value) this.range.value = place;
    if (this.options.powers) this.range.setAttribute("aria-valuetext", text);
    const part = Math.min(1, Math.max(0, (place - this._place(low)) / (this._place(high) - this._place(low))));
    this.element.style.setProperty("--p", `${part * 100}%`);
  }

  /** The place of a value on the range, and the value of a place. */
  _place(value) {
    return this.options.powers ? Math.log2(value) : value;
  }

  _value(place) {
    return this.options.powers ? Math.round(2 ** place / this.options.step) * this.options.step : place;
  }

  set disabled(disabled) {
    this.range.disabled = disabled;
    this.number.disabled = disabled;
  }

  _take(value, moved) {
    this.set(value);
    moved(value);
  }

  _typed(moved) {
    const { low, high } = this.options;
    const value = Number(this.number.value);
    if (this.number.value === "" || !Number.isFinite(value)) this.set(this.value);
    else this._take(Math.min(high, Math.max(low, value)), moved);
  }
}
