/* Zip files: the list of their entries, one entry, and new zips. Packing, unpacking and checksums are done by fflate. The list is read here
   (APPNOTE.TXT of PKWARE, 4.3 and 4.4), because fflate does not read names in old encodings, and refuses a whole zip for one damaged entry.
   */

import { decoded, litter, text } from "./names.js";

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [WIDE_END, WIDE_LOCATOR, WIDE_EXTRA, FULL] = [0x06064b50, 0x07064b50, 0x0001, 0xffffffff]; // of the format for large zips (zip64)
const UTF8 = 0x0800;
const [UNICODE_PATH, LINK] = [0x7075, 0xa]; // the id of an extra field; the kind of file in the upper bits of the attributes
const [STORED, DEFLATED] = [0, 8];
const LONGEST_END = 22 + 65535;
const RATIO = 200; // an entry that claims to have shrunk by more than this is a bomb: pictures hardly shrink
const LARGEST = 0xfff00000; // bytes of a new zip: fflate does not write the format for large ones

const fflate = () => import("../../vendor/fflate/browser.js");

/** CRC-32 of bytes, as fflate writes it into a zip. */
function checksum({ ZipPassThrough }, bytes) {
  const entry = new ZipPassThrough("");
  entry.ondata = () => {};
  entry.push(bytes, true);
  return entry.crc >>> 0;
}

/** The name in UTF-8 that some programs add beside the other one; "" if there is none, or if it belongs to another name. */
function beside(library, { extra, raw }) {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let p = 0; p + 4 <= extra.length; ) {
    const [kind, size] = [view.getUint16(p, true), view.getUint16(p + 2, true)];
    const right = kind === UNICODE_PATH && size > 5 && p + 4 + size <= extra.length && view.getUint32(p + 5, true) === checksum(library, raw);
    if (right) return new TextDecoder().decode(extra.subarray(p + 9, p + 4 + size));
    p += 4 + size;
  }
  return "";
}

/** Set the names of the entries, with forward slashes and composed accents. */
function named(library, list) {
  const unmarked = list.filter(({ utf8, raw }) => !utf8 || text(raw, "utf-8") === null); // some programs mark every name as UTF-8
  const guessed = decoded(unmarked.map(({ raw }) => raw));
  for (const [i, entry] of unmarked.entries()) entry.name = beside(library, entry) || guessed[i];
  for (const entry of list) entry.name = (entry.name ?? new TextDecoder().decode(entry.raw)).replaceAll("\\", "/").normalize("NFC");
  return list;
}

/** An entry cannot be used; reason: "locked", "damaged" or "too_large". */
class EntryError extends Error {
  constructor(reason, options) {
    super(reason, options);
    this.reason = reason;
  }
}

/** The entries of a zip: [{name, method, packed, size, sum, locked, link, offset}], without folders and without files left by operating
    systems. RangeError or Error if the file is no zip. */
export async function entries(file) {
  const tail = await file.slice(Math.max(0, file.size - LONGEST_END)).arrayBuffer();
  const end = new DataView(tail);
  let at = end.byteLength - 22;
  while (at >= 0 && end.getUint32(at, true) !== END) at--;
  if (at < 0) throw new Error("no end of a zip");
  let [count, bytes, start] = [end.getUint16(at + 10, true), end.getUint32(at + 12, true), end.getUint32(at + 16, true)];
  if (count === 0xffff || bytes === FULL || start === FULL) [count, bytes, start] = await wide(file, file.size - end.byteLength + at);
  const view = new DataView(await file.slice(start, start + bytes).arrayBuffer());
  const list = [];
  for (let i = 0, p = 0; i < count; i++) {
    if (view.getUint32(p, true) !== CENTRAL) throw new Error("no entry of a zip");
    const [name, extra, comment] = [28, 30, 32].map((place) => view.getUint16(p + place, true));
    const flags = view.getUint16(p + 8, true);
    const entry = {
      raw: new Uint8Array(view.buffer, p + 46, name),
      extra: new Uint8Array(view.buffer, p + 46 + name, extra),
      utf8: Boolean(flags & UTF8),
      locked: Boolean(flags & 1),
      link: view.getUint16(p + 40, true) >> 12 === LINK,
      method: view.getUint16(p + 10, true),
      sum: view.getUint32(p + 16, true),
      packed: view.getUint32(p + 20, true),
      size: view.getUint32(p + 24, true),
      offset: view.getUint32(p + 42, true),
    };
    list.push(widened(entry));
    p += 46 + name + extra + comment;
  }
  return named(await fflate(), list).filter(({ name }) => !name.endsWith("/") && !litter(name));
}

/** [number of entries, bytes of the list, its offset] of a zip in the format for large ones (4.3.14), whose ordinary end is at `at`. */
async function wide(file, at) {
  const locator = new DataView(await file.slice(Math.max(0, at - 20), at).arrayBuffer());
  if (locator.getUint32(0, true) !== WIDE_LOCATOR) throw new Error("no end of a large zip");
  const place = Number(locator.getBigUint64(8, true));
  const record = new DataView(await file.slice(place, place + 56).arrayBuffer());
  if (record.getUint32(0, true) !== WIDE_END) throw new Error("no end of a large zip");
  return [32, 40, 48].map((field) => Number(record.getBigUint64(field, true)));
}

/** An entry with the numbers that do not fit into its own fields (4.5.3). */
function widened(entry) {
  const { extra } = entry;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let p = 0; p + 4 <= extra.length; p += 4 + view.getUint16(p + 2, true)) {
    if (view.getUint16(p, true) !== WIDE_EXTRA) continue;
    let at = p + 4;
    for (const field of ["size", "packed", "offset"]) {
      if (entry[field] !== FULL) continue;
      entry[field] = Number(view.getBigUint64(at, true));
      at += 8;
    }
  }
  return entry;
}

/** The bytes of one entry as a Blob, of at most `most` bytes. EntryError if it cannot be unpacked. */
export async function unpack(file, entry, most) {
  if (entry.locked) throw new EntryError("locked");
  if (Math.max(entry.size, entry.packed) > most || entry.size > RATIO * Math.max(entry.packed, 64)) throw new EntryError("too_large");
  const library = await fflate();
  const bytes = await content(library, file, entry);
  if (checksum(library, bytes) !== entry.sum) throw new EntryError("damaged");
  return new Blob([bytes]);
}

/** The content of an entry: never longer than the size that the list states. */
async function content({ inflateSync }, file, { method, packed, size, offset }) {
  const head = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw new EntryError("damaged");
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const body = new Uint8Array(await file.slice(start, start + packed).arrayBuffer());
  if (method === STORED) return body;
  if (method !== DEFLATED) throw new EntryError("damaged");
  try {
    return inflateSync(body, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new EntryError("damaged", { cause });
  }
}

/** Equal for two names that are one file on a disk that ignores upper and lower case. */
const alike = (name) => name.normalize("NFC").toLowerCase();

/** The names in their order, changed so that no two are the same file: "cat.png", "cat-2.png". */
export function apart(names) {
  const taken = new Set();
  return names.map((name) => {
    const [, stem, ending] = name.match(/^(.*?)(\.[^.]*)?$/);
    let free = name;
    for (let n = 2; taken.has(alike(free)); n++) free = `${stem}-${n}${ending ?? ""}`;
    taken.add(alike(free));
    return free;
  });
}

/** A zip of [{name, blob}], stored without compression, since pictures hardly shrink. RangeError if it would be too large. */
export async function pack(files) {
  if (files.reduce((sum, { blob }) => sum + blob.size, 0) > LARGEST) throw new RangeError("too large for a zip");
  const { Zip, ZipPassThrough } = await fflate();
  const parts = []; // as Blobs, which the browser may keep on the disk
  const zip = new Zip((problem, bytes) => {
    if (problem) throw problem;
    parts.push(new Blob([bytes]));
  });
  const names = apart(files.map(({ name }) => name));
  for (const [i, { blob }] of files.entries()) {
    const entry = new ZipPassThrough(names[i]);
    zip.add(entry);
    entry.push(new Uint8Array(await blob.arrayBuffer()), true); // one in memory at a time
  }
  zip.end();
  return new Blob(parts, { type: "application/zip" });
}
