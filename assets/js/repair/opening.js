/* Opens photos that are chosen, dropped or pasted. */

import { upright } from "../parts/bitmap.js";
import { pageError } from "../parts/troubles.js";

const MEGABYTES = 20;

export class Opening {
  constructor(bench, root) {
    this.bench = bench;
    const input = root.querySelector("#photo");
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = "";
      if (file) this.open(file);
    });
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
      bench.trouble("open", pageError(bench.tools, "repair.error.too_large", { megabytes: MEGABYTES }), kept);
      return false;
    }
    let picture;
    try {
      picture = await upright(file);
    } catch {
      bench.trouble("open", pageError(bench.tools, "repair.error.not_a_picture"), kept);
      return false;
    }
    await bench.take(file, picture, (name || "photo").replace(/\.[^.]*$/, "") || "photo");
    picture.close();
    return true;
  }
}
