/* A model from elsewhere is used only after the reader said yes: a link or a picture may name any, and so may a window that another site
   opened. What was allowed holds for the visit. */

import { markup } from "./markup.js";

const KEPT = "likeness-allowed"; // in the session's storage: until the tab is closed
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

/** Whether a model's name is that of a repository on the Hub. */
export const elsewhere = (model) => ELSEWHERE.test(model);

/** Whether the reader lets `model`, a name on the Hub, be fetched. by: "link" or "picture", which named it. A newer question takes the place
    of one that is still open, which then counts as no. */
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
