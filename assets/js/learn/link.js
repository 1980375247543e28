/* The whole state of the page as the part of its address after "#": what differs from the standard, and nothing else. */

import { DEFAULTS, settled } from "../parts/engine/settings.js";
import { CHAPTERS } from "./tasks.js";

export const VIEWS = ["points", "field", "density", "mesh", "arrows", "trails", "best"];
const SHOWN = ["points", "field"];
const KNOWN = ["chapter", "views", "pace", "digit", ...Object.keys(DEFAULTS)];
const NUMBER = /^-?\d*\.?\d+(e-?\d+)?$/i;

/** Points of data drawn by hand, one byte a coordinate. */
function packed(points) {
  const bytes = Uint8Array.from(points.flat(), (x) => Math.round((x / 1.5) * 127) + 127);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unpacked(text) {
  try {
    const bytes = Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => ((letter.charCodeAt(0) - 127) * 1.5) / 127);
    return Array.from({ length: Math.floor(bytes.length / 2) }, (_, i) => bytes.slice(2 * i, 2 * i + 2));
  } catch {
    return [];
  }
}

/** The digit that a link from the page Digits brings along: {digit, z}, z as that page packs it; null for none, or for what is none. */
function brought(parts) {
  const [digit, packed] = [Number(parts.get("digit")), parts.get("z")];
  if (!packed || !Number.isInteger(digit) || digit < 0 || digit > 9) return null;
  try {
    const bytes = Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const z = new Float32Array(bytes.buffer);
    return z.length && z.every(Number.isFinite) ? { digit, z, packed } : null;
  } catch {
    return null;
  }
}

/** {settings, views, chapter, pace, made} -> "data=ring&loss=hinge". */
export function toHash({ settings, views, chapter, pace, made = null }) {
  const parts = new URLSearchParams();
  if (chapter) parts.set("chapter", chapter);
  if (made) for (const [name, value] of Object.entries({ digit: made.digit, z: made.packed })) parts.set(name, value);
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    const value = settings[name];
    if (JSON.stringify(value) === JSON.stringify(standard)) continue;
    if (name === "drawn") {
      if (settings.data === "drawn") parts.set(name, packed(value));
    } else parts.set(name, Array.isArray(value) ? value.join("-") : String(value));
  }
  const own = CHAPTERS[chapter - 1]?.settings ?? {}; // what a chapter brings that is named alone
  if (Object.keys(own).length && !Object.keys(DEFAULTS).some((name) => parts.has(name))) parts.set("data", settings.data);
  if (VIEWS.some((view) => views.includes(view) !== SHOWN.includes(view))) parts.set("views", views.join("-") || "none");
  if (pace) parts.set("pace", pace);
  return parts.toString();
}

/** The state that a link holds, all of it possible: a chapter without settings brings its own. `said`: whether it says anything at all. */
export function fromHash(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const given = {};
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    const text = parts.get(name);
    if (text === null) continue;
    if (name === "drawn") given[name] = unpacked(text);
    else if (Array.isArray(standard)) given[name] = text.split("-").map(Number);
    else given[name] = typeof standard === "number" ? (NUMBER.test(text) ? Number(text) : undefined) : text;
  }
  const pace = [1, 10, 100, 1000].find((each) => String(each) === parts.get("pace")) ?? 0;
  const number = Math.round(Number(parts.get("chapter"))) || 1, chapter = CHAPTERS[number - 1] ? number : 1;
  const own = Object.keys(given).length ? { settings: given, views: SHOWN } : CHAPTERS[chapter - 1];
  const views = parts.has("views") ? VIEWS.filter((view) => parts.get("views").split("-").includes(view)) : [...own.views];
  return { settings: settled(own.settings), views, pace, chapter, made: brought(parts), said: KNOWN.some((name) => parts.has(name)) };
}
