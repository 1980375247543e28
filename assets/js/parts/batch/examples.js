/* Example pictures. */

import { element } from "../nodes.js";

/** names: {word of the section's `examples`: address below assets/}. */
export function examples(bench, root, opening, names) {
  const { tools } = bench;
  const buttons = Object.entries(names).map(([name, path]) => {
    const address = tools.staticUrl(path);
    const button = element("button", { type: "button" });
    const word = element("span");
    word.dataset.t = `${bench.section}.examples.${name}`;
    button.append(element("img", { src: address, alt: "" }), word);
    button.addEventListener("click", async () => {
      const blob = await (await fetch(address)).blob();
      if (bench.items.every(({ file: { example } }) => example)) bench.clear(); // pictures of the reader stay
      const file = new File([blob], path.split("/").pop(), { type: blob.type });
      await opening.open([Object.assign(file, { example: true })]);
    });
    return button;
  });
  root.querySelector("#examples").replaceChildren(...buttons);
  tools.fill(root.querySelector("#examples"));
  bench.on("busy", () => buttons.forEach((button) => (button.disabled = bench.busy)));
}
