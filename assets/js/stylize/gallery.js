/* The styles as pictures, in a radio group. One tile is for a picture of the reader, which is chosen, dropped on the gallery, or pasted
   while the gallery has the focus. */

import { upright } from "../parts/bitmap.js";
import { address } from "../parts/files.js";
import { element } from "../parts/nodes.js";
import { pageError } from "../parts/troubles.js";
import { markup } from "../shell/markup.js";
import { OWN } from "./bench.js";

const MEGABYTES = 20;
const SIDE = 512; // pixels of the shorter side of the picture that is sent
const PLUS = markup`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v14M5 12h14" /></svg>`;
const NONE = markup`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 18 18 6" /></svg>`;
const UNSEEN = markup`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 6h14v12H5zM5 16l4-4 3 3 2.5-2.5L19 17" /></svg>`; // for a style without a picture
const WON = ["cafe-terrace"]; // nets of our own that won at least half of their blind pairs (docs/stylize.md): they stand with the first
const won = ({ source, style }) => source === "shipped" && WON.includes(style);
const GROUPS = { // by the key of the heading: which styles stand under it
  "": (style) => (style.source === "pack" && !style.year) || won(style),
  paintings: ({ source, year }) => source === "pack" && Boolean(year),
  shipped: (style) => ["shipped", "hub"].includes(style.source) && !won(style),
  trained: ({ source }) => source === "trained",
};
let hung = Math.floor(Date.now() / 1000); // numbers the pictures of a visit apart from those of an earlier one, whose results may be on the page again

/** A picture file as {uri, number, thumbnail}: reduced, on white. Null if it is no picture. */
async function painting(file) {
  const bitmap = await upright(file).catch(() => null);
  if (!bitmap) return null;
  const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height));
  const canvas = element("canvas", { width: Math.round(bitmap.width * scale) || 1, height: Math.round(bitmap.height * scale) || 1 });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  return { uri: await address(blob), number: ++hung, thumbnail: URL.createObjectURL(blob) };
}

export class Gallery {
  /** slot: the name of its setting, "style" or "second"; only the second can be empty. */
  constructor(bench, root, slot) {
    Object.assign(this, { bench, slot, tiles: new Map(), headings: new Map() });
    this.find = (id) => root.querySelector(`#${id}`);
    this.place = this.find(slot === "style" ? "gallery" : "gallery-second");
    this.input = this.find(slot === "style" ? "painting" : "painting-second");
    this.place.addEventListener("change", ({ target }) => bench.set({ [slot]: target.value }));
    this.place.addEventListener("click", (event) => this._pressed(event));
    this.input.addEventListener("change", () => {
      const [file] = this.input.files;
      this.input.value = "";
      if (file) this.take(file);
    });
    bench.on("styles paintings settings", () => this._write());
    bench.tools.onLanguage(() => this._write());
  }

  /** A click on the tile for a picture of the reader opens the file dialog if there is no picture yet; the keyboard only chooses the tile.
      */
  _pressed({ target, detail }) {
    const value = target.closest(".tile")?.firstElementChild.value;
    if (detail && target.tagName !== "INPUT" && value === OWN && !this.bench.paintings[this.slot]) this.input.click();
  }

  /** Take the style of a picture file. */
  async take(file) {
    const { bench, slot } = this;
    const refuse = (key) => bench.trouble("painting", pageError(bench.tools, `batch.error.${key}`, { name: file.name || "", megabytes: MEGABYTES }), bench.items.length ? "kept" : undefined);
    if (!bench.any) return bench.trouble("painting", pageError(bench.tools, "stylize.error.no_any"));
    if (file.size > MEGABYTES * 2 ** 20) return refuse("too_large");
    const taken = await painting(file);
    if (!taken) return refuse("not_a_picture");
    bench.trouble(null);
    bench.hang(slot, taken);
    return bench.set({ [slot]: OWN });
  }

  /** The name of a style in the present language. */
  called(style) {
    const language = this.bench.tools.language();
    return style.title[language] || style.title.en || style.style;
  }

  _write() {
    const { bench, slot } = this;
    const { tools, styles } = bench;
    const chosen = slot === "style" ? bench.style : bench.settings.second;
    const tiles = [];
    if (slot === "second") tiles.push(this._tile("", tools.t("stylize.blend.none"), "", NONE));
    if (bench.any) tiles.push(this._tile(OWN, tools.t("stylize.styles.own"), bench.paintings[slot]?.thumbnail ?? "", PLUS));
    for (const [group, holds] of Object.entries(GROUPS)) {
      const members = styles.filter(holds);
      if (group && members.length) tiles.push(this._heading(group));
      for (const style of members) tiles.push(this._tile(style.style, this.called(style), style.thumbnail));
    }
    if (chosen && chosen !== OWN && !styles.some(({ style }) => style === chosen)) tiles.push(this._tile(chosen, chosen.split("/").pop(), ""));
    const before = [...this.place.children].slice(1);
    if (tiles.length !== before.length || tiles.some((tile, i) => tile !== before[i])) this.place.replaceChildren(this.place.firstElementChild, ...tiles);
    for (const [value, tile] of this.tiles) tile.querySelector("input").checked = value === chosen;
    if (this.chosen !== chosen && styles.length) this._reveal(this.tiles.get((this.chosen = chosen)));
  }

  /** Scroll the gallery, not the page, until a tile is in sight. */
  _reveal(tile) {
    if (!tile) return;
    const { place } = this;
    const lowest = tile.offsetTop + tile.offsetHeight - place.clientHeight;
    place.scrollTop = Math.min(tile.offsetTop, Math.max(lowest, place.scrollTop));
  }

  /** The heading of a group: made once, then updated. */
  _heading(group) {
    const heading = this.headings.get(group) ?? element("p", { className: "note" });
    this.headings.set(group, heading);
    heading.textContent = this.bench.tools.t(`stylize.styles.${group}`);
    return heading;
  }

  /** The tile of a style: made once, then updated. */
  _tile(value, name, picture, icon = UNSEEN) {
    const tile = this.tiles.get(value) ?? this._newTile(value);
    this.tiles.set(value, tile);
    const [, face, word] = tile.children;
    if (face.dataset.picture !== picture) { // only when it changes, because a new picture flickers
      face.dataset.picture = picture;
      if (picture) face.replaceChildren(Object.assign(new Image(), { src: picture, alt: "", draggable: false }));
      else face.replaceChildren(icon.nodes);
    }
    word.textContent = name;
    tile.title = name;
    return tile;
  }

  _newTile(value) {
    const tile = element("label", { className: "tile" });
    const input = element("input", { type: "radio", name: this.slot, value });
    tile.append(input, element("span", { className: "face" }), element("span", { className: "word" }));
    return tile;
  }
}
