/* What a picture file says about how it is to be turned, read by the rules of ganapp/pictures/containers.py, so that page and server agree; a test
   compares the two. Browsers differ from each other here, so the tags are taken out before a browser sees the file.

       const { orientation, parts } = await inspect(bytes)   1 to 8, and the file without these tags, as parts of a Blob */

const EXIF = latin("Exif\0\0");
const XMP = latin("http:" + "//ns.adobe.com/xap/1.0/\0"); // an identifier, not an address: nothing is fetched
const TEXTS = ["tEXt", "zTXt", "iTXt"];
const XMP_KEYWORD = "XML:com.adobe.xmp";
const RAW_EXIF = ["Raw profile type exif", "Raw profile type APP1"];
const RAW_XMP = ["Raw profile type xmp"];
const LONGEST = 4 * 2 ** 20; // bytes of unpacked tags
const TURNED = /tiff:Orientation[ \t\r\n]*(?:=[ \t\r\n]*["']|>)[ \t\r\n]*([1-8])(?![0-9])/;
const SIZES = { 1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4, 13: 4 }; // bytes of the TIFF types that hold whole numbers

function latin(text) {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function string(bytes) {
  return new TextDecoder("latin1").decode(bytes);
}

const begins = (bytes, start) => start.every((byte, i) => bytes[i] === byte);
const named = (bytes, at) => string(bytes.subarray(at, at + 4));
const wide = (bytes, at, little) => new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, little);

/** The segments of a JPEG up to its pixels, searched as libjpeg does: {kind, start, end, body}. */
function* segments(bytes) {
  let at = 2;
  while (at + 1 < bytes.length) {
    const kind = bytes[at + 1];
    if (bytes[at] !== 0xff || kind === 0xff) at += 1;
    else if (kind <= 1 || (kind >= 0xd0 && kind <= 0xd8)) at += 2;
    else {
      const end = at + 2 + (at + 4 > bytes.length ? 0 : 256 * bytes[at + 2] + bytes[at + 3]);
      if (kind === 0xd9 || kind === 0xda || end < at + 4 || end > bytes.length) return;
      yield { kind: kind === 0xe1 ? "APP1" : "", start: at, end, body: bytes.subarray(at + 4, end) };
      at = end;
    }
  }
}

function* chunks(bytes) {
  for (let at = 8, end; at + 12 <= bytes.length; at = end) {
    end = at + 12 + wide(bytes, at, false);
    if (end > bytes.length) return;
    yield { kind: named(bytes, at + 4), start: at, end, body: bytes.subarray(at + 8, end - 4) };
  }
}

function* riff(bytes) {
  for (let at = 12, size; at + 8 <= bytes.length; at += 8 + size + (size % 2)) {
    size = wide(bytes, at + 4, true);
    if (at + 8 + size > bytes.length) return;
    yield { kind: named(bytes, at), start: at, end: at + 8 + size, body: bytes.subarray(at + 8, at + 8 + size) };
  }
}

function blocks(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return segments(bytes);
  if (begins(bytes, [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])) return chunks(bytes);
  if (named(bytes, 0) === "RIFF" && named(bytes, 8) === "WEBP") return riff(bytes);
  return [];
}

/** A zlib stream unpacked; empty if it is damaged, cut short, followed by anything, or unpacks to more than LONGEST bytes. */
async function inflated(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const pieces = [];
  let length = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      pieces.push(piece.value);
      length += piece.value.length;
      if (length > LONGEST) {
        await reader.cancel();
        return new Uint8Array();
      }
    }
  } catch {
    return new Uint8Array();
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

function after(bytes, byte) {
  const at = bytes.indexOf(byte);
  return at < 0 ? new Uint8Array() : bytes.subarray(at + 1);
}

/** The text in a text chunk of a PNG. */
async function text({ kind, body }) {
  let rest = after(body, 0);
  let packed = kind === "zTXt";
  if (packed) rest = rest.subarray(1);
  if (kind === "iTXt") {
    packed = rest[0] === 1;
    rest = after(after(rest.subarray(2), 0), 0); // language, translated keyword
  }
  if (packed) return inflated(rest);
  return rest.length > LONGEST ? new Uint8Array() : rest;
}

/** The bytes that ImageMagick wrote as hexadecimal digits. */
function digits(bytes) {
  const plain = string(bytes).split("\n").slice(3).join("").replace(/[ \t\r\n]/g, "");
  if (plain.length % 2 || /[^0-9A-Fa-f]/.test(plain)) return new Uint8Array();
  return Uint8Array.from({ length: plain.length / 2 }, (_, i) => Number.parseInt(plain.slice(2 * i, 2 * i + 2), 16));
}

function bare(exif) {
  let rest = exif;
  while (begins(rest, EXIF)) rest = rest.subarray(EXIF.length);
  return rest;
}

/** The orientation in a TIFF header and its first directory; 0 if there is none. */
function turned(exif) {
  const little = { "II*\0": true, "MM\0*": false }[named(exif, 0)];
  if (little === undefined || exif.length < 8) return 0;
  const view = new DataView(exif.buffer, exif.byteOffset, exif.length);
  const start = view.getUint32(4, little);
  if (start + 2 > exif.length) return 0;
  const end = Math.min(start + 2 + 12 * view.getUint16(start, little), exif.length - 11);
  for (let at = start + 2; at < end; at += 12) {
    const [tag, kind, values] = [view.getUint16(at, little), view.getUint16(at + 2, little), view.getUint32(at + 4, little)];
    const size = SIZES[kind];
    if (tag !== 0x0112 || !size || !values) continue;
    const place = values * size <= 4 ? at + 8 : view.getUint32(at + 8, little);
    if (place + size > exif.length) continue;
    const value = size === 1 ? view.getUint8(place) : size === 2 ? view.getUint16(place, little) : view.getUint32(place, little);
    if (value >= 1 && value <= 8) return value;
  }
  return 0;
}

export async function inspect(bytes) {
  const first = { own: new Uint8Array(), raw: new Uint8Array(), packet: new Uint8Array(), rawPacket: new Uint8Array() };
  const take = (which, tag) => {
    if (!first[which].length) first[which] = tag;
  };
  const parts = [];
  let kept = 0;
  const cut = (start, end) => {
    parts.push(bytes.subarray(kept, start));
    kept = end;
  };
  for (const block of blocks(bytes)) {
    const { kind, body, start, end } = block;
    const keyword = TEXTS.includes(kind) ? string(body.subarray(0, 80)).split("\0")[0] : null;
    if ((kind === "APP1" && begins(body, EXIF)) || kind === "eXIf" || kind === "EXIF") take("own", bare(body));
    else if (kind === "APP1" && begins(body, XMP)) take("packet", body.subarray(XMP.length));
    else if (kind === "XMP ") take("packet", body);
    else if (keyword === XMP_KEYWORD) take("packet", first.packet.length ? body : await text(block));
    else if (RAW_EXIF.includes(keyword)) take("raw", first.raw.length ? body : bare(digits(await text(block))));
    else if (RAW_XMP.includes(keyword)) take("rawPacket", first.rawPacket.length ? body : digits(await text(block)));
    if (kind === "APP1" || kind === "eXIf") cut(start, end);
    if (kind === "EXIF") {
      cut(start, start + 4);
      parts.push(latin("LEFT")); // an unknown kind, so that the stated length of the file stays true
    }
  }
  parts.push(bytes.subarray(kept));
  const xmp = first.packet.length ? first.packet : first.rawPacket;
  const said = TURNED.exec(string(xmp));
  const orientation = turned(first.own.length ? first.own : first.raw) || (said ? Number(said[1]) : 0) || 1;
  return { orientation, parts };
}
