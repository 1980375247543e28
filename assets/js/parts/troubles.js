/* Errors, shown above the action: what happened, what to do, what was kept, and a button to try again where that makes sense. */

import { element } from "./nodes.js";

/** An error that the page itself detects, with the key of its sentence; the sentence follows the language. */
export function pageError(tools, key, values = {}) {
  return {
    get sentence() {
      return tools.t(key, values);
    },
  };
}

/** Show the "trouble" events of a desk or bench: {title, error, kept, again}, or null when all is well. title, kept: keys in `error` of a
    locale section; error: a TaskError or a `pageError`, whose `help`, if any, is a way out: the key of a word and what the button does;
    again(): tries once more. */
export function troubles(bench, root, section) {
  const place = root.querySelector("#oops");
  const retry = place.querySelector("button");
  const { tools } = bench;
  const help = element("button", { type: "button", className: "btn soft help", hidden: true });
  place.append(help);
  help.addEventListener("click", () => trouble?.error.help?.act());
  let trouble = null;
  const write = () => {
    place.hidden = !trouble;
    if (!trouble) return;
    const { title, error, kept, again } = trouble;
    place.querySelector("b").textContent = tools.t(`${section}.error.${title}`);
    place.querySelector("p").textContent = tools.sentences([error.sentence, kept && tools.t(`${section}.error.${kept}`)]);
    help.hidden = !error.help;
    if (error.help) help.textContent = tools.t(error.help.word);
    if (retry) retry.hidden = !again;
  };
  retry?.addEventListener("click", () => trouble?.again?.());
  bench.on("trouble", (reported) => {
    trouble = reported;
    write();
  });
  tools.onLanguage(write);
}
