/* The digits page: makes all its parts, which share one desk. */

import { dropped } from "../parts/files.js";
import { radios } from "../parts/radios.js";
import { pageError, troubles } from "../parts/troubles.js";
import { elsewhere } from "../shell/consent.js";
import { Desk } from "./desk.js";
import { Drawing } from "./drawing.js";
import { Plane, Sheet } from "./explore.js";
import { draw, forgetColours } from "../parts/ink.js";
import { Judge } from "./judge.js";
import { bars, Nearest } from "./margin.js";
import { className, samplerList, sentenceKey } from "./models.js";
import { Morph } from "./morph.js";
import { Rail } from "./rail.js";
import { Saving } from "./saving.js";
import { fromHash } from "./state.js";
import { Strip } from "./strip.js";
import { words } from "./words.js";

const MEGA = 1024 * 1024;
const LARGEST = 28; // times the size of the net: more would show nothing new

/** The two modes, shape and draw. Changing between them loses nothing. */
function modes(desk, root) {
  const dg = root.querySelector(".dg");
  const show = radios(root.querySelector("#mode"), (mode) => desk.enter(mode));
  desk.enter = (mode) => {
    desk.mode = dg.dataset.mode = mode;
    show(mode);
    desk.trouble(null);
    desk.tell("mode");
    desk.set({});
  };
}

/** The big picture: smooth or true pixels, at the size in which it is seen. */
function stage(desk, root) {
  const big = root.querySelector("#big");
  const { tools } = desk;
  let side = 448;
  const paint = () => {
    if (!desk.picture) return;
    const { model } = desk;
    const { view, digit, to, blend } = desk.state;
    draw(big, desk.picture, model.size, { view, side, look: model.look });
    const label = to === null || !blend ? "sheet.label" : "sheet.label_blend";
    const names = { digit: className(tools, model, digit), to: to === null ? "" : className(tools, model, to), percent: Math.round(blend * 100) };
    const words = model.classes ? tools.t(sentenceKey(model, label), names) : tools.t("digits.any.sheet.plain");
    if (big.getAttribute("aria-label") !== words) big.setAttribute("aria-label", words);
  };
  const fit = () => {
    if (!big.clientWidth || !desk.model) return;
    const { size } = desk.model;
    const fitting = Math.ceil((Math.min(big.clientWidth, big.clientHeight) * devicePixelRatio) / size);
    side = size * Math.min(LARGEST, Math.max(4, fitting));
    paint();
  };
  new ResizeObserver(fit).observe(big);
  desk.on("model", fit);
  desk.on("painted", paint);
  tools.onLanguage(paint);
  tools.onTone(paint);
  for (const chip of root.querySelectorAll("[data-view]")) chip.addEventListener("click", () => desk.set({ view: chip.dataset.view }));
  desk.on("change", () => {
    for (const chip of root.querySelectorAll("[data-view]")) chip.setAttribute("aria-pressed", String(chip.dataset.view === desk.state.view));
  });
}

/** The key of the sentence that says what the "pixels" or the "gradient" over the sheet show. */
function legendOf(model, shown) {
  if (shown === "gradient" && model.channels === 3) return "digits.any.state.colour";
  const padded = model.digits && model.size === 32; // MNIST pictures have a border added
  return shown === "pixels" ? sentenceKey({ digits: padded }, "state.pixels") : sentenceKey(model, "state.gradient");
}

/** The line under the sheet: who draws, how far loading is, and what the view shows. */
function stateLine(desk, root) {
  const { tools } = desk;
  const [where, legend, loading] = ["where", "legend", "loading"].map((id) => root.querySelector(`#${id}`));
  const megabytes = (bytes) => tools.number(bytes / MEGA, bytes < 10 * MEGA ? 1 : 0);
  const write = () => {
    const { engine } = desk;
    if (!engine) return;
    const { loading: load } = engine;
    loading.hidden = !load?.total;
    if (load?.total) loading.style.setProperty("--v", load.received / load.total);
    const key = load ? (load.total ? "fetching" : "fetching_unknown") : engine.where;
    const words = tools.t(`digits.state.${key}`, load ? { received: megabytes(load.received), total: megabytes(load.total) } : {});
    where.toggleAttribute("data-loading", Boolean(load));
    if (where.textContent !== words) where.textContent = words;
    if (where.dataset.where !== engine.where) where.dataset.where = engine.where;
    const shown = root.querySelector("#gradient").getAttribute("aria-pressed") === "true" ? "gradient" : desk.state.view === "pixels" ? "pixels" : null;
    const { model } = desk;
    const said = shown && model && desk.mode === "shape" ? tools.t(legendOf(model, shown), { size: model.size }) : "";
    if (legend.textContent !== said) legend.textContent = said;
  };
  desk.on("engine change mode look", write);
  tools.onLanguage(write);
}

/** The code as bars, and the sentence under it. */
function code(desk, root) {
  const canvas = root.querySelector("#bars");
  const paint = () => desk.model && desk.mode === "shape" && bars(canvas, desk.code);
  const fit = () => {
    Object.assign(canvas, { width: Math.round(canvas.clientWidth * devicePixelRatio), height: Math.round(canvas.clientHeight * devicePixelRatio) });
    paint();
  };
  const write = () => {
    if (!desk.model) return;
    const count = desk.model.latent;
    root.querySelector("#bars-say").textContent = desk.tools.t("digits.code.say", { count });
    canvas.setAttribute("aria-label", desk.tools.t("digits.code.label", { count }));
  };
  desk.on("painted", paint);
  desk.on("model", write);
  desk.tools.onLanguage(write);
  desk.tools.onTone(paint);
  new ResizeObserver(fit).observe(canvas);
}

/** Words that differ between digits and everything else that a model draws: elements with data-any ("named": whether the sliders have
    names; "sheet": a third sentence without classes). The title of the model stands above the page. */
function subject(desk, root) {
  const heading = root.querySelector("h1");
  const say = () => {
    const { model, tools } = desk;
    if (!model) return;
    for (const element of root.querySelectorAll("[data-any]")) {
      const { any, t } = element.dataset;
      const usual = any === "named" ? model.attributes.length > 0 : any === "sheet" ? model.digits && model.classes > 0 : model.digits;
      element.dataset.t = t.replace(/^digits\.(any\.)?/, usual ? "digits." : "digits.any.");
      if (any === "sheet") element.dataset.t = element.dataset.t.replace(/say.*/, model.classes ? "say" : "say_plain");
      tools.fill(element);
    }
    heading.textContent = model.digits ? tools.t("digits.title") : (model.title[tools.language()] ?? model.title.en ?? model.id);
  };
  desk.on("model", say);
  desk.tools.onLanguage(say);
}

/** The three ways to explore: one is open at a time. */
function explore(desk, rail, root) {
  const panels = [...root.querySelectorAll(".panel")];
  let way = "morph";
  const isOpen = (name) => () => way === name;
  const ways = { morph: new Morph(desk, root, isOpen("morph")), plane: new Plane(desk, rail, root, isOpen("plane")), sheet: new Sheet(desk, root, isOpen("sheet")) };
  radios(root.querySelector("#way"), (chosen) => {
    way = chosen;
    for (const panel of panels) panel.hidden = panel.dataset.way !== way;
    if (way !== "morph") ways.morph.rest();
    ways[way].soon?.();
  });
}

/** root: the page's <main>; tools: words, questions, addresses (see ganapp/ui/page.py). */
export async function start(root, _server, tools) {
  const desk = new Desk(tools);
  tools.onTone(forgetColours); // first, so that every later listener paints in the new ink
  modes(desk, root);
  troubles(desk, root, "digits");
  subject(desk, root);
  stage(desk, root);
  words(desk, root);
  stateLine(desk, root);
  code(desk, root);
  const rail = new Rail(desk, root);
  const drawing = new Drawing(desk, root);
  const [lamp, chip, overlay, button] = ["judge", "mini", "veil", "gradient"].map((id) => root.querySelector(`#${id}`));
  new Judge(desk, { lamp, chip, overlay, button });
  new Nearest(desk, root.querySelector("#near"));
  new Strip(desk, rail, root);
  explore(desk, rail, root);
  const write = (file) => {
    if (desk.mode !== "draw") desk.enter("draw"); // entering the mode again would repeat the search and hide what is reported about this file
    return drawing.lay(file);
  };
  const saving = new Saving(desk, root, write);
  dropped(root.querySelector(".dg"), async (file) => {
    if (desk.mode === "draw" || !(await saving.open(file))) await write(file);
  });
  await open(desk, rail, saving);
}

/** Draw the first picture: what the link asks for, or a three. */
async function open(desk, rail, saving) {
  try {
    const samplers = await samplerList(desk.tools);
    rail.list(samplers);
    desk.listed = new Set(samplers.map(({ id }) => id));
    if (!samplers.length) return desk.trouble({ title: "draw", error: pageError(desk.tools, "digits.error.none") });
    const linked = fromHash(location.hash, desk.state);
    const known = samplers.some(({ id }) => id === linked?.model);
    const first = known ? linked.model : (samplers.find(({ id }) => id === "digits") ?? samplers[0]).id;
    if (linked) desk.state = { ...linked, model: first };
    await desk.open(first);
    if (linked && !known && elsewhere(linked.model)) await saving.restore(linked, "link");
    else if (linked && !known) desk.trouble({ title: "link", error: pageError(desk.tools, "digits.error.link_model", { model: linked.model }) });
  } catch (error) {
    if (error.name !== "TaskError") throw error;
    desk.trouble({ title: "draw", error, again: () => open(desk, rail, saving) });
  }
}
