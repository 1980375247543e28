/* The settings of the style page that a link may hold. */

import { isLocal } from "../parts/batch/link.js";
import { OWN, START } from "./bench.js";

const shareable = (style) => (isLocal(style) && style !== OWN ? style : "");
const shared = (settings) => ({ ...settings, seed: Math.round(settings.seed), style: shareable(settings.style), second: shareable(settings.second) });

export const LINK = {
  start: START,
  choices: { colours: ["style", "luminance", "matched"], where: ["everywhere", "inside", "outside"], form: ["png", "jpeg", "webp"] },
  limits: { blend: [0, 1], strength: [0, 1.5], strokes: [0.25, 4], detail: [0, 1], quality: [1, 100], seed: [0, 2 ** 32 - 1] },
  models: ["style", "second"],
  settled: shared,
  shared,
};
