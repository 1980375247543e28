/* What needs the server says so in its place: a sentence and a link to the full app. The parts themselves are hidden, so that no button does
   nothing. */

import { markup } from "../shell/markup.js";

/* By page: the parts that are hidden, and the sentences {say: the key, and where: append, after or before a place}. */
const ABSENT = {
  digits: { hidden: "#gif, #modes", said: [{ say: "digits", before: ".side.only-shape > .code" }] },
  write: {
    hidden: "#own, #own-status, section.own > .say, #article > :not(header), #scenes > :not(header):not(.plot), #dialogue > :not(header):not(.plot)",
    said: [
      { say: "own", append: "section.own" },
      { say: "article", append: "#article > header" },
      { say: "scenes", append: "#scenes > header" },
      { say: "dialogue", append: "#dialogue > header" },
    ],
  },
  learn: { hidden: "#lesson", said: [] },
  listen: { hidden: "#sentence > :not(h2)", said: [{ say: "sentence", append: "#sentence" }] },
  models: { hidden: "a[href='#packs']", said: [{ say: "packs", append: ".title" }] },
  upscale: { hidden: "#other, #more", said: [{ say: "upscale", after: "#kind" }] },
  stylize: { hidden: "#other, #train", said: [{ say: "stylize", after: "#gallery" }] },
  check: { hidden: "", said: [{ say: "check", after: "#drop" }] },
};

const sentence = (key, { app }, slug) => {
  const [link, word] = app ? [`${app}/${slug}`, "edition.open"] : ["full.html", "edition.full"];
  const made = markup`<p class="note needs"><span data-t="edition.needs.${key}"></span> <a class="link" data-t="${word}"></a></p>`.nodes;
  made.querySelector("a").href = link;
  return made;
};

/** Hide what is not here and say so, before the page's own words are filled in. edition: what the document says of it. */
export function absences(frame, edition) {
  const main = frame.querySelector("main");
  const slug = main.dataset.page;
  for (const place of main.querySelectorAll("[data-needs]")) place.replaceWith(sentence(place.dataset.needs.split(".").pop(), edition, slug));
  const link = main.querySelector("[data-full-link]");
  if (link && edition.app) {
    link.hidden = false;
    link.firstElementChild.href = edition.app;
  }
  const { hidden, said } = ABSENT[slug] ?? { hidden: "", said: [] };
  if (hidden) for (const part of main.querySelectorAll(hidden)) part.classList.add("elsewhere");
  for (const { say, ...where } of said) {
    const [[how, selector]] = Object.entries(where);
    main.querySelector(selector)?.[how](sentence(say, edition, slug)); // a page of which only the name is here has no such place
  }
}
