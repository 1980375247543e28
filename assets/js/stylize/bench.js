/* The bench of the style page. Beside the events of every batch it tells "styles" (the list of them has come), "paintings" (another picture
   of one's own to take a style from), "marks" (of the photo that is shown), "marking" (marks are made, or no longer) and "draft" (a preview
   has come). An item has {mask, marks, draft} as well: what is marked on it, how often that has changed, {key, blob} of its preview. */

import { Batch } from "../parts/batch/bench.js";
import { address } from "../parts/files.js";

export const OWN = "own"; // the style of a picture that is sent
const FIRST = "starry-night"; // where nobody has chosen, if it is there
export const START = { style: "", second: "", blend: 0.5, strength: 1, strokes: 1, detail: 0.5, seed: 0, colours: "style", where: "everywhere", form: "png", quality: 92 };

export class Bench extends Batch {
  constructor(tools, server) {
    super(tools, server, "stylize", START);
    Object.assign(this, { styles: [], any: null, listed: false, paintings: { style: null, second: null }, marking: false });
    for (const event of ["styles", "paintings"]) this.on(event, () => this.tell("able"));
    this.on("marks", () => this.tell("items")); // another result is asked for
  }

  /** The styles that paint by themselves; `any`: one that takes its manner from a picture. */
  list(styles) {
    this.styles = styles.filter(({ any }) => !any);
    this.any = styles.find(({ any }) => any) ?? null;
    this.listed = true;
    this.set({}); // what a link calls by its whole name
    this.tell("styles");
  }

  /** What the gallery calls a style: a shipped one is also known by the name of its model. */
  named(name) {
    const one = this.styles.find(({ id, style }) => name === style || name === id);
    return one ? one.style : name;
  }

  set(values) {
    const { style, second } = { ...this.settings, ...values };
    super.set({ ...values, style: this.named(style), second: this.named(second) });
  }

  /** Whether how the strokes lie is left to a seed: by either style, and by those that nobody knows. */
  get seeds() {
    const { styles, any, settings } = this;
    const one = (name) => (name === OWN ? any : styles.find(({ style }) => style === name)) ?? { seeds: true };
    return [this.style, settings.second].some((name) => name && one(name).seeds);
  }

  /** The style that is chosen; one to begin with where nobody has chosen. */
  get style() {
    const { settings, styles } = this;
    return settings.style || (styles.find(({ style }) => style === FIRST) ?? styles[0])?.style || "";
  }

  /** Whether a painting is missing for the style of one's own; slot: "style" or "second". */
  lacks(slot) {
    return (slot === "style" ? this.style : this.settings.second) === OWN && !this.paintings[slot];
  }

  get able() {
    return Boolean(this.style) && !this.lacks("style") && !this.lacks("second");
  }

  /** Another picture to take a style from: {uri, number, thumbnail}. */
  hang(slot, painting) {
    this.paintings[slot] = painting;
    this.tell("paintings");
  }

  mark(marking) {
    if (this.marking === marking) return;
    this.marking = marking;
    this.tell("marking");
  }

  fieldsOf(item) {
    const { second, blend, where } = this.settings;
    const marked = where !== "everywhere" && item?.mask && !item.mask.empty;
    const number = (slot, style) => (style === OWN ? (this.paintings[slot]?.number ?? 0) : 0);
    const mixed = second ? { second, second_painting: number("second", second), blend } : { second: "", second_painting: 0, blend: 0 };
    return { ...this.settings, style: this.style, painting: number("style", this.style), ...mixed, where: marked ? where : "everywhere", mask: marked ? item.marks : 0 };
  }

  order(item) {
    const fields = this.fieldsOf(item);
    const pictures = this.pictures(fields);
    return { fields, ask: async () => ({ ...fields, ...pictures, mask: fields.mask ? await address(await item.mask.blob()) : "" }) };
  }

  /** The paintings that a request of these fields is to hold. */
  pictures(fields) {
    const uri = (slot, painted) => (painted ? this.paintings[slot].uri : "");
    return { painting: uri("style", fields.painting), second_painting: uri("second", fields.second_painting) };
  }
}
