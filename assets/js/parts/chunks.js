/* Pieces of files that say how they were made: chunks of a PNG and of a RIFF file (WAV, WebP), and text as XML wants it. */

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;" };
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

export const bytes = (text) => new TextEncoder().encode(text);
export const escaped = (text) => text.replace(/[&<>"\n\t]/g, (sign) => SIGNS[sign]);

function crc(data) {
  let c = 0xffffffff;
  for (const byte of data) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** A chunk of a PNG: length, name, content, checksum (big-endian). */
export function chunk(name, content) {
  const made = new Uint8Array(12 + content.length), view = new DataView(made.buffer);
  view.setUint32(0, content.length);
  made.set(bytes(name), 4);
  made.set(content, 8);
  view.setUint32(8 + content.length, crc(made.subarray(4, 8 + content.length)));
  return made;
}

/** A text of a PNG. */
export const itxt = (keyword, text) => chunk("iTXt", bytes(`${keyword}\0\0\0\0\0${text}`));

/** XMP in a PNG. */
export const xmp = (packet) => itxt("XML:com.adobe.xmp", packet);

/** A chunk of a RIFF file: name, length, content (little-endian, of even length). */
export function riff(name, content) {
  const made = new Uint8Array(8 + content.length + (content.length % 2));
  made.set(bytes(name));
  new DataView(made.buffer).setUint32(4, content.length, true);
  made.set(content, 8);
  return made;
}
