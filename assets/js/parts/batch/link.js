/* The settings in the address, so that a link opens the page with the same ones. Pictures are never part of a link, and neither are models
   that would have to be downloaded: nobody should fetch one only by following a link. A page says what a link may hold: {start: the first
   settings, choices: {name: [values]}, limits: {name: [low, high]}, models: [names], settled(settings): the same, with what does not fit
   together put right, shared(settings): the same, without what must not be part of a link}. */

/** Whether a model is on this machine, and not on the Hub or in a file. */
export const isLocal = (model) => /^[\w.-]{1,100}$/.test(model);

/** The settings that differ from the first ones, as a hash. */
function toHash(settings, { start, shared = (values) => values }) {
  const visible = shared(settings);
  const changed = Object.keys(start).filter((name) => visible[name] !== start[name]);
  return new URLSearchParams(changed.map((name) => [name, String(visible[name])])).toString();
}

/** The settings of a hash; what is missing or wrong there is as in the first ones. */
function fromHash(hash, { start, choices, limits, models, settled = (values) => values }) {
  const settings = { ...start };
  for (const [name, value] of new URLSearchParams(hash)) {
    if (models.includes(name) && isLocal(value)) settings[name] = value;
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
