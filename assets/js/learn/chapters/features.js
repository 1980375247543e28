/* The figure of the digits page's generator: all its feature maps while a slider moves its latent. */

import { Dial } from "../../parts/dial.js";
import { markup } from "../../shell/markup.js";
import { noise } from "../../parts/engine/data.js";
import { Random } from "../../parts/engine/random.js";
import { coordinates, frame, moved } from "../../parts/latent.js";
import { colours } from "../../parts/laboratory/paint.js";
import { fetched } from "../../parts/runtime.js";
import { layers, weights } from "./layers.js";

const LATENT = 64, CLASSES = 10, COLUMNS = { 4: 24, 8: 16, 16: 12, 32: 1 };

const drawn = (seed) => {
  const z = new Float32Array(LATENT);
  noise("gaussian", 1, new Random(seed), z, 0, LATENT);
  return z;
};

const weightsOf = (digit) => Float32Array.from({ length: CLASSES }, (_, i) => Number(i === digit));

/** All maps of a layer side by side, from paper (0) to ink (the greatest value). */
function sheet(canvas, { maps, side, values }) {
  const columns = Math.min(maps, COLUMNS[side]), rows = Math.ceil(maps / columns), gap = maps > 1 ? 1 : 0, step = side + gap;
  Object.assign(canvas, { width: columns * step - gap, height: rows * step - gap });
  const context = canvas.getContext("2d"), image = context.createImageData(canvas.width, canvas.height);
  const { sheet: light, ink, line } = colours(), most = maps > 1 ? values.reduce((a, b) => Math.max(a, b), 1e-6) : 1;
  for (let at = 0; at < canvas.width * canvas.height; at++) image.data.set([...line.rgb, 255], 4 * at);
  for (let m = 0; m < maps; m++) {
    const [top, left] = [Math.floor(m / columns) * step, (m % columns) * step];
    for (let c = 0; c < side * side; c++) {
      const part = Math.sqrt(Math.max(0, values[m * side * side + c]) / most), at = (top + Math.floor(c / side)) * canvas.width + left + (c % side);
      for (let k = 0; k < 3; k++) image.data[4 * at + k] = light.rgb[k] + (ink.rgb[k] - light.rgb[k]) * part;
    }
  }
  context.putImageData(image, 0, 0);
}

export async function open(place, story) {
  const { tools } = story;
  place.replaceChildren(markup`<p class="note" data-t="chapters.features.loading"></p>`.nodes);
  tools.fill(place);
  const bytes = await fetched(tools.modelUrl("digits"), () => {});
  const { attributes } = JSON.parse(new TextDecoder().decode(await fetched(tools.modelUrl("digits", "directions.json"), () => {})));
  const w = weights(bytes), directions = Object.fromEntries(attributes.map(({ name, vector, vectors }) => [name, vector ?? vectors]));
  let own = null, seed = 1, digit = 3, latent = drawn(seed), z = latent;
  place.replaceChildren(markup`<div class="knobs"><div class="field"><label for="feature-digit" data-t="chapters.features.digit"></label><select id="feature-digit" class="text">${Array.from({ length: CLASSES }, (_, i) => markup`<option value="${i}">${i}</option>`)}</select></div><div class="slot"></div><button type="button" class="btn soft" data-t="chapters.features.other"></button></div><div class="maps"></div><p class="note" data-t="chapters.features.say"></p><p class="note" data-took=""></p>`.nodes);
  tools.fill(place);
  const slot = place.querySelector(".slot"), sheets = place.querySelector(".maps"), select = place.querySelector("select");
  const dials = Object.keys(directions).map((name) => [name, new Dial(slot, tools, { key: `chapters.features.${name}`, low: -3, high: 3, step: 0.1, centred: true }, () => shift())]);

  /** Latents of the sliders; where they stand already, nothing moves. */
  function shift() {
    const there = frame(directions, weightsOf(digit));
    z = moved(latent, there, Object.fromEntries(dials.filter(([name]) => name in there).map(([name, dial]) => [name, dial.value])));
    paint();
  }

  /** Sliders where latent z has them. */
  function follow() {
    latent = z;
    const values = coordinates(latent, frame(directions, weightsOf(digit)));
    for (const [name, dial] of dials) {
      dial.element.hidden = !(name in values); // some digits have sliders that others have not
      if (name in values) dial.set(values[name]);
    }
    paint();
  }

  function begin() {
    z = own && !seed ? own.z : drawn(seed);
    follow();
  }

  function setUp() {
    own = story.made?.z.length === LATENT ? story.made : null; // the reader's digit is taken apart first
    [seed, digit] = own ? [0, own.digit] : [1, 3];
    select.value = digit;
    begin();
  }

  function paint() {
    const y = weightsOf(digit), began = performance.now(), every = layers(w, z, y), took = performance.now() - began;
    if (sheets.children.length !== every.length) {
      const figures = every.map(({ maps, side }, i) => markup`<figure><canvas data-side="${side}" role="img" data-t-aria-label="chapters.features.${i + 1 < every.length ? "layer" : "picture"}" data-t-values="${JSON.stringify({ layer: i + 1, maps, side })}"></canvas><figcaption class="note" data-t="chapters.features.${i + 1 < every.length ? "layer" : "picture"}" data-t-values="${JSON.stringify({ layer: i + 1, maps, side })}"></figcaption></figure>`);
      sheets.replaceChildren(markup`${figures}`.nodes);
      tools.fill(sheets);
    }
    every.forEach((layer, i) => sheet(sheets.children[i].querySelector("canvas"), layer));
    place.querySelector("[data-took]").textContent = tools.t("chapters.features.took", { ms: tools.number(took, 0) });
  }

  select.addEventListener("change", () => ((digit = Number(select.value)), follow()));
  place.querySelector("button").addEventListener("click", () => ((seed += 1), begin()));
  setUp();
  return { paint, setUp, words: () => (dials.forEach(([, dial]) => dial.label()), paint()) };
}
