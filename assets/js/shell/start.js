/* Starts the page after Gradio has put its markup into the document: words, switches, and the module of the page. */

import { asker, sentence, TaskError } from "./ask.js";
import { open } from "./interface.js";
import { pageLink, pageWorks } from "./link.js";
import { onTone, toggle, tone } from "./tone.js";
import * as words from "./words.js";

const PATIENCE = 400; // milliseconds for which the page is not shown while its module is on its way: its controls are then there at first sight

/** Address of a file below assets/. */
const staticUrl = (path) => new URL(`${window.likeness.root}/${path}`, document.baseURI).href;

/** The address of a file of a shipped model, or, with a `digest`, of the web.onnx of a model that was trained here. */
const modelUrl = (id, file = "web.onnx", digest = "") =>
  digest ? new URL(`static/${digest}/trained/${encodeURIComponent(id)}/web.onnx`, document.baseURI).href : staticUrl(`models/${encodeURIComponent(id)}/${file}`);

function switches(frame) {
  const toneButton = frame.querySelector("[data-switch=tone]");
  const describe = () => toneButton.setAttribute("aria-pressed", String(tone() === "dark"));
  frame.querySelector("[data-switch=language]").addEventListener("click", () => words.choose(words.language() === "en" ? "zh" : "en"));
  toneButton.addEventListener("click", toggle);
  onTone(describe);
  describe();
  frame.querySelector("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    frame.querySelector("main").focus();
  });
}

/** `element`: the frame with header, main and footer; `server`: the page's remote procedures. */
export async function start(element, server) {
  const { script } = window.likeness;
  const arriving = script && import(staticUrl(script));
  const frame = element.querySelector(".frame");
  // Gradio wraps every app in its own <main>; the landmark is ours.
  element.closest("main")?.setAttribute("role", "presentation");
  words.fill(frame);
  switches(frame);
  const early = new Set(); // forms that are sent before the page listens to them: they wait, and the browser does not load another page
  frame.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method === "dialog") return; // a dialog's form closes it, and loads nothing
    event.preventDefault();
    early.add(event.target);
  });
  open();
  await Promise.race([arriving, new Promise((done) => setTimeout(done, PATIENCE))]).catch(() => {}); // what fails is told below
  delete document.documentElement.dataset.wait;
  frame.hidden = false;
  if (!script) return void (frame.dataset.live = "");
  const tools = { ...words, tone, onTone, sentence, TaskError, staticUrl, modelUrl, pageLink, pageWorks, alone: Boolean(window.likeness.edition), ask: asker(server) };
  const page = await arriving;
  const main = frame.querySelector("main");
  main.dataset.opening = ""; // css/shell.css: what stands below things that are still to come is not shown before they are there
  const started = page.start(main, server, tools);
  frame.dataset.live = ""; // the controls work from here on, even if the page is still loading something
  await Promise.resolve(started).finally(() => delete main.dataset.opening);
  for (const form of early) if (form.isConnected) form.requestSubmit();
}
