/* The figure of measures: two generators of digits measured by this project, the first of which one number calls the better one. */

import { markup } from "../../shell/markup.js";

const KINDS = ["classic", "paired", "real"], MEASURES = ["class_accuracy", "precision", "recall", "coverage", "judge_fid"];
const SHARES = ["class_accuracy", "precision", "recall", "coverage"];

export async function open(place, { tools }) {
  const answer = await fetch(tools.staticUrl("js/learn/chapters/measured.json"));
  if (!answer.ok) throw new Error(`measured.json: ${answer.status}`);
  const { steps, rows } = await answer.json();
  const words = () => {
    const { t, number } = tools, value = (kind, name) => (SHARES.includes(name) ? number(rows[kind][name], 3) : number(rows[kind][name], 2));
    const head = KINDS.map((kind) => markup`<th scope="col">${t(`chapters.lying.${kind}`)}</th>`);
    const body = MEASURES.map((name) => markup`<tr><th scope="row">${t(`chapters.lying.${name}`)}</th>${KINDS.map((kind) => markup`<td>${value(kind, name)}</td>`)}</tr>`);
    place.replaceChildren(markup`<div class="wide" tabindex="0" role="region" aria-label="${t("chapters.lying.label")}"><table><thead><tr><td></td>${head}</tr></thead><tbody>${body}</tbody></table></div><p class="note">${t("chapters.lying.say", { steps: number(steps) })}</p><pre class="note"><code>python scripts/flattering_measure.py runs/measure
python -m ganapp evaluate runs/measure/classic/result --quick --samples 10000</code></pre>`.nodes);
  };
  words();
  return { paint() {}, words };
}
