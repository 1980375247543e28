/* A picture as a file. PNG files of what shows through are written here, level by level: a canvas keeps colours there only roughly. */

import { chunk } from "../../parts/chunks.js";
import { solid } from "./levels.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const DEEP = 8, RGBA = 6; // bits of a level, and the type of the colours
const BYTES = 4; // of a pixel

/** What a byte is told against, by the number of the filter: the bytes to the left, above, and above to the left (PNG, section 9). */
const FILTERS = {
  1: (a) => a,
  2: (a, b) => b,
  4: (a, b, c) => {
    const [left, above, both] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
    if (left <= above && left <= both) return a;
    return above <= both ? b : c;
  },
};

/** A row as its differences, with the number of the filter before it: those that add up to the least. */
function filtered(row, above) {
  let best = null, least = Infinity;
  for (const [number, guess] of Object.entries(FILTERS)) {
    const made = new Uint8Array(row.length + 1);
    let sum = 0;
    made[0] = number;
    for (let i = 0; i < row.length; i++) {
      const before = i < BYTES ? 0 : row[i - BYTES], corner = i < BYTES ? 0 : above[i - BYTES];
      const each = (row[i] - guess(before, above[i], corner)) & 255;
      made[i + 1] = each;
      sum += each < 128 ? each : 256 - each;
    }
    if (sum < least) [best, least] = [made, sum];
  }
  return best;
}

async function png({ data, width, height }) {
  const rows = async function* () {
    let above = new Uint8Array(BYTES * width);
    for (let y = 0; y < height; y++) {
      const row = data.subarray(y * BYTES * width, (y + 1) * BYTES * width);
      yield filtered(row, above);
      above = row;
    }
  };
  const packing = new CompressionStream("deflate"), packed = new Response(packing.readable).arrayBuffer(), writer = packing.writable.getWriter();
  for await (const row of rows()) await writer.write(row);
  await writer.close();
  const head = new Uint8Array(13), view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([DEEP, RGBA], 8);
  const parts = [chunk("IHDR", head), chunk("IDAT", new Uint8Array(await packed)), chunk("IEND", new Uint8Array())];
  return new Blob([new Uint8Array(SIGNATURE), ...parts], { type: "image/png" });
}

/** An ImageData as a file of a type. */
export async function fileOf(image, type, quality) {
  if (type === "image/png" && !solid(image)) return png(image);
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas.convertToBlob({ type, quality });
}
