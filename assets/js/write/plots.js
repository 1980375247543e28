/* A plot of quality against repetition with its choice of measures, from the evaluation that lies beside a model. */

import { element, say, show } from "../parts/nodes.js";
import { draw, series } from "./plot.js";

/** Get the plot of `model` ready in the section of `root` that has class "plot"; words: the locale's part with measures, names and
    sentences. Returns a function that draws it, fetching what was measured the first time. */
export function plotted(root, model, measures, words, tools) {
  const section = root.querySelector(".plot");
  const [select, place, saying] = [section.querySelector("select"), section.querySelector(".chart"), section.querySelector("figcaption")];
  let known = null;
  const redraw = async () => {
    if (!known) {
      const answer = await fetch(tools.modelUrl(model, "evaluation.json"));
      if (!answer.ok) return;
      const told = await answer.json();
      if (!(told.details.sweep ?? told.details.methods).some((line) => "self_bleu" in line)) return; // measured before there was a plot
      known = told;
      show(section, true);
    }
    const { model: own, details } = known;
    const measure = select.value || measures[0];
    select.replaceChildren(...measures.map((each) => element("option", { value: each, selected: each === measure }, tools.t(`${words}.measures.${each}`))));
    draw(place, series(details.sweep ?? details.methods, measure, own), measure, tools, words);
    const { [own]: mine, ...others } = details.perplexities ?? {};
    const [other] = Object.values(others);
    if (mine) say(saying, tools.t(`${words}.${other ? "perplexities" : "perplexity"}`, { own: tools.number(mine, 0), other: tools.number(other ?? 0, 0) }));
    else say(saying, tools.t(`${words}.about`));
  };
  select.addEventListener("change", redraw);
  return redraw;
}
