/** Errors, above the action: what happened, what to do, what was kept. section: of the locale, whose `error` holds their words. */
export function troubles(bench, root, section) {
  const place = root.querySelector("#oops");
  const { tools } = bench;
  let held = null;
  const write = () => {
    place.hidden = !held;
    if (!held) return;
    const space = tools.language() === "zh" ? "" : " ";
    place.querySelector("b").textContent = tools.t(`${section}.error.${held.title}`);
    place.querySelector("p").textContent = [held.error.sentence, held.kept ? tools.t(`${section}.error.${held.kept}`) : ""].filter(Boolean).join(space);
  };
  bench.on("trouble", (what) => {
    held = what;
    write();
  });
  tools.onLanguage(write);
}
