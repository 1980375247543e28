/* One setting of an order as a control: a number, a choice, a switch, several switches, a text. */

import { element, put, say } from "../parts/nodes.js";

let count = 0;

export class Field {
  /** entry: {default, kind, low, high, choices} of the schema; named(value): the name of a choice; changed(): the value was changed. */
  constructor(name, entry, tools, { named = null, changed = () => {} } = {}) {
    Object.assign(this, { name, entry, tools, named, changed, id: `set-${name}-${++count}` });
    this.title = element("span", { className: "title" });
    this.note = element("span", { className: "note", id: `${this.id}-say` });
    this.element = this[`_${entry.kind}`]();
    this.element.dataset.setting = name;
    this.element.addEventListener("input", () => changed(name));
    this.label();
  }

  _plain(control) {
    put(control, "aria-describedby", this.note.id);
    control.id = this.id;
    this.control = control;
    return element("div", { className: "setting" }, element("label", { htmlFor: this.id }, this.title), control, this.note);
  }

  _number() {
    return this._plain(element("input", { type: "text", className: "text", inputMode: "decimal" }));
  }

  _integer() {
    return this._plain(element("input", { type: "text", className: "text", inputMode: "numeric" }));
  }

  _text() {
    return this._plain(element("input", { type: "text", className: "text wide", maxLength: this.entry.longest }));
  }

  _choice() {
    const options = this.entry.choices.map((value) => element("option", { value: String(value) }));
    return this._plain(element("select", { className: "text" }, ...options));
  }

  _flag() {
    this.control = element("input", { type: "checkbox", id: this.id });
    put(this.control, "aria-describedby", this.note.id);
    return element("div", { className: "setting flag" }, element("label", { htmlFor: this.id }, this.control, this.title), this.note);
  }

  _choices() {
    this.boxes = this.entry.choices.map((value) => {
      const box = element("input", { type: "checkbox", value: String(value) });
      return { value, box, label: element("label", {}, box, element("span")) };
    });
    this.control = this.boxes[0].box;
    return element("fieldset", { className: "setting several" }, element("legend", {}, this.title), element("div", { className: "boxes" }, ...this.boxes.map(({ label }) => label)), this.note);
  }

  /** The value for an order; NaN for a number that cannot be read. */
  get value() {
    const { kind, choices } = this.entry;
    if (kind === "flag") return this.control.checked;
    if (kind === "choices") return this.boxes.filter(({ box }) => box.checked).map(({ value }) => value);
    if (kind === "choice") return choices.find((value) => String(value) === this.control.value);
    if (kind === "text") return this.control.value.trim();
    const text = this.control.value.trim().replaceAll(",", "");
    return text === "" ? NaN : Number(text);
  }

  set value(value) {
    const { kind } = this.entry;
    if (kind === "flag") this.control.checked = value;
    else if (kind === "choices") for (const each of this.boxes) each.box.checked = value.includes(each.value);
    else this.control.value = String(value);
    this.check();
  }

  set locked(locked) {
    for (const control of this.boxes ? this.boxes.map(({ box }) => box) : [this.control]) control.disabled = locked;
  }

  /** Whether the value can be used; if not, the note says so. */
  check() {
    const { kind, low, high } = this.entry;
    if (kind !== "number" && kind !== "integer") return true;
    const { value } = this;
    const fits = Number.isFinite(value) && value >= low && value <= high && (kind === "number" || Number.isInteger(value));
    put(this.control, "aria-invalid", fits ? null : "true");
    this.wrong = !fits;
    this._note();
    return fits;
  }

  _note() {
    const { t, number } = this.tools;
    const { kind, low, high } = this.entry;
    this.note.classList.toggle("wrong", Boolean(this.wrong));
    const range = { low: String(low), high: high >= 1000 ? number(high) : String(high) };
    say(this.note, this.wrong ? t(kind === "integer" ? "train.form.whole_between" : "train.form.between", range) : t(`train.field_say.${this.name}`));
  }

  /** Write the words again. */
  label() {
    const { t } = this.tools;
    say(this.title, t(`train.field.${this.name}`));
    const called = (value) => (this.named ? this.named(value) : t(`train.choice.${value}`));
    if (this.entry.kind === "choice") for (const [i, option] of [...this.control.options].entries()) say(option, called(this.entry.choices[i]));
    for (const { value, label } of this.boxes ?? []) say(label.lastElementChild, called(value));
    this._note();
  }
}
