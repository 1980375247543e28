/* The graphics card on request: a box on the pages that work on photos, and a sentence on what came of it. */

import { markup } from "../shell/markup.js";
import { t } from "../shell/words.js";

const BOX = markup`<div class="graphics"><label><input type="checkbox" id="graphics"> <span data-t="edition.graphics.ask"></span></label><p class="note" id="graphics-said" role="status"></p></div>`;

/** Put the box in, before the page's own words are filled in. */
export function offer(main) {
  main.querySelector(".group.last").prepend(BOX.nodes);
}

/** Whether the reader wants it. */
export const wanted = () => Boolean(document.querySelector("#graphics")?.checked);

/** Say what came of it: "used", "absent", "differs", or "small" for a picture that is done in one go; nothing where it was not asked for. */
export function say(came) {
  const place = document.querySelector("#graphics-said");
  if (!place) return;
  if (came) place.dataset.t = `edition.graphics.${came}`;
  else delete place.dataset.t;
  place.textContent = came ? t(place.dataset.t) : "";
}
