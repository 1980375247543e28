/* The settings in the address: a link opens the page with the same ones. Pictures never stand there, nor models that would be fetched from
   elsewhere only because somebody followed a link. */

import { START } from "./bench.js";

const CHOICES = { kind: ["photo", "fidelity", "own"], by: ["factor", "width", "print"], form: ["png", "jpeg", "webp"] };
const LIMITS = { factor: [1.1, 8], width: [1, 100_000], print: [0.5, 500], strength: [0, 1], denoise: [0, 1], quality: [1, 100] };

const local = (model) => /^[\w.-]{1,100}$/.test(model);

/** What differs from the settings to begin with. */
export function toHash(settings) {
  const far = settings.model && !local(settings.model);
  const changed = Object.keys(START).filter((name) => settings[name] !== START[name] && !(far && (name === "model" || settings[name] === "own")));
  return new URLSearchParams(changed.map((name) => [name, String(settings[name])])).toString();
}

/** The settings of a hash; what it does not say or says badly is as in the beginning. */
export function fromHash(hash) {
  const said = new URLSearchParams(hash);
  const settings = { ...START };
  for (const [name, value] of said) {
    if (name === "model" && local(value)) settings.model = value;
    else if (CHOICES[name]?.includes(value)) settings[name] = value;
    else if (LIMITS[name] && value !== "" && Number(value) >= LIMITS[name][0] && Number(value) <= LIMITS[name][1]) settings[name] = Number(value);
  }
  if (settings.kind === "own" && !settings.model) settings.kind = START.kind;
  return settings;
}

export function link(bench) {
  const take = () => {
    const hash = location.hash.slice(1);
    if (hash !== toHash(bench.settings)) bench.set(fromHash(hash));
  };
  bench.on("settings", () => {
    const hash = toHash(bench.settings);
    if (location.hash.slice(1) !== hash) history.replaceState(history.state, "", `${location.pathname}${location.search}${hash ? `#${hash}` : ""}`);
  });
  window.addEventListener("hashchange", take);
  take();
}
