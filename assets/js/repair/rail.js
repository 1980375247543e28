/* The smaller groups at the side: the edges of a repair, its model, and changes of all marks. */

import { upright } from "../parts/bitmap.js";
import { Dial } from "../parts/dial.js";
import { download } from "../parts/files.js";
import { element } from "../parts/nodes.js";
import * as raster from "../parts/painter/raster.js";
import { pageError } from "../parts/troubles.js";

const STEP = 4; // pixels of the photo by which the marks grow or shrink

/** The dials for the growth of the marks and for soft edges. */
export function edges(bench, root) {
  const place = root.querySelector("#edges");
  const dials = ["soften", "grow"].map((name) => {
    const dial = new Dial(place, bench.tools, { key: `repair.edges.${name}`, low: 0, high: name === "soften" ? 24 : 32, step: 1, neutral: bench.settings[name] }, (value) => {
      bench.settings[name] = Math.round(value);
    });
    dial.set(bench.settings[name]);
    return dial;
  });
  bench.on("settings", () => ["soften", "grow"].forEach((name, i) => dials[i].set(bench.settings[name])));
  bench.tools.onLanguage(() => dials.forEach((dial) => dial.label()));
}

/** The model for repairs: the shipped one, unless another is named. */
export async function models(bench, root, server) {
  const field = root.querySelector("#model");
  field.addEventListener("change", () => {
    field.value = field.value.trim() || "repair";
    bench.settings.model = field.value;
  });
  bench.on("settings", () => (field.value = bench.settings.model ?? "repair"));
  let available = [];
  try {
    available = await server.data();
  } catch (problem) {
    console.warn(`models: ${problem}`);
  }
  if (!Array.isArray(available)) return;
  root.querySelector("#models").replaceChildren(...available.map(({ id }) => element("option", { value: id })));
}

/** Grow, shrink and invert the marks, save them as a PNG, and open one. */
export function marks(bench, root) {
  const find = (id) => root.querySelector(`#${id}`);
  const step = () => Math.max(1, Math.round(STEP / bench.mask.scale));
  find("grow").addEventListener("click", () => bench.mask.change((mask) => raster.grow(mask, step())));
  find("shrink").addEventListener("click", () => bench.mask.change((mask) => raster.grow(mask, -step())));
  find("invert").addEventListener("click", () => bench.mask.change(raster.invert));
  find("export").addEventListener("click", async () => download(await bench.mask.blob(), `${bench.name}-mask.png`));
  find("mask").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    const picture = await upright(file).catch(() => null);
    const fault = !picture ? "not_a_picture" : !raster.fits(picture, bench.photo) ? "mask_shape" : bench.mask.take(picture) ? null : "mask_unclear";
    picture?.close();
    if (fault) bench.trouble("mask", pageError(bench.tools, `repair.error.${fault}`), "kept_marks");
    else bench.tell("trouble", null);
  });
  const follow = () => {
    const idle = Boolean(bench.mask) && !bench.busy;
    for (const id of ["grow", "shrink", "export"]) find(id).disabled = !idle || bench.mask.empty;
    find("invert").disabled = !idle;
    find("mask").disabled = !idle;
    find("import").setAttribute("aria-disabled", String(!idle));
  };
  bench.on("photo marks busy", follow);
}
