/* The eight sounds as tiles, each with its spectrogram and its waveform. */

import { element, put, say } from "../parts/nodes.js";
import { SOUNDS, tongue } from "./link.js";
import { BANDS } from "./mel.js";

const [DARK, BRIGHT] = [Math.log(1e-3), 6.5];
const [WIDTH, HEIGHT] = [256, 48]; // of the waveform, in its own pixels

const channels = (text) => text.match(/\w\w/g).map((pair) => parseInt(pair, 16));

/** The colours of a sheet and of ink, as the page has them now. */
export function colours() {
  const style = getComputedStyle(document.body);
  const [sheet, ink, accent] = ["--sheet", "--ink", "--accent"].map((name) => style.getPropertyValue(name).trim());
  return { sheet: channels(sheet), ink: channels(ink), accent };
}

export function spectrogram(canvas, picture, { sheet, ink }) {
  const frames = picture.length / BANDS;
  Object.assign(canvas, { width: frames, height: BANDS });
  const image = new ImageData(frames, BANDS);
  for (let band = 0; band < BANDS; band++) {
    for (let t = 0; t < frames; t++) {
      const loud = Math.min(1, Math.max(0, (picture[band * frames + t] - DARK) / (BRIGHT - DARK))) ** 1.4;
      const at = 4 * ((BANDS - 1 - band) * frames + t);
      for (let c = 0; c < 3; c++) image.data[at + c] = sheet[c] + loud * (ink[c] - sheet[c]);
      image.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

export function waveform(canvas, samples, { accent }) {
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d");
  context.fillStyle = accent;
  const part = samples.length / WIDTH;
  for (let x = 0; x < WIDTH; x++) {
    let [low, high] = [0, 0];
    for (let i = Math.floor(x * part); i < (x + 1) * part && i < samples.length; i++) {
      low = Math.min(low, samples[i]);
      high = Math.max(high, samples[i]);
    }
    context.fillRect(x, ((1 - high) * HEIGHT) / 2, 1, Math.max(1, ((high - low) * HEIGHT) / 2));
  }
}

export class Pad {
  /** `pressed(i)` when a tile is pressed, `another(i)` when it is to say its word anew. */
  constructor(place, tools, pressed, another) {
    Object.assign(this, { tools, tiles: Array.from({ length: SOUNDS }, (_, i) => this._tile(i, pressed, another)) });
    place.replaceChildren(...this.tiles.map(({ item }) => item));
  }

  _tile(i, pressed, another) {
    const [picture, wave] = [element("canvas", { className: "spectrum" }), element("canvas", { className: "wave" })];
    for (const canvas of [picture, wave]) put(canvas, "aria-hidden", "true");
    const [word, voice] = [element("b"), element("small")];
    const key = element("span", { className: "key", textContent: String(i + 1) });
    const verb = element("span", { className: "vh" });
    const button = element("button", { type: "button", className: "tile", id: `tile-${i + 1}`, disabled: true }, picture, wave, element("span", { className: "named" }, verb, key, word, voice));
    const anew = element("button", { type: "button", className: "tool anew", textContent: "↻", disabled: true });
    button.addEventListener("click", () => pressed(i));
    anew.addEventListener("click", () => another(i));
    return { item: element("li", { className: "sheet" }, button, anew), button, anew, picture, wave, verb, word, voice };
  }

  /** Show what each sound says, and which is chosen. */
  label({ sounds, chosen }, { words, voices }) {
    sounds.forEach(({ word, voice, to }, i) => {
      const tile = this.tiles[i];
      say(tile.word, to ? `${words[word]} → ${words[to.word]}` : words[word]);
      put(tile.word, "lang", to && tongue(words[word]) !== tongue(words[to.word]) ? null : tongue(words[word]));
      say(tile.voice, voices[voice]);
      say(tile.verb, this.tools.t("listen.pad.play"));
      put(tile.anew, "aria-label", this.tools.t("listen.pad.another", { number: i + 1 }));
      put(tile.anew, "title", this.tools.t("listen.pad.another", { number: i + 1 }));
      tile.item.classList.toggle("chosen", i === chosen);
      put(tile.button, "aria-current", i === chosen ? "true" : null);
    });
  }

  /** Draw a sound: {picture, samples}. */
  draw(i, made) {
    const tile = this.tiles[i];
    const found = colours();
    spectrogram(tile.picture, made.picture, found);
    waveform(tile.wave, made.samples, found);
    tile.button.disabled = tile.anew.disabled = false;
  }

  /** Say whether a sound is being made. */
  busy(i, on) {
    put(this.tiles[i].button, "aria-busy", on ? "true" : null);
  }

  /** A short sign that a sound is played. */
  flash(i) {
    this.tiles[i].item.classList.remove("heard");
    void this.tiles[i].item.offsetWidth; // begins the animation again
    this.tiles[i].item.classList.add("heard");
  }
}
