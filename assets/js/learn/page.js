/* The laboratory: everything is made here and tied to one desk. */

import { download } from "../parts/files.js";
import { intoPng } from "../parts/provenance.js";
import { markup } from "../shell/markup.js";
import { Certificate } from "./certificate.js";
import { charts } from "./charts.js";
import { Desk, PACES } from "../parts/laboratory/desk.js";
import { Glossary } from "./glossary.js";
import { Graph } from "./graph.js";
import { Hand } from "./hand.js";
import { onward } from "./onward.js";
import { fromHash, toHash, VIEWS } from "./link.js";
import { Plane } from "../parts/laboratory/plane.js";
import { Point } from "./point.js";
import { python } from "./python.js";
import { Rail } from "./rail.js";
import { Slow } from "./slow.js";
import { Story } from "./story.js";

const SAID_APART = 5000; // milliseconds between two sentences of the live region while it plays
const NUMBERS_APART = 100; // milliseconds between two changes of the numbers while it plays: quicker ones nobody reads

/** Play, steps, speed, rewind. */
function drive(desk, find, tools) {
  const { t, number } = tools;
  const play = find("play"), pace = find("pace"), when = find("when");
  const words = () => {
    play.textContent = t(desk.playing ? "learn.drive.pause" : "learn.drive.play");
    pace.replaceChildren(...PACES.map((each) => new Option(each ? t("learn.drive.rate", { rate: number(each) }) : t("learn.drive.full"), each)));
    pace.value = desk.pace;
  };
  play.addEventListener("click", () => (desk.playing ? desk.pause() : desk.play()));
  for (const [id, half] of [["step", null], ["step-d", "d"], ["step-g", "g"]]) find(id).addEventListener("click", () => desk.step(half));
  find("again").addEventListener("click", () => desk.start());
  pace.addEventListener("change", () => desk.speed(Number(pace.value)));
  let goal = null;
  when.addEventListener("input", () => {
    goal = Number(when.value);
    desk.go(goal);
  });
  when.addEventListener("change", () => (goal = null));
  desk.on("frame", ({ tick, end, seeking }) => {
    if (Number(when.max) !== end) when.max = end;
    if (goal === null && !seeking) when.value = tick;
    when.style.setProperty("--p", `${end ? (100 * Number(when.value)) / end : 100}%`);
    const said = t("learn.rewind.at", { step: number(tick) });
    if (find("when-said").textContent !== said) find("when-said").textContent = said;
  });
  for (const event of ["playing", "pace"]) desk.on(event, words);
  tools.onLanguage(words);
  words();
}

/** The parts of the picture that are shown. */
function views(desk, find, tools) {
  const place = find("views");
  const boxes = VIEWS.map((view) => markup`<button type="button" class="tool" data-view="${view}" data-t="learn.views.${view}"></button>`);
  place.append(markup`${boxes}`.nodes);
  tools.fill(place);
  const follow = () => {
    for (const box of place.querySelectorAll("button")) box.setAttribute("aria-pressed", desk.views.includes(box.dataset.view));
    place.querySelector("[data-view=trails]").hidden = desk.ready?.dims === 1;
    find("best-place").hidden = !desk.views.includes("best") || desk.ready?.dims === 1; // on a line it stands in the picture itself
  };
  place.addEventListener("click", ({ target }) => {
    const { view } = target.dataset;
    if (view) desk.show(VIEWS.filter((each) => desk.views.includes(each) !== (each === view)));
  });
  for (const event of ["views", "ready"]) desk.on(event, follow);
  follow();
}

/** The numbers beside the picture. */
function numbers(desk, find, tools) {
  const place = find("numbers"), { t, number } = tools;
  let cells = null, at = 0;
  const write = () => {
    const { frame, ready } = desk, time = performance.now();
    if (!frame || !ready || (frame.playing && time - at < NUMBERS_APART)) return;
    at = time;
    const { now, losses, updates } = frame, value = (x, digits = 2) => (Number.isFinite(x) ? number(x, digits).replace("-", "\u2212") : "–");
    const parts = { step: number(frame.tick), d: value(losses.d), g: value(losses.g), modes: now ? t("learn.number.of", { found: number(now.modes), all: number(ready.modes) }) : "–" };
    Object.assign(parts, { good: now ? t("learn.number.percent", { value: number(100 * now.good) }) : "–", kl: t("learn.number.floor", { value: value(now?.kl), floor: value(ready.floor.kl) }) });
    Object.assign(parts, { js: t("learn.number.floor", { value: value(now?.js, 3), floor: value(ready.floor.js, 3) }), error: value(now?.error), unrest: t("learn.number.floor", { value: value(now?.unrest), floor: value(ready.floor.unrest) }), rate: desk.playing && frame.rate ? number(frame.rate) : "–" });
    parts.updates = t("learn.number.both", { d: number(updates.d), g: number(updates.g) });
    if (!cells) {
      place.replaceChildren(markup`${Object.keys(parts).map((name) => markup`<div><dt>${t(`learn.number.${name}`)}</dt><dd></dd></div>`)}`.nodes);
      cells = [...place.querySelectorAll("dd")];
    }
    Object.values(parts).forEach((text, i) => cells[i].textContent !== text && (cells[i].textContent = text));
  };
  desk.on("frame", write);
  tools.onLanguage(() => {
    [cells, at] = [null, 0];
    write();
  });
}

/** A sentence now and then for who hears the page. */
function speech(desk, find, tools) {
  const { t, number } = tools;
  let at = 0;
  desk.on("frame", ({ tick, losses, now, playing }) => {
    if (performance.now() - at < (playing ? SAID_APART : 1000) || !now || !desk.ready) return;
    at = performance.now();
    const value = (x) => (Number.isFinite(x) ? number(x, 2).replace("-", "\u2212") : "–");
    const words = t("learn.said", { step: number(tick), d: value(losses.d), g: value(losses.g), modes: number(now.modes), all: number(desk.ready.modes) });
    if (find("said").textContent !== words) find("said").textContent = words;
  });
}

/** What the lines, dots and colours of the picture mean: one sentence for each view that is shown. */
function legend(desk, find, tools) {
  let drawing = false; // what is said of drawing stays, also when the game is made ready anew meanwhile
  const write = () => {
    if (drawing) return void (find("legend").textContent = tools.t("learn.hand.label"));
    const line = desk.ready?.dims === 1, elsewhere = line ? "trails" : "best"; // no trails on a line; in the plane the best D has a picture of its own
    const shows = (view) => desk.views.includes(view), shown = VIEWS.filter((view) => view !== elsewhere && (shows(view) || (line && view === "density" && shows("points"))));
    find("legend").textContent = shown.map((view) => tools.t(`learn.legend.${line ? "line_" : ""}${view}`)).join(" ").replaceAll("。 ", "。");
  };
  for (const event of ["views", "ready"]) desk.on(event, () => write());
  desk.on("hand", (begun) => {
    drawing = begun;
    write();
  });
  tools.onLanguage(() => write());
  write();
}

/** The link, the picture, the Python file. */
function sharing(desk, story, find, tools) {
  const { t } = tools;
  const state = () => ({ settings: desk.settings, views: desk.views, pace: desk.pace, chapter: story.chapter, made: story.made });
  const link = () => `${location.origin}${location.pathname}${location.search}#${toHash(state())}`;
  const said = (key) => (find("shared").textContent = t(key));
  find("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link());
      said("learn.share.copied");
    } catch {
      said("learn.share.in_address");
    }
  });
  find("save").addEventListener("click", () => {
    const plane = find("plane"), paper = Object.assign(document.createElement("canvas"), { width: plane.width, height: plane.height }), context = paper.getContext("2d");
    context.fillStyle = getComputedStyle(plane.parentElement).backgroundColor;
    context.fillRect(0, 0, paper.width, paper.height);
    context.drawImage(plane, 0, 0);
    const step = desk.frame?.tick ?? 0, making = { kind: "drawn", task: "learn", settings: { ...desk.settings, step } };
    paper.toBlob(async (blob) => download(await intoPng(blob, making), `gan-${desk.settings.data}-${step}.png`));
  });
  find("python").addEventListener("click", () => download(new Blob([python(desk.settings, link())], { type: "text/x-python" }), "experiment.py"));
  let soon = 0;
  const write = () => {
    clearTimeout(soon);
    soon = setTimeout(() => history.replaceState(history.state, "", link()), 200);
  };
  for (const event of ["settings", "views", "pace", "chapter"]) desk.on(event, write);
}

/** See ganapp/ui/page.py. */
export async function start(root, _server, tools) {
  if (!location.pathname.endsWith("/learn") && new URLSearchParams(location.hash.slice(1)).has("digit")) {
    location.replace(`${location.pathname.replace(/\/?$/, "/")}digits${location.hash}`); // a link from when the digits page was the first one
    return;
  }
  const find = (id) => root.querySelector(`#${id}`);
  const linked = fromHash(location.hash);
  const desk = new Desk(tools, linked.settings, { pace: linked.pace, views: linked.views, plain: new URLSearchParams(location.search).has("plain") });
  drive(desk, find, tools);
  views(desk, find, tools);
  numbers(desk, find, tools);
  speech(desk, find, tools);
  charts(desk, find, tools);
  legend(desk, find, tools);
  new Plane(desk, find("plane"), find("best"));
  new Point(desk, find("plane"), find("pointed"));
  const graph = new Graph(desk, find("graph"));
  new Slow(desk, graph, find("slow"), find("slow-said"))._say();
  const hand = new Hand(desk, find("hand"), find("hand-do"));
  const glossary = new Glossary(tools, find);
  new Rail(desk, find("settings"), hand, glossary);
  const story = new Story(desk, root, glossary, linked);
  onward(desk, root.querySelector("[data-story=own]"), tools);
  new Certificate(desk, story, find);
  sharing(desk, story, find, tools);
  desk.on("frame", ({ lost }) => {
    if (lost && desk.playing) desk.pause();
    if (find("lost").hidden === lost) find("lost").hidden = !lost;
  });
  const trouble = (shown) => (find("broken").hidden = !shown);
  desk.on("broken", (problem) => (console.error(problem), trouble(true)));
  desk.on("ready", () => trouble(false));
  window.addEventListener("hashchange", ({ newURL }) => {
    const state = fromHash(new URL(newURL).hash); // the address itself may be written anew before this is told
    if (state.said) story.follow(state);
  });
}
