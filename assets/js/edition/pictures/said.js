/* What a file says of its making, put into it: source type and recipe as XMP in PNG, JPEG and WebP, unsigned, and the recipe of a digit as a
   text of its PNG. The packets are those of ganapp/pictures/provenance/xmp.py, with a place for the recipe. */

import { bytes as encode, escaped, itxt, riff, xmp } from "../../parts/chunks.js";

const PLACE = "RECIPE";

/** A file of these parts. */
const joined = async (type, ...parts) => new Blob(parts, { type });

async function png(blob, packet, texts) {
  const after = 33; // signature and IHDR
  return joined("image/png", blob.slice(0, after), xmp(packet), ...Object.entries(texts).map(([keyword, text]) => itxt(keyword, text)), blob.slice(after));
}

async function jpeg(blob, packet, marker) {
  const content = encode(marker + packet);
  const head = new Uint8Array([0xff, 0xe1, (content.length + 2) >> 8, (content.length + 2) & 255]);
  return content.length < 65_000 ? joined("image/jpeg", blob.slice(0, 2), head, content, blob.slice(2)) : blob;
}

async function webp(blob, packet, { width, height }) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const first = String.fromCharCode(...bytes.subarray(12, 16));
  const wide = first === "VP8X";
  const head = wide ? bytes.slice(20, 30) : new Uint8Array(10);
  head[0] |= 0x04 | (first === "VP8L" ? 0x10 : 0); // there is XMP; a lossless file may be transparent
  if (!wide) [width - 1, height - 1].forEach((side, i) => [0, 8, 16].forEach((by, k) => (head[4 + 3 * i + k] = (side >> by) & 255)));
  const rest = bytes.subarray(wide ? 30 : 12), parts = [riff("VP8X", head), rest, riff("XMP ", encode(packet))];
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, 4 + parts.reduce((sum, part) => sum + part.length, 0), true);
  return joined("image/webp", encode("RIFF"), size, encode("WEBP"), ...parts);
}

/** A picture file with what is said of its making. said: the edition's packets {created, filtered, jpeg, app}; done: "created" or "filtered";
    told: {task, models, settings, original}; size: of the picture; texts: further texts of a PNG, by keyword. */
export function saying(blob, said, done, told, size, texts = {}) {
  const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
  const recipe = JSON.stringify(sorted({ app: said.app, done, ...told }));
  const packet = said[done].replace(PLACE, escaped(recipe));
  if (blob.type === "image/png") return png(blob, packet, texts);
  return blob.type === "image/jpeg" ? jpeg(blob, packet, said.jpeg) : webp(blob, packet, size);
}
