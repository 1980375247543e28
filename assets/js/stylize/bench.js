/* The state of the style page. Beside the events of every batch: "styles" (the list has arrived), "paintings" (another picture of the
   reader gives a style), "marks" (of the photo that is shown), "marking" (the reader begins or ends marking) and "draft" (a preview has
   arrived), "coming" (how far the preview is, in the static edition). An item also has {mask, marks, draft}: its mask, how often that has changed, and its preview {key, blob}. */

import { Batch } from "../parts/batch/bench.js";
import { address } from "../parts/files.js";

export const OWN = "own"; // the style of a picture of the reader
export const START = { style: "", second: "", blend: 0.5, strength: 1, strokes: 1, detail: 0.5, seed: 0, colours: "style", where: "everywhere", form: "png", quality: 92 };

export class Bench extends Batch {
  constructor(tools, server) {
    super(tools, server, "stylize", START);
    Object.assign(this, { styles: [], any: null, listed: false, paintings: { style: null, second: null }, marking: false });
    this.on("styles paintings", () => this.tell("able"));
    this.on("marks", () => this.tell("items")); // another result is asked for
  }

  /** Take the list of styles. styles: those with a fixed style; any: the model that takes the style of a picture. */
  list(styles) {
    this.styles = styles.filter(({ any }) => !any);
    this.any = styles.find(({ any }) => any) ?? null;
    this.listed = true;
    this.set({}); // translates the long names in a link
    this.tell("styles");
  }

  /** The name of a style in the gallery: a shipped style is also known by the name of its model. */
  named(name) {
    const one = this.styles.find(({ id, style }) => name === style || name === id);
    return one ? one.style : name;
  }

  set(values) {
    const { style, second } = { ...this.settings, ...values };
    super.set({ ...values, style: this.named(style), second: this.named(second) });
  }

  /** Whether one of the styles uses the seed; an unknown style may. */
  get seeds() {
    const { styles, any, settings } = this;
    const one = (name) => (name === OWN ? any : styles.find(({ style }) => style === name)) ?? { seeds: true };
    return [this.style, settings.second].some((name) => name && one(name).seeds);
  }

  /** The chosen style, or the first of the list if none is chosen: that of shell and API too. */
  get style() {
    const { settings, styles } = this;
    return settings.style || styles[0]?.style || "";
  }

  /** Whether the style is that of a picture, but no picture was given; slot: "style" or "second". */
  lacks(slot) {
    return (slot === "style" ? this.style : this.settings.second) === OWN && !this.paintings[slot];
  }

  get able() {
    return Boolean(this.style) && !this.lacks("style") && !this.lacks("second");
  }

  /** Use another picture for a style: {uri, number, thumbnail}. */
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

  /** The pictures that a request with these fields needs. */
  pictures(fields) {
    const uri = (slot, painted) => (painted ? this.paintings[slot].uri : "");
    return { painting: uri("style", fields.painting), second_painting: uri("second", fields.second_painting) };
  }
}
