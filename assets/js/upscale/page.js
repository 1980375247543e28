/* The upscale page: makes all its parts, which share one bench. */

import { examples } from "../parts/batch/examples.js";
import { form } from "../parts/batch/form.js";
import { going } from "../parts/batch/going.js";
import { link } from "../parts/batch/link.js";
import { List } from "../parts/batch/list.js";
import { Opening } from "../parts/batch/opening.js";
import { Stage } from "../parts/batch/stage.js";
import { Work } from "../parts/batch/work.js";
import { dropped } from "../parts/files.js";
import { troubles } from "../parts/troubles.js";
import { Bench } from "./bench.js";
import { LINK } from "./link.js";
import { Models } from "./models.js";
import { Plan } from "./plan.js";
import { character, sizes } from "./rail.js";

const EXAMPLES = { cat: "pictures/upscale/cat.png", launch: "pictures/upscale/launch.jpg", street: "pictures/upscale/street.png" };

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
  form(bench, root);
  link(bench, LINK);
  new Models(bench, root);
  dropped(root.querySelector(".up"), (_, files) => opening.open(files));
  examples(bench, root, opening, EXAMPLES);
  await going(bench, root, opening);
  return { bench, stage };
}
