/* The repair page: makes all its parts, which share one bench. */

import { dropped } from "../parts/files.js";
import { radios } from "../parts/radios.js";
import { troubles } from "../parts/troubles.js";
import { Bench } from "./bench.js";
import { examples } from "./examples.js";
import { going } from "./going.js";
import { History } from "./history.js";
import { Mending } from "./mending.js";
import { Opening } from "./opening.js";
import { edges, marks, models } from "./rail.js";
import { Saving } from "./saving.js";
import { Stage } from "./stage.js";

/** Show the facts about the photo. */
function facts(bench, root) {
  const { tools } = bench;
  const write = () => {
    const { photo, mask } = bench;
    const percent = mask ? mask.share * 100 : 0;
    const digits = percent > 0 && percent < 0.1 ? 2 : 1;
    root.querySelector("#fact-size").textContent = photo ? tools.t("repair.photo.size_value", { width: tools.number(photo.width), height: tools.number(photo.height) }) : "–";
    root.querySelector("#fact-marked").textContent = photo ? tools.t("repair.photo.marked_value", { percent: tools.number(percent, digits) }) : "–";
    const seconds = bench.estimate();
    root.querySelector("#row-time").hidden = seconds === null;
    if (seconds !== null) root.querySelector("#fact-time").textContent = tools.t("repair.photo.time_value", { seconds: tools.number(Math.max(1, seconds)) });
  };
  bench.on("photo marks repairs", write);
  tools.onLanguage(write);
}

/** root: the page's <main>; tools: words, questions, addresses (see ganapp/ui/page.py). */
export async function start(root, server, tools) {
  const bench = new Bench(tools, server);
  troubles(bench, root, "repair");
  facts(bench, root);
  bench.stage = new Stage(bench, root);
  const opening = new Opening(bench, root);
  const mending = new Mending(bench, root);
  new History(bench, root, mending);
  const saving = new Saving(bench, root);
  edges(bench, root);
  marks(bench, root);
  models(bench, root, server);
  const filled = radios(root.querySelector("#fill"), (fill) => bench.set({ fill }));
  bench.on("settings", () => filled(bench.settings.fill));
  dropped(root.querySelector(".rp"), (file) => opening.open(file));
  examples(bench, root, opening);
  await going(bench, root, { opening, mending, saving });
}
