/* Zip files without a library: read with the browser's own inflater, written with nothing compressed (pictures hardly shrink).
   Format: APPNOTE.TXT of PKWARE, sections 4.3 and 4.4; no encryption; what is written stays below 4 GB. */

import { decoded, litter, text } from "./names.js";

const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [WIDE_END, WIDE_LOCATOR, WIDE_EXTRA, FULL] = [0x06064b50, 0x07064b50, 0x0001, 0xffffffff]; // of zips in the format for large ones
const UTF8 = 0x0800;
const [UNICODE_PATH, LINK] = [0x7075, 0xa]; // an extra field; the kind of file in the upper bits of an entry's attributes
const LONGEST_END = 22 + 65535;
const RATIO = 200; // an entry that says it shrank more than this is a bomb: pictures hardly shrink at all

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc(bytes) {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = TABLE[(value ^ bytes[i]) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

/** The name in UTF-8 that some programs keep beside the other; "" without one, or one of another name. */
function beside(extra, raw) {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  for (let p = 0; p + 4 <= extra.length; ) {
    const [kind, size] = [view.getUint16(p, true), view.getUint16(p + 2, true)];
    const right = kind === UNICODE_PATH && size > 5 && p + 4 + size <= extra.length && view.getUint32(p + 5, true) === crc(raw);
    if (right) return new TextDecoder().decode(extra.subarray(p + 9, p + 4 + size));
    p += 4 + size;
  }
  return "";
}

/** The entries' names, with forward slashes and accents composed. */
function named(list) {
  const unmarked = list.filter(({ utf8, raw }) => !utf8 || text(raw, "utf-8") === null); // some programs mark every name
  const guessed = decoded(unmarked.map(({ raw }) => raw));
  for (const [i, entry] of unmarked.entries()) entry.name = beside(entry.extra, entry.raw) || guessed[i];
  for (const entry of list) entry.name = (entry.name ?? new TextDecoder().decode(entry.raw)).replaceAll("\\", "/").normalize("NFC");
  return list;
}

/** Why a file of a zip cannot be used: "locked", "damaged" or "too_large". */
class EntryError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The list at a zip's end: [{name, method, packed, size, sum, locked, link, offset}], without folders and what operating systems leave
    behind. RangeError or Error for what is no zip. */
export async function entries(file) {
  const tail = await file.slice(Math.max(0, file.size - LONGEST_END)).arrayBuffer();
  const end = new DataView(tail);
  let at = end.byteLength - 22;
  while (at >= 0 && end.getUint32(at, true) !== END) at--;
  if (at < 0) throw new Error("no end of a zip");
  let [count, bytes, start] = [end.getUint16(at + 10, true), end.getUint32(at + 12, true), end.getUint32(at + 16, true)];
  if (count === 0xffff || bytes === FULL || start === FULL) [count, bytes, start] = await wide(file, file.size - end.byteLength + at);
  const view = new DataView(await file.slice(start, start + bytes).arrayBuffer());
  const found = [];
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
    found.push(widened(entry));
    p += 46 + name + extra + comment;
  }
  return named(found).filter(({ name }) => !name.endsWith("/") && !litter(name));
}

/** [number of entries, bytes of the list, where it begins] of a zip in the format for large ones (4.3.14), whose short end stands at `at`. */
async function wide(file, at) {
  const locator = new DataView(await file.slice(Math.max(0, at - 20), at).arrayBuffer());
  if (locator.getUint32(0, true) !== WIDE_LOCATOR) throw new Error("no end of a large zip");
  const place = Number(locator.getBigUint64(8, true));
  const record = new DataView(await file.slice(place, place + 56).arrayBuffer());
  if (record.getUint32(0, true) !== WIDE_END) throw new Error("no end of a large zip");
  return [32, 40, 48].map((field) => Number(record.getBigUint64(field, true)));
}

/** An entry with the numbers that did not fit into its own fields (4.5.3). */
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

/** The bytes of one entry as a Blob, of at most `most` bytes. EntryError, or an Error of the inflater, for what cannot be unpacked. */
export async function unpack(file, entry, most) {
  if (entry.locked) throw new EntryError("locked");
  if (entry.size > most || entry.size > RATIO * Math.max(entry.packed, 64)) throw new EntryError("too_large");
  const blob = await unpacked(file, entry, most);
  if (crc(new Uint8Array(await blob.arrayBuffer())) !== entry.sum) throw new EntryError("damaged");
  return blob;
}

async function unpacked(file, { method, packed, offset }, most) {
  const head = new DataView(await file.slice(offset, offset + 30).arrayBuffer());
  if (head.getUint32(0, true) !== LOCAL) throw new EntryError("damaged");
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const body = file.slice(start, start + packed);
  if (method === 0) return body;
  if (method !== 8) throw new EntryError("damaged");
  const parts = [];
  let size = 0;
  const reader = body.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    size += value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      throw new EntryError("too_large");
    }
    parts.push(value);
  }
}

/** What two names share that are one file on a disk without upper and lower case. */
const alike = (name) => name.normalize("NFC").toLowerCase();

/** Names made different from each other: "cat.png", "cat-2.png". */
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

function record(fields) {
  const bytes = new Uint8Array(fields.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [width, value] of fields) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return bytes;
}

/** A zip of [{name, blob}], nothing compressed; when: its files' date. */
export async function pack(files, when = new Date()) {
  const time = (when.getHours() << 11) | (when.getMinutes() << 5) | (when.getSeconds() >> 1);
  const date = ((when.getFullYear() - 1980) << 9) | ((when.getMonth() + 1) << 5) | when.getDate();
  const [parts, list] = [[], []];
  let offset = 0;
  const names = apart(files.map(({ name }) => name)).map((name) => new TextEncoder().encode(name));
  for (const [i, { blob }] of files.entries()) {
    const sum = crc(new Uint8Array(await blob.arrayBuffer()));
    const common = [[2, 20], [2, UTF8], [2, 0], [2, time], [2, date], [4, sum], [4, blob.size], [4, blob.size], [2, names[i].length], [2, 0]];
    const head = record([[4, LOCAL], ...common]);
    list.push(record([[4, CENTRAL], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), names[i]);
    parts.push(head, names[i], blob);
    offset += head.length + names[i].length + blob.size;
  }
  const bytes = list.reduce((sum, part) => sum + part.length, 0);
  const end = record([[4, END], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, bytes], [4, offset], [2, 0]]);
  return new Blob([...parts, ...list, end], { type: "application/zip" });
}
