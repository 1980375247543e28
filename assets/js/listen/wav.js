/* A sound as a WAV file of 16 bits, with what makes it again in its list of facts, as ganapp/sounds/files.py writes it. */

import { RATE } from "./mel.js";

const chunk = (name, bytes) => {
  const even = new Uint8Array(8 + bytes.length + (bytes.length % 2));
  even.set(new TextEncoder().encode(name));
  new DataView(even.buffer).setUint32(4, bytes.length, true);
  even.set(bytes, 8);
  return even;
};

const joined = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** The samples of a WAV file of 16 bits and one channel, as this server makes them. */
export function samplesOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 12; // after RIFF, its length and WAVE
  while (at + 8 <= bytes.length && view.getUint32(at) !== 0x64617461) at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) % 2);
  const count = at + 8 <= bytes.length ? view.getUint32(at + 4, true) >> 1 : 0;
  return Float32Array.from({ length: count }, (_, i) => view.getInt16(at + 8 + 2 * i, true) / 32767);
}

/** The bytes of a file; fields: what makes it again, the task among them. */
export function wav(samples, fields) {
  const format = new DataView(new ArrayBuffer(16));
  [[0, 1], [2, 1], [12, 2], [14, 16]].forEach(([at, value]) => format.setUint16(at, value, true));
  [[4, RATE], [8, 2 * RATE]].forEach(([at, value]) => format.setUint32(at, value, true));
  const data = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) => data.setInt16(2 * i, Math.round(sample * 32767), true));
  const text = new TextEncoder().encode(`${JSON.stringify({ likeness: fields })}\0`);
  const facts = joined(new TextEncoder().encode("INFO"), chunk("ICMT", text));
  const inside = [chunk("fmt ", new Uint8Array(format.buffer)), chunk("data", new Uint8Array(data.buffer)), chunk("LIST", facts)];
  return chunk("RIFF", joined(new TextEncoder().encode("WAVE"), ...inside));
}
