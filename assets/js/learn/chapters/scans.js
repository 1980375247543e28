/* Pictures that look like slices of a head scan, drawn by chance: enough to try the training page on medical-looking data, and nobody's. */

import { pack } from "../../parts/zip.js";
import { Random } from "../../parts/engine/random.js";
import { intoPng } from "../../parts/provenance.js";

export const SIDE = 64;
const NOISE = 10; // grey levels, standard deviation

/** Draw one into a context of SIDE x SIDE: skull, brain with folds, ventricles, and in every fourth a bright spot. */
export function scan(context, random) {
  const between = (low, high) => low + (high - low) * random.uniform(), oval = (x, y, across, down, turn, grey) => {
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.beginPath();
    context.ellipse(x, y, across, down, turn, 0, 2 * Math.PI);
    context.fill();
  };
  Object.assign(context, { fillStyle: "#000" });
  context.fillRect(0, 0, SIDE, SIDE);
  context.save();
  context.translate(SIDE / 2 + between(-2, 2), SIDE / 2 + between(-2, 2));
  context.rotate(between(-0.15, 0.15));
  const across = between(20, 25), down = between(25, 29), brain = Math.round(between(105, 135));
  oval(0, 0, across, down, 0, Math.round(between(215, 250)));
  oval(0, 0, across - 2.5, down - 2.5, 0, 25);
  oval(0, 0, across - 4, down - 4, 0, brain);
  for (let fold = 0; fold < 14; fold++) {
    const turn = (2 * Math.PI * fold) / 14 + between(-0.1, 0.1), out = between(0.8, 0.92);
    oval(Math.cos(turn) * (across - 4) * out, Math.sin(turn) * (down - 4) * out, between(1, 2), between(2.5, 4), turn - Math.PI / 2, brain - 35);
  }
  const wide = between(3, 6), high = between(6, 10), lean = between(0.15, 0.4);
  for (const side of [-1, 1]) oval(side * (wide + 1), between(-3, -1), wide * 0.7, high, side * lean, 35);
  if (random.uniform() < 0.25) oval(between(-12, 12), between(-14, 14), between(2, 4), between(2, 4), between(0, 3), 225);
  context.restore();
  const image = context.getImageData(0, 0, SIDE, SIDE);
  for (let at = 0; at < image.data.length; at += 4) image.data.fill(image.data[at] + NOISE * random.pair().a, at, at + 3);
  context.putImageData(image, 0, 0);
}

/** A zip with a folder of `count` of them, as PNG files. */
export async function folder(count, seed) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE }), context = canvas.getContext("2d", { willReadFrequently: true });
  const random = new Random(seed), files = [];
  for (let i = 1; i <= count; i++) {
    scan(context, random);
    files.push({ name: `scans/scan-${String(i).padStart(4, "0")}.png`, blob: await intoPng(await new Promise((done) => canvas.toBlob(done)), { kind: "random", task: "scans", settings: { seed, number: i } }) });
  }
  return pack(files);
}
