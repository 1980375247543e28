/* Opens photos that are chosen, dropped or pasted. */

import { shownBy, upright } from "../parts/bitmap.js";
import { crowded, MEGABYTES, MEGAPIXELS, smaller } from "../parts/smaller.js";
import { pageError } from "../parts/troubles.js";

export class Opening {
  constructor(bench, root) {
    this.bench = bench;
    shownBy(bench.tools);
    const input = root.querySelector("#photo");
    for (const each of [input, root.querySelector("#camera")]) {
      each.addEventListener("change", () => {
        const [file] = each.files;
        each.value = "";
        if (file) this.open(file);
      });
    }
    root.querySelector("#replace").addEventListener("click", () => input.click());
    document.addEventListener("paste", (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (file) this.open(file);
    });
  }

  /** Open a file. If it is no picture, nothing changes. True if it was opened. */
  async open(file, name = file.name) {
    const { bench } = this;
    if (bench.busy) return false;
    const kept = bench.file ? "kept" : undefined;
    if (file.size > MEGABYTES * 2 ** 20) {
      return this._large(file, "too_large", kept);
    }
    let picture;
    try {
      picture = await upright(file);
    } catch (error) {
      bench.trouble("open", error.name === "TaskError" ? error : pageError(bench.tools, "repair.error.not_a_picture"), kept);
      return false;
    }
    if (crowded(picture)) {
      picture.close();
      return this._large(file, "too_many_pixels", kept);
    }
    await bench.take(file, picture, (name || "photo").replace(/\.[^.]*$/, "") || "photo");
    picture.close();
    return true;
  }

  /** Say that a photo is too large, and offer a smaller copy. */
  _large(file, key, kept) {
    const { bench } = this;
    const act = async () => {
      const copy = await smaller(file).catch(() => null);
      if (copy) return this.open(copy);
      return bench.trouble("open", pageError(bench.tools, "repair.error.not_smaller"), kept);
    };
    const error = pageError(bench.tools, `repair.error.${key}`, { megabytes: MEGABYTES, megapixels: MEGAPIXELS });
    bench.trouble("open", Object.assign(error, { help: { word: "repair.error.smaller", act } }), kept);
    return false;
  }
}
