/* The figure of the digits page's generator: all its feature maps while a slider moves its latent. */

import { Dial } from "../../parts/dial.js";
import { markup } from "../../shell/markup.js";
import { noise } from "../engine/data.js";
import { Random } from "../engine/random.js";
import { colours } from "../paint.js";
import { layers, weights } from "./layers.js";

const LATENT = 64, CLASSES = 10, COLUMNS = { 4: 24, 8: 16, 16: 12, 32: 1 };

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

const drawn = (seed) => {
  const z = new Float32Array(LATENT);
  noise("gaussian", 1, new Random(seed), z, 0, LATENT);
  return z;
};

/** z with its coordinate along a direction of length 1 set to a value. */
const moved = (z, direction, value) => {
  const by = value - z.reduce((sum, x, i) => sum + x * direction[i], 0);
  return z.map((x, i) => x + by * direction[i]);
};

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

export async function open(place, { tools }) {
  place.replaceChildren(markup`<p class="note" data-t="chapters.features.loading"></p>`.nodes);
  tools.fill(place);
  const bytes = new Uint8Array(await (await fetched(tools.modelUrl("digits"))).arrayBuffer());
  const { attributes } = await (await fetched(tools.modelUrl("digits", "directions.json"))).json();
  const w = weights(bytes), directions = Object.fromEntries(attributes.map(({ name, vector }) => [name, vector]));
  let seed = 1, digit = 3, latent = drawn(seed), z = latent;
  place.replaceChildren(markup`<div class="knobs"><div class="field"><label for="feature-digit" data-t="chapters.features.digit"></label><select id="feature-digit" class="text">${Array.from({ length: CLASSES }, (_, i) => markup`<option value="${i}">${i}</option>`)}</select></div><div class="slot"></div><button type="button" class="btn soft" data-t="chapters.features.other"></button></div><div class="maps"></div><p class="note" data-t="chapters.features.say"></p><p class="note" data-took=""></p>`.nodes);
  tools.fill(place);
  const slot = place.querySelector(".slot"), sheets = place.querySelector(".maps"), select = place.querySelector("select");
  select.value = digit;
  const dials = Object.keys(directions).map((name) => [name, new Dial(slot, tools, { key: `chapters.features.${name}`, low: -3, high: 3, step: 0.1, centred: true }, () => shift())]);

  /** Latents of the sliders; where they stand already, nothing moves. */
  function shift() {
    z = dials.reduce((now, [name, dial]) => moved(now, directions[name], dial.value), latent);
    paint();
  }

  function begin() {
    latent = z = drawn(seed);
    for (const [name, dial] of dials) dial.set(latent.reduce((sum, x, i) => sum + x * directions[name][i], 0));
    paint();
  }

  function paint() {
    const y = Float32Array.from({ length: CLASSES }, (_, i) => Number(i === digit)), began = performance.now(), every = layers(w, z, y), took = performance.now() - began;
    if (sheets.children.length !== every.length) {
      const figures = every.map(({ maps, side }, i) => markup`<figure><canvas data-side="${side}" role="img" data-t-aria-label="chapters.features.${i + 1 < every.length ? "layer" : "picture"}" data-t-values="${JSON.stringify({ layer: i + 1, maps, side })}"></canvas><figcaption class="note" data-t="chapters.features.${i + 1 < every.length ? "layer" : "picture"}" data-t-values="${JSON.stringify({ layer: i + 1, maps, side })}"></figcaption></figure>`);
      sheets.replaceChildren(markup`${figures}`.nodes);
      tools.fill(sheets);
    }
    every.forEach((layer, i) => sheet(sheets.children[i].querySelector("canvas"), layer));
    place.querySelector("[data-took]").textContent = tools.t("chapters.features.took", { ms: tools.number(took, 0) });
  }

  select.addEventListener("change", () => ((digit = Number(select.value)), paint()));
  place.querySelector("button").addEventListener("click", () => ((seed += 1), begin()));
  begin();
  return { paint, words: () => (dials.forEach(([, dial]) => dial.label()), paint()) };
}
