/* The controls beside the gallery: strength, a second style, colours, and where to paint. They write into the settings and follow them. */

import { Dial } from "../parts/dial.js";
import { element } from "../parts/nodes.js";
import { radios } from "../parts/radios.js";
import { OWN } from "./bench.js";

const DIALS = {
  strength: { place: "far", low: 0, high: 150, step: 1, neutral: 100 },
  strokes: { place: "far", low: 25, high: 400, step: 1, neutral: 100, powers: true },
  detail: { place: "far", low: 0, high: 100, step: 1, neutral: 50 },
  blend: { place: "share", low: 0, high: 100, step: 1, neutral: 50 },
};

/** Sliders in per cent. */
export function dials(bench, root) {
  const sliders = Object.entries(DIALS).map(([name, { place, ...options }]) => {
    const dial = new Dial(root.querySelector(`#${place}`), bench.tools, { key: `stylize.far.${name}`, ...options }, (value) => bench.set({ [name]: value / 100 }));
    return [name, dial];
  });
  const follow = () => {
    for (const [name, dial] of sliders) if (dial.value !== Math.round(bench.settings[name] * 100)) dial.set(Math.round(bench.settings[name] * 100));
    root.querySelector("#share").hidden = !bench.settings.second;
    if (bench.settings.second) root.querySelector("#mix").open = true;
  };
  bench.on("settings", follow);
  bench.tools.onLanguage(() => sliders.forEach(([, dial]) => dial.label()));
  follow();
}

/** The seed, for styles that use one: by its number, or any other. */
export function lot(bench, root) {
  const find = (id) => root.querySelector(`#${id}`);
  find("seed").addEventListener("change", () => {
    const value = Number(find("seed").value);
    if (find("seed").value !== "" && Number.isInteger(value) && value >= 0 && value < 2 ** 32) bench.set({ seed: value });
    else follow();
  });
  find("anew").addEventListener("click", () => bench.set({ seed: 1 + Math.floor(Math.random() * 99999) }));
  const follow = () => {
    find("lot").hidden = !bench.seeds;
    find("seed").value = bench.settings.seed;
  };
  bench.on("settings styles", follow);
  follow();
}

export function colours(bench, root) {
  const show = radios(root.querySelector("#colours"), (value) => bench.set({ colours: value }));
  const follow = () => {
    show(bench.settings.colours);
    root.querySelector("#colours-say").textContent = bench.tools.t(`stylize.colours.say_${bench.settings.colours}`);
  };
  bench.on("settings", follow);
  bench.tools.onLanguage(follow);
  follow();
}

/** Paint everywhere, or only inside or outside of the marks. The choice of a part starts the brush. */
export function where(bench, root) {
  const find = (id) => root.querySelector(`#${id}`);
  const marked = () => Boolean(bench.shown?.mask && !bench.shown.mask.empty);
  const show = radios(find("where"), (value) => {
    bench.set({ where: value });
    if (value === "everywhere") bench.mark(false);
    else if (bench.shown?.width && !marked() && !bench.busy) bench.mark(true);
  });
  find("mark").addEventListener("click", () => bench.mark(!bench.marking));
  const follow = () => {
    const { settings, tools, shown, marking } = bench;
    const part = settings.where !== "everywhere";
    show(settings.where);
    find("mark").hidden = !part;
    find("mark").disabled = !shown?.width || bench.busy;
    find("mark").textContent = tools.t(marking ? "stylize.where.done" : "stylize.where.mark");
    const percent = marked() ? shown.mask.share * 100 : 0;
    find("share-marked").textContent = !part ? "" : percent ? tools.t("stylize.where.share", { percent: tools.number(percent, percent < 0.1 ? 2 : 1) }) : tools.t("stylize.where.nothing");
  };
  bench.on("settings marks marking shown busy", follow);
  bench.tools.onLanguage(follow);
  follow();
}

/** Show the facts about the photo and the chosen style. */
export function facts(bench, root) {
  const { tools } = bench;
  const find = (id) => root.querySelector(`#${id}`);
  const write = () => {
    const { shown, style, styles, any } = bench;
    const size = shown?.width ? { width: tools.number(shown.width), height: tools.number(shown.height) } : null;
    find("fact-size").textContent = size ? tools.t("batch.picture.size_value", size) : "–";
    find("about").textContent = style === OWN ? [tools.t(bench.paintings.style ? "stylize.styles.own_chosen" : "stylize.styles.own_say"), credit(any, tools)].join(" ").trim() : credit(styles.find((each) => each.style === style), tools);
    for (const [slot, id] of [["style", "pick"], ["second", "pick-second"]]) {
      find(id).hidden = (slot === "style" ? style : bench.settings.second) !== OWN;
      find(`${id}-word`).textContent = tools.t(bench.paintings[slot] ? "stylize.styles.another" : "stylize.styles.choose");
    }
    find("none").hidden = styles.length > 0 || Boolean(any) || !bench.listed;
  };
  bench.on("shown settings styles paintings", write);
  tools.onLanguage(write);
  write();
}

/** The artist, the work and the year; of a style from a pack its makers and its licence. */
function credit(style, tools) {
  if (!style) return "";
  if (style.makers) return tools.t("stylize.styles.pack", { makers: style.makers, licence: style.licence });
  const said = (words) => words[tools.language()] || words.en || "";
  const parts = [said(style.artist), said(style.work), style.year].filter(Boolean);
  return parts.join(tools.language() === "zh" ? "，" : ", ");
}

/** Use a style that is not in the gallery, by the name of its model. */
export function other(bench, root) {
  const field = root.querySelector("#model");
  root.querySelector("#other-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) bench.set({ style: field.value.trim() });
  });
  bench.on("styles", () => root.querySelector("#models").replaceChildren(...bench.styles.map(({ style }) => element("option", { value: style }))));
}
