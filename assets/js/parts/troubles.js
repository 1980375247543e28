/* Errors, shown above the action: what happened, what to do, what was kept, and a button to try again where that makes sense. */

/** An error that the page itself detects, with the key of its sentence; the sentence follows the language. */
export function pageError(tools, key, values = {}) {
  return {
    get sentence() {
      return tools.t(key, values);
    },
  };
}

/** Show the "trouble" events of a desk or bench: {title, error, kept, again}, or null when all is well. title, kept: keys in `error` of a
    locale section; error: a TaskError or a `pageError`; again(): tries once more. */
export function troubles(bench, root, section) {
  const place = root.querySelector("#oops");
  const retry = place.querySelector("button");
  const { tools } = bench;
  let trouble = null;
  const write = () => {
    place.hidden = !trouble;
    if (!trouble) return;
    const { title, error, kept, again } = trouble;
    place.querySelector("b").textContent = tools.t(`${section}.error.${title}`);
    place.querySelector("p").textContent = tools.sentences([error.sentence, kept && tools.t(`${section}.error.${kept}`)]);
    if (retry) retry.hidden = !again;
  };
  retry?.addEventListener("click", () => trouble?.again?.());
  bench.on("trouble", (reported) => {
    trouble = reported;
    write();
  });
  tools.onLanguage(write);
}
