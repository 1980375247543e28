/* The whole state of the page as the part of its address after "#": what differs from the standard, and nothing else. */

import { DEFAULTS, settled } from "./engine/settings.js";

export const VIEWS = ["points", "field", "density", "mesh", "arrows", "trails", "best"];
const SHOWN = ["points", "field"];
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

/** {settings, views, chapter, pace} -> "data=ring&loss=hinge". */
export function toHash({ settings, views, chapter, pace }) {
  const parts = new URLSearchParams();
  if (chapter) parts.set("chapter", chapter);
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    const value = settings[name];
    if (JSON.stringify(value) === JSON.stringify(standard)) continue;
    if (name === "drawn") {
      if (settings.data === "drawn") parts.set(name, packed(value));
    } else parts.set(name, Array.isArray(value) ? value.join("-") : String(value));
  }
  if (VIEWS.some((view) => views.includes(view) !== SHOWN.includes(view))) parts.set("views", views.join("-") || "none");
  if (pace) parts.set("pace", pace);
  return parts.toString();
}

/** The state that a link holds, all of it possible; `said`: whether it says anything about the settings. */
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
  const views = parts.has("views") ? VIEWS.filter((view) => parts.get("views").split("-").includes(view)) : [...SHOWN];
  const pace = [1, 10, 100, 1000].find((each) => String(each) === parts.get("pace")) ?? 0;
  const chapter = Math.round(Number(parts.get("chapter"))) || 0;
  return { settings: settled(given), views, pace, chapter, said: Object.keys(given).length > 0 };
}
