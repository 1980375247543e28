/* The settings in the address: a link opens the page with the same ones. Pictures never stand there, nor models that would be fetched from
   elsewhere only because somebody followed a link.

   A page says what may stand there: {start: its settings to begin with, choices: {name: [values]}, limits: {name: [low, high]},
   models: [names], settled(settings): the same, with what does not go together put right, shared(settings): the same, without what no link
   may say}. */

/** Whether a model is here, and not on the Hub or in a file. */
export const local = (model) => /^[\w.-]{1,100}$/.test(model);

/** What differs from the settings to begin with. */
function toHash(settings, { start, shared = (values) => values }) {
  const visible = shared(settings);
  const changed = Object.keys(start).filter((name) => visible[name] !== start[name]);
  return new URLSearchParams(changed.map((name) => [name, String(visible[name])])).toString();
}

/** The settings of a hash; what it does not say or says badly is as in the beginning. */
function fromHash(hash, { start, choices, limits, models, settled = (values) => values }) {
  const settings = { ...start };
  for (const [name, value] of new URLSearchParams(hash)) {
    if (models.includes(name) && local(value)) settings[name] = value;
    else if (choices[name]?.includes(value)) settings[name] = value;
    else if (limits[name] && value !== "" && Number(value) >= limits[name][0] && Number(value) <= limits[name][1]) settings[name] = Number(value);
  }
  return settled(settings);
}

export function link(bench, spec) {
  const take = () => {
    const hash = location.hash.slice(1);
    if (hash !== toHash(bench.settings, spec)) bench.set(fromHash(hash, spec));
  };
  bench.on("settings", () => {
    const hash = toHash(bench.settings, spec);
    if (location.hash.slice(1) !== hash) history.replaceState(history.state, "", `${location.pathname}${location.search}${hash ? `#${hash}` : ""}`);
  });
  window.addEventListener("hashchange", take);
  take();
}
