/* The settings of the upscale page that a link may hold. */

import { isLocal } from "../parts/batch/link.js";
import { START } from "./bench.js";

const far = ({ model }) => model && !isLocal(model);

export const LINK = {
  start: START,
  choices: { kind: ["photo", "fidelity", "best", "own"], by: ["factor", "width", "print"], form: ["png", "jpeg", "webp"] },
  limits: { factor: [1.1, 8], width: [1, 100_000], print: [0.5, 500], strength: [0, 1], denoise: [0, 1], quality: [1, 100] },
  models: ["model"],
  settled: (settings) => (settings.kind === "own" && !settings.model ? { ...settings, kind: START.kind } : settings),
  shared: (settings) => (far(settings) ? { ...settings, model: START.model, kind: settings.kind === "own" ? START.kind : settings.kind } : settings),
};
