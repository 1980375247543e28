/* Models other than the two of our own: those that are here, and any on the Hub by its name. What is known of them decides which sliders
   there are (bench.known). */

/** The shipped models stand for their kind. */
function kinds(known) {
  for (const kind of ["photo", "fidelity"]) {
    const ours = known[`upscale-x4-${kind}`] ?? known[`upscale-x2-${kind}`];
    if (ours) known[kind] = ours;
  }
}

export async function models(bench, root) {
  const { tools } = bench;
  const find = (id) => root.querySelector(`#${id}`);
  bench.known = {};
  const say = () => {
    const { kind, model } = bench.settings;
    const facts = kind === "own" ? bench.known[model] : null;
    const licence = facts?.licence || tools.t("upscale.model.unknown_licence");
    find("model-facts").textContent = facts ? tools.t("upscale.model.facts", { scale: facts.scale, channels: facts.channels, licence }) : "";
  };
  find("other-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = find("model").value.trim();
    if (name) bench.set({ kind: "own", model: name });
  });
  bench.on("settings", say);
  tools.onLanguage(say);
  let found = [];
  try {
    found = await bench.server.data();
  } catch (problem) {
    console.warn(`models: ${problem}`);
  }
  if (!Array.isArray(found)) return;
  for (const each of found) bench.known[each.id] = each;
  kinds(bench.known);
  find("models").replaceChildren(...found.map(({ id }) => Object.assign(document.createElement("option"), { value: id })));
  bench.tell("settings");
}
