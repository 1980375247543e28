/* A model from elsewhere is used only after the reader has agreed, since a link, a picture or another site could name any model. The
   consent lasts for the visit. */

import { markup } from "./markup.js";

const KEPT = "likeness-allowed"; // key in the session storage, which lasts until the tab is closed
const ELSEWHERE = /^[\w.-]{1,96}\/[\w.-]{1,96}(@[\w./-]{1,96})?$/;
let open = null;

function allowed() {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
  } catch {
    return new Set(); // storage is forbidden here, or holds something else
  }
}

function keep(model) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...allowed(), model].slice(-50)));
  } catch (problem) {
    console.info("the answer is not kept:", problem.name);
  }
}

/** Whether the name of a model is that of a repository on the Hub. */
export const elsewhere = (model) => ELSEWHERE.test(model);

/** Ask whether `model`, a name on the Hub, may be downloaded. by: "link" or "picture", whichever named it. A newer question replaces an
    open one, which then counts as no. */
export async function consent({ fill }, model, by) {
  if (allowed().has(model)) return true;
  open?.close("no");
  const values = JSON.stringify({ model });
  const frame = document.querySelector(".frame");
  frame.append(markup`<dialog class="consent" aria-labelledby="consent-title" aria-describedby="consent-say">
    <h2 id="consent-title" data-t="frame.consent.title"></h2>
    <p id="consent-say" data-t="frame.consent.${by}" data-t-values="${values}"></p>
    <form method="dialog" class="do"><button class="btn soft" value="no" data-t="frame.consent.no" autofocus></button><button class="btn main" value="yes" data-t="frame.consent.yes"></button></form>
  </dialog>`.nodes);
  const dialog = frame.lastElementChild;
  open = dialog;
  fill(dialog);
  const answered = new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  dialog.showModal();
  await answered;
  dialog.remove();
  if (open === dialog) open = null;
  if (dialog.returnValue !== "yes") return false;
  keep(model);
  return true;
}
