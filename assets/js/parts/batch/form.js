/* The kind of file that is saved. */

import { Dial } from "../dial.js";
import { radios } from "../radios.js";

/** PNG, JPEG or WebP, and the quality of the last two. */
export function form(bench, root) {
  const kind = radios(root.querySelector("#form"), (value) => bench.set({ form: value }));
  const options = { key: "batch.file.quality", low: 50, high: 100, step: 1, neutral: 92 };
  const dial = new Dial(root.querySelector("#quality"), bench.tools, options, (quality) => bench.set({ quality }));
  const follow = () => {
    kind(bench.settings.form);
    dial.element.hidden = bench.settings.form === "png";
    if (dial.value !== bench.settings.quality) dial.set(bench.settings.quality);
  };
  bench.on("settings", follow);
  bench.tools.onLanguage(() => dial.label());
  follow();
}
