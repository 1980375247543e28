/* The controls at the side: how much larger, and of what character. They write into the settings and follow them. */

import { Dial } from "../parts/dial.js";
import { radios } from "../parts/radios.js";

const TIMES = ["2", "3", "4", "8"];
const LIMITS = { factor: [1.1, 8], width: [1, 100_000], print: [0.5, 500] };

/** The size: one of four factors, any factor, or a width in pixels or on paper. */
export function sizes(bench, root) {
  const find = (id) => root.querySelector(`#${id}`);
  let own = false; // whether a size other than the four factors is chosen
  const times = radios(find("times"), (value) => {
    own = value === "own";
    bench.set(own ? {} : { by: "factor", factor: Number(value) });
  });
  const by = radios(find("by"), (value) => value in LIMITS && bench.set({ by: value })); // changes of the number fields arrive here as well
  const follow = () => {
    const { settings } = bench;
    own ||= settings.by !== "factor" || !TIMES.includes(String(settings.factor));
    times(own ? "own" : settings.factor);
    by(settings.by);
    find("own").hidden = !own;
    for (const name of Object.keys(LIMITS)) if (document.activeElement !== find(name)) find(name).value = settings[name];
  };
  for (const [name, [low, high]] of Object.entries(LIMITS)) {
    const field = find(name);
    field.addEventListener("input", () => {
      const value = field.valueAsNumber;
      if (value >= low && value <= high) bench.set({ by: name, [name]: name === "width" ? Math.round(value) : value });
    });
    field.addEventListener("change", () => {
      const value = Number.isFinite(field.valueAsNumber) ? Math.min(high, Math.max(low, field.valueAsNumber)) : bench.settings[name];
      field.value = name === "width" ? Math.round(value) : value;
      bench.set({ by: name, [name]: Number(field.value) });
    });
  }
  bench.on("settings", follow);
  follow();
}

/** Crisp or faithful, and how strongly; dials that the chosen model does not know are hidden. */
export function character(bench, root) {
  const find = (id) => root.querySelector(`#${id}`);
  const kinds = ["photo", "fidelity", "best", "own"];
  const kind = radios(find("kind"), (value) => (kinds.includes(value) ? bench.set({ kind: value }) : bench.tell("choose", value))); // else a pack's
  const dials = Object.fromEntries(
    ["strength", "denoise"].map((name) => {
      const options = { key: `upscale.character.${name}`, low: 0, high: 100, step: 1, neutral: name === "strength" ? 100 : 50 };
      return [name, new Dial(find("dials"), bench.tools, options, (value) => bench.set({ [name]: value / 100 }))];
    }),
  );
  const follow = () => {
    const { settings } = bench;
    const crisp = settings.kind === "photo" || settings.kind === "best";
    const known = bench.known?.[settings.kind === "own" ? settings.model : settings.kind] ?? { strength: crisp, denoise: crisp };
    const named = Boolean(bench.known?.[settings.model]?.title); // it has a row of its own
    kind(settings.kind === "own" && named ? settings.model : settings.kind);
    find("own-model").hidden = !settings.model || named;
    if (settings.model) find("own-name").textContent = settings.model;
    for (const [name, dial] of Object.entries(dials)) {
      dial.element.hidden = !known[name];
      if (dial.value !== Math.round(settings[name] * 100)) dial.set(Math.round(settings[name] * 100));
    }
  };
  bench.on("settings", follow);
  bench.tools.onLanguage(() => Object.values(dials).forEach((dial) => dial.label()));
  bench.tools.onLanguage(follow);
  follow();
}
