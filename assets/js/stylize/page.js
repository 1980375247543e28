/* The style page: makes all its parts, which share one bench. */

import { examples } from "../parts/batch/examples.js";
import { form } from "../parts/batch/form.js";
import { going } from "../parts/batch/going.js";
import { link } from "../parts/batch/link.js";
import { List } from "../parts/batch/list.js";
import { Opening } from "../parts/batch/opening.js";
import { Work } from "../parts/batch/work.js";
import { dropped } from "../parts/files.js";
import { troubles } from "../parts/troubles.js";
import { Bench } from "./bench.js";
import { Gallery } from "./gallery.js";
import { KEPT } from "./kept.js";
import { LINK } from "./link.js";
import { Preview } from "./preview.js";
import { colours, dials, facts, lot, other, where } from "./rail.js";
import { Stage } from "./stage.js";

const EXAMPLES = Object.fromEntries(["temple", "portrait", "coffee", "cat"].map((name) => [name, `pictures/stylize/${name}.webp`]));

/** Fetch the list of styles. */
async function list(bench) {
  try {
    bench.list((await bench.tools.ask("styles")).styles);
  } catch (error) {
    bench.trouble("styles", error);
  }
}

/** A picture pasted while a gallery has the focus gives a style; anywhere else it is a photo. */
function pasted(galleries) {
  const paste = (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    const gallery = galleries.find(({ place }) => place.contains(document.activeElement));
    if (!file || !gallery) return;
    event.stopImmediatePropagation();
    gallery.take(file);
  };
  document.addEventListener("paste", paste, { capture: true });
}

/** root: the page's <main>; tools: words, questions, addresses (see ganapp/ui/page.py). */
export async function start(root, server, tools) {
  const bench = new Bench(tools, server);
  troubles(bench, root, "stylize");
  const stage = new Stage(bench, root);
  const opening = new Opening(bench, root);
  const work = new Work(bench, root);
  new List(bench, root, work);
  const galleries = ["style", "second"].map((slot) => new Gallery(bench, root, slot));
  pasted(galleries);
  dials(bench, root);
  lot(bench, root);
  colours(bench, root);
  where(bench, root);
  facts(bench, root);
  other(bench, root);
  form(bench, root);
  new Preview(bench);
  link(bench, LINK);
  dropped(root.querySelector(".bench"), (file, files, target) => {
    const gallery = galleries.find(({ place }) => place.contains(target));
    return gallery ? gallery.take(file) : opening.open(files);
  });
  examples(bench, root, opening, EXAMPLES);
  await Promise.all([list(bench), going(bench, root, opening, KEPT(bench))]);
  return { bench, stage };
}
