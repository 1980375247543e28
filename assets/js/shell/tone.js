/* Light and dark: the choice of the reader, else that of the system. */

import { keep } from "./words.js";

const listeners = new Set();
const system = matchMedia("(prefers-color-scheme: dark)");

/** "light" or "dark". */
export const tone = () => window.likeness.tone ?? (system.matches ? "dark" : "light");

/** Call `listener(tone)` after each change of tone. */
export const onTone = (listener) => listeners.add(listener);

function changed() {
  window.likeness.apply();
  for (const listener of listeners) listener(tone());
}

/** Change to the other tone, and remember it. */
export function toggle() {
  window.likeness.tone = tone() === "dark" ? "light" : "dark";
  keep("tone", window.likeness.tone);
  changed();
}

system.addEventListener("change", () => window.likeness.tone ?? changed());
