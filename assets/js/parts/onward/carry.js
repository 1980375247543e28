/* Carries a result to another page of the app without a file: a button for each, and what the other page finds when it opens. */

import { pageLink, pageWorks } from "../../shell/link.js";
import { element } from "../nodes.js";
import { pageError } from "../troubles.js";
import { drop, find, keep } from "./store.js";
import { travel } from "./travel.js";

const DOORS = { repair: "repair", upscale: "upscale", stylize: "stylize", train: "train#style" }; // page -> its address
const FRESH = 600_000; // milliseconds after which what was carried is no longer opened

/** Hand something to another page, {file} or {work}, and go there. link: its address below the app's own. Whether the browser took it. */
export async function hand(link, carried) {
  if (!(await keep("carried", link.split("#")[0], { ...carried, at: Date.now() }))) return false;
  location.assign(new URL(pageLink(link), document.baseURI));
  return true;
}

/** A button for each page that takes pictures but this one, and `lock(locked)` for all of them. from: this page's slug; picture(): a promise of the
    File to carry, or null; left(): a promise, fulfilled when the page may be left; locked(): whether they are to stay locked; failed(error). */
export function doors(tools, from, picture, { left = async () => {}, locked = () => false, failed, taken = () => {} }) {
  const buttons = Object.entries(DOORS).filter(([slug]) => slug !== from && pageWorks(slug)).map(([slug, link]) => {
    const button = element("button", { type: "button", className: "tool", dataset: { t: `onward.to.${slug}`, to: slug } });
    button.addEventListener("click", () => carry(link));
    return button;
  });
  const lock = (shut) => buttons.forEach((button) => (button.disabled = shut));
  async function carry(link) {
    lock(true);
    try {
      const file = await picture();
      if (!file) return;
      await taken();
      await left();
      if (!(await hand(link, { file }))) failed(pageError(tools, "onward.error.not_kept"));
    } finally {
      lock(locked());
    }
  }
  return { buttons, lock };
}

/** Fill `place` with a button for each other page, and with those that copy and share. picture, left: as `doors` has them; taken(): the result has
    gone somewhere. Returns a function that shows the buttons or hides them. */
export function onward(bench, place, from, { picture, left, taken }) {
  const { tools } = bench;
  const word = element("span", { className: "note", dataset: { t: "onward.heading" } });
  const failed = (error) => bench.tell("trouble", { title: "carry", error });
  const { buttons: ways, lock: shut } = doors(tools, from, picture, { left, locked: () => bench.busy, failed, taken });
  const { buttons, said } = travel(tools, { picture, taken });
  const lock = () => {
    shut(bench.busy);
    for (const button of buttons) button.disabled = bench.busy;
  };
  place.replaceChildren(word, ...ways, ...buttons, said);
  tools.fill(place);
  bench.on("busy", lock);
  return (shown) => (place.hidden = !shown);
}

/** What another page has sent here, once: {file}, or {work} that this page made before; or null. */
export async function arrived(slug) {
  const carried = await find("carried", slug);
  if (!carried) return null;
  await drop("carried", slug);
  return Date.now() - carried.at < FRESH ? carried : null;
}
