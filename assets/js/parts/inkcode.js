/* A digit (32 x 32, 1 = ink) as text that fits in a link: 16 levels, row after row, four letters for three pixels' pairs. */

const SIDE = 32;
const LEVELS = 15;
const LENGTH = 683; // letters of 512 bytes

export function toCode(ink) {
  const bytes = Uint8Array.from({ length: (SIDE * SIDE) / 2 }, (_, i) => 16 * Math.round(ink[2 * i] * LEVELS) + Math.round(ink[2 * i + 1] * LEVELS));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The digit of a code, or null for text that is none. */
export function fromCode(text) {
  if (text.length !== LENGTH || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => ((bytes.charCodeAt(i >> 1) >> (i % 2 ? 0 : 4)) & 15) / LEVELS);
}
