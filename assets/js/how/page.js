/* The drawing of the two losses, with a point that the reader can move. */

import { markup } from "../shell/markup.js";
import { discriminator, generator, push, sigmoid } from "./losses.js";

const REACH = 6;
const TOP = 6;
const LABELLED = 4.4; // the names of the curves stand at this score and its negative

/** Places in a drawing of `width` x `height`: a margin for the numbers on the left and the words below. */
function scales(width, height) {
  const left = 28, right = 6, top = 12, bottom = 30;
  return {
    x: (s) => left + ((s + REACH) / (2 * REACH)) * (width - left - right),
    y: (loss) => height - bottom - (loss / TOP) * (height - top - bottom),
    height,
  };
}

const path = (loss, { x, y }) => Array.from({ length: 121 }, (_, i) => -REACH + i / 10).map((s, i) => `${i ? "L" : "M"}${x(s).toFixed(1)} ${y(loss(s)).toFixed(1)}`).join("");

function drawing(svg, { t, number }) {
  const { width, height } = svg.viewBox.baseVal;
  const at = scales(width, height);
  const { x, y } = at;
  const lines = [0, 2, 4, 6].map((loss) => markup`<line class="grid" x1="${x(-REACH)}" x2="${x(REACH)}" y1="${y(loss)}" y2="${y(loss)}"/><text x="0" y="${y(loss) + 4}">${number(loss)}</text>`);
  const log2 = y(Math.log(2));
  const plot = markup`<svg>${lines}<line class="tick" x1="${x(0)}" x2="${x(0)}" y1="${y(TOP)}" y2="${y(0)}"/>
    <path class="d" d="${path(discriminator, at)}"/><path class="g" d="${path(generator, at)}"/>
    <text class="gt" x="${x(-LABELLED) + 10}" y="${y(generator(-LABELLED)) - 4}">${t("how.chart.g")}</text>
    <text class="dt" x="${x(LABELLED) - 10}" y="${y(discriminator(LABELLED)) - 4}" text-anchor="end">${t("how.chart.d")}</text>
    <text class="mid" x="${x(0)}" y="${log2 - 18}" text-anchor="middle">log 2</text>
    <text x="${x(-REACH)}" y="${height - 8}">${t("how.chart.made")}</text>
    <text x="${x(0)}" y="${height - 8}" text-anchor="middle">D = 1/2</text>
    <text x="${x(REACH)}" y="${height - 8}" text-anchor="end">${t("how.chart.real")}</text>
    <circle class="dc" r="5"/><circle class="gc" r="6"/></svg>`;
  svg.replaceChildren(...plot.nodes.firstChild.childNodes);
  const [d, g] = svg.querySelectorAll("circle");
  return (s) => {
    for (const [circle, loss] of [[d, discriminator], [g, generator]]) {
      circle.setAttribute("cx", x(s));
      circle.setAttribute("cy", y(loss(s)));
    }
  };
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  const { t, number } = tools;
  const slider = root.querySelector("#score");
  const [shown, said] = [root.querySelector(".curves output"), root.querySelector(".curves .say")];
  let points = [];
  const move = () => {
    const s = Number(slider.value);
    for (const point of points) point(s);
    slider.parentElement.style.setProperty("--p", `${((s + REACH) / (2 * REACH)) * 100}%`);
    shown.textContent = number(s, 1);
    const values = { p: sigmoid(s), g: generator(s), push: push.used(s), other: push.first(s) };
    said.textContent = t("how.chart.say", Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value, value < 0.01 ? 3 : 2)])));
  };
  const draw = () => {
    points = [...root.querySelectorAll(".curves svg")].map((svg) => drawing(svg, tools));
    move();
  };
  slider.addEventListener("input", move);
  tools.onLanguage(draw);
  draw();
}
