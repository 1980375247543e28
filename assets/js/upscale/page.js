/* The upscale page: pictures, settings, what is to be expected, the work, and what became of them. Everything is tied to one bench. */

import { troubles } from "../shell/troubles.js";
import { dropped } from "../digits/files.js";
import { Bench } from "./bench.js";
import { examples } from "./examples.js";
import { link } from "./link.js";
import { List } from "./list.js";
import { Models } from "./models.js";
import { Opening } from "./opening.js";
import { Plan } from "./plan.js";
import { character, file, sizes } from "./rail.js";
import { Stage } from "./stage.js";
import { Work } from "./work.js";

/** root: the page's <main>; tools: words, questions, addresses (see ganapp/ui/page.py). */
export async function start(root, server, tools) {
  const bench = new Bench(tools, server);
  troubles(bench, root, "upscale");
  const stage = new Stage(bench, root);
  const opening = new Opening(bench, root);
  const work = new Work(bench, root);
  new List(bench, root, work);
  new Plan(bench, root);
  sizes(bench, root);
  character(bench, root);
  file(bench, root);
  link(bench);
  new Models(bench, root);
  dropped(root.querySelector(".up"), (_, files) => opening.open(files));
  examples(bench, root, opening);
  return { bench, stage };
}
