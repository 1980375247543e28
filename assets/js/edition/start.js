/* Starts a page of the static edition: what the server would answer is answered here, and what needs it says so in its place. */

import { fetched } from "../parts/runtime.js";
import { start } from "../shell/start.js";
import { absences } from "./absent.js";
import { kept } from "./offline.js";
import { Answers } from "./server.js";

const PHOTOS = ["upscale", "stylize"]; // pages whose work a graphics card may do
const frame = document.querySelector(".frame");

/** The words of the page, which lie beside it, packed. */
async function told({ root, page, words }) {
  const bytes = await fetched(new URL(`${root}/edition/words/${page}.json`, document.baseURI).href, () => {}, undefined, true);
  for (const [language, sentences] of Object.entries(JSON.parse(new TextDecoder().decode(bytes)))) Object.assign(words[language], sentences);
}

const { edition } = window.likeness;
absences(frame, edition);
if (PHOTOS.includes(window.likeness.page)) (await import("./graphics.js")).offer(frame.querySelector("main"));
await Promise.all([kept(), told(window.likeness)]);
await start(document.getElementById("likeness-page"), new Answers().procedures());
