/* The figure of uses: finding what does not belong, as it is done with scans; then a folder of scan-like pictures to train on. */

import { markup } from "../../shell/markup.js";
import { download } from "../../parts/files.js";
import { REACH } from "../../parts/engine/data.js";
import { Random } from "../../parts/engine/random.js";
import { dots } from "../../parts/laboratory/paint.js";
import { mark, square } from "./drawing.js";
import { folder, scan, SIDE } from "./scans.js";
import { misfit, PLACES } from "../strange.js";

const SCANS = 600, SHOWN = 6;
const USE = /^([a-z-]+)\.use$/; // what a page says of itself, in the order of the pages

export function open(place, story) {
  const { desk, tools } = story, state = { marked: [] };
  const slugs = Object.keys(window.likeness.words.en).flatMap((key) => USE.exec(key)?.[1] ?? []);
  const pages = slugs.map((slug) => markup`<li><a class="link" data-page="${slug}" data-t="${slug}.name"></a><span class="say" data-t="${slug}.use"></span></li>`);
  const boxes = Object.keys(PLACES).map((name) => markup`<label><input type="checkbox" value="${name}"> <b>${name}</b> <span class="note" data-of="${name}"></span></label>`);
  place.replaceChildren(markup`<ul class="uses">${pages}</ul><h3 class="cap" data-t="chapters.uses.find"></h3><canvas class="tall" role="img" data-t-aria-label="chapters.uses.label"></canvas><fieldset class="boxes"><legend class="note" data-t="chapters.uses.mark"></legend>${boxes}</fieldset><h3 class="cap" data-t="chapters.uses.folder"></h3><p class="say" data-t-html="chapters.uses.folder_say"></p><div class="scans" aria-hidden="true">${Array.from({ length: SHOWN }, () => markup`<canvas width="${SIDE}" height="${SIDE}"></canvas>`)}</div><div class="do"><button type="button" class="btn soft" data-make="" data-t="chapters.uses.make"></button><a class="btn soft" data-train="" data-t="chapters.uses.train"></a></div><p class="note" role="status"></p>`.nodes);
  tools.fill(place);
  for (const link of place.querySelectorAll("[data-page]")) link.href = tools.pageLink(link.dataset.page);
  place.querySelector("[data-train]").href = tools.pageLink("train#new&preset=small_data&data=pictures&size=64&channels=1&width=16&batch=16&steps=3000");
  const random = new Random(3);
  for (const canvas of place.querySelectorAll(".scans canvas")) scan(canvas.getContext("2d"), random);
  const canvas = place.querySelector("canvas.tall"), said = place.querySelector("[role=status]");

  function paint() {
    const { frame, ready } = desk, sheet = square(canvas, REACH);
    if (!sheet || !frame?.points || ready?.dims !== 2) return;
    const { context, x, y, tones } = sheet, far = misfit(frame.points);
    dots(sheet, frame.points, tones.accent.css, 1.7);
    Object.assign(context, { font: getComputedStyle(canvas).font, textBaseline: "middle" });
    for (const [name, [px, py]] of Object.entries(PLACES)) {
      mark(context, x(px), y(py), tones.ink.css, 4);
      context.fillText(name, x(px) + 8, y(py));
      const words = tools.t("chapters.uses.misfit", { distance: tools.number(far[name], 2) }), row = place.querySelector(`[data-of=${name}]`);
      if (row.textContent !== words) row.textContent = words;
    }
  }

  place.addEventListener("change", () => {
    state.marked = [...place.querySelectorAll(".boxes input:checked")].map(({ value }) => value);
    story.check();
  });
  place.querySelector("[data-make]").addEventListener("click", async ({ target }) => {
    target.disabled = true;
    said.textContent = tools.t("chapters.uses.making", { count: tools.number(SCANS) });
    download(await folder(SCANS, 7), "scans.zip");
    said.textContent = tools.t("chapters.uses.ready", { count: tools.number(SCANS) });
    target.disabled = false;
  });
  desk.on("frame", () => place.hidden || paint());
  return { paint, words: paint, state };
}
