/* Example pictures, each with marks. */

import { element } from "../parts/nodes.js";

const EXAMPLES = ["scratched", "wires", "torn", "drawing"];

export function examples(bench, root, opening) {
  const { tools } = bench;
  const address = (name, what) => tools.staticUrl(`pictures/repair/${name}${what}`);
  const read = async (name, what) => (await fetch(address(name, what))).blob();
  const buttons = EXAMPLES.map((name) => {
    const button = element("button", { type: "button" });
    button.setAttribute("aria-pressed", "false");
    const image = element("img", { src: address(name, ".webp"), alt: "", loading: "lazy" });
    const word = element("span");
    word.dataset.t = `repair.examples.${name}`;
    button.append(image, word);
    button.addEventListener("click", async () => {
      const [photo, mask] = await Promise.all([read(name, ".webp"), read(name, "-mask.png")]);
      if (!(await opening.open(photo, name))) return;
      bench.example = true;
      const marks = await createImageBitmap(mask);
      bench.mask.take(marks);
      marks.close();
      if (name === "scratched") bench.set({ fill: "smooth" }, true);
      button.setAttribute("aria-pressed", "true");
    });
    return button;
  });
  bench.on("photo", () => buttons.forEach((button) => button.setAttribute("aria-pressed", "false")));
  root.querySelector("#examples").replaceChildren(...buttons);
  tools.fill(root.querySelector("#examples"));
}
