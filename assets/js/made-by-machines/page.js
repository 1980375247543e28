/* Made by machines: three exercises of ten pairs. Pictures and verdicts were computed by scripts/machine_pairs.py; nothing is asked of the server. */

import { element, show } from "../parts/nodes.js";
import { Exercise } from "./exercise.js";

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  const folder = "pictures/made-by-machines";
  let facts;
  try {
    const answer = await fetch(tools.staticUrl(`${folder}/pairs.json`));
    if (!answer.ok) throw new TypeError(answer.statusText);
    facts = await answer.json();
  } catch (error) {
    console.info("the pairs did not come:", error.message);
    show(root.querySelector("#oops"), true);
    return;
  }
  const exercises = [...root.querySelectorAll("[data-exercise]")].map((section) => {
    const name = section.dataset.exercise;
    const place = section.appendChild(element("div", { className: "pairs" }));
    return new Exercise(place, name, facts[name], tools.staticUrl(`${folder}/${name}.webp`), tools);
  });
  tools.onLanguage(() => exercises.forEach((each) => each.write()));
}
