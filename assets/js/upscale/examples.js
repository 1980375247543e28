/* Pictures to try it on. */

const EXAMPLES = { cat: "cat.png", launch: "launch.jpg", street: "street.png" };

export function examples(bench, root, opening) {
  const { tools } = bench;
  const buttons = Object.entries(EXAMPLES).map(([name, file]) => {
    const address = tools.staticUrl(`pictures/upscale/${file}`);
    const button = Object.assign(document.createElement("button"), { type: "button" });
    const word = document.createElement("span");
    word.dataset.t = `upscale.examples.${name}`;
    button.append(Object.assign(document.createElement("img"), { src: address, alt: "" }), word);
    button.addEventListener("click", async () => {
      const blob = await (await fetch(address)).blob();
      if (bench.items.every(({ file: { example } }) => example)) bench.clear(); // somebody's own pictures stay
      await opening.open([Object.assign(new File([blob], file, { type: blob.type }), { example: true })]);
    });
    return button;
  });
  root.querySelector("#examples").replaceChildren(...buttons);
  tools.fill(root.querySelector("#examples"));
  bench.on("busy", () => buttons.forEach((button) => (button.disabled = bench.busy)));
}
