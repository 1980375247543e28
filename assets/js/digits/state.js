/* What the page shows, as one small record that fits in a link, and the latent that follows from it. model: id; seed, truncation: give the
   latent; origin: a latent in place of both (after a search), or null; digit, to, blend: the class; sliders: the value of each direction
   that was moved, in standard deviations; view: "ink" or "pixels". */

import * as latent from "../parts/latent.js";

export const REACH = 3; // a slider runs from -REACH to REACH

export function firstState(model, seed = 23) {
  return { model, seed, truncation: 1, origin: null, digit: 3, to: null, blend: 0, sliders: {}, view: "ink" };
}

/** The latent (length `n`) before any slider. */
export function baseLatent(state, n) {
  return state.origin ? Float32Array.from(state.origin) : latent.scaled(latent.fromSeed(state.seed, n), state.truncation);
}

/** The directions that the model has for the present class, orthonormal. */
export const directions = (state, model) => model.under(classWeights(state, model));

/** The values of the sliders that were moved and that the model has for the present class. */
export function movedSliders(state, model) {
  const there = directions(state, model);
  return Object.fromEntries(Object.entries(state.sliders).filter(([name]) => name in there));
}

/** The latent after the sliders. */
export function code(state, model) {
  return latent.moved(baseLatent(state, model.latent), directions(state, model), movedSliders(state, model));
}

/** The state with classes that the model has; without classes nothing is blended. */
export function withClassesOf(state, model) {
  const { classes } = model;
  const last = Math.max(0, classes - 1);
  const digit = classes ? Math.min(state.digit, last) : state.digit;
  const to = classes > 1 && state.to !== null ? Math.min(state.to, last) : null;
  return digit === state.digit && to === state.to ? state : { ...state, digit, to, blend: to === null ? 0 : state.blend };
}

/** Class weights; none for a model without classes. */
export function classWeights(state, model) {
  return latent.classes(model.classes, state.digit, state.to, state.blend);
}

/** The value of each slider that there is for the present class: as set if it was moved, else the coordinate of the latent. */
export function sliderValues(state, model) {
  return { ...latent.coordinates(baseLatent(state, model.latent), directions(state, model)), ...movedSliders(state, model) };
}

const round = (value) => String(Math.round(value * 1000) / 1000);

/** A latent as it stands in a link. */
export function packed(vector) {
  const bytes = new Uint8Array(Float32Array.from(vector).buffer);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  if (bytes.length % 4) throw new RangeError("not a latent");
  return Array.from(new Float32Array(bytes.buffer));
}

/** The record as the part of a link after "#". */
export function toHash(state) {
  const parts = new URLSearchParams({ model: state.model, seed: state.seed, digit: state.digit });
  if (state.truncation !== 1) parts.set("truncation", round(state.truncation));
  if (state.to !== null) parts.set("to", state.to);
  if (state.to !== null) parts.set("blend", round(state.blend));
  if (state.view !== "ink") parts.set("view", state.view);
  for (const [name, value] of Object.entries(state.sliders)) parts.set(`x.${name}`, round(value));
  if (state.origin) parts.set("z", packed(state.origin));
  return parts.toString();
}

const within = (low, high, value, otherwise) => {
  const number = Number(value);
  return value !== null && value !== "" && Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
};

/** The record that a link holds, over `start` for what it does not say; null for a link that holds none. */
export function fromHash(hash, start) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  if (!parts.has("seed") && !parts.has("z")) return null;
  const digit = (name, otherwise) => (parts.has(name) ? Math.round(within(0, 999, parts.get(name), 0)) : otherwise);
  const state = firstState(parts.get("model") || start.model, Math.round(within(0, 2 ** 32 - 1, parts.get("seed"), start.seed)));
  state.truncation = within(0, 1.5, parts.get("truncation"), 1);
  state.digit = digit("digit", start.digit);
  state.to = digit("to", null);
  state.blend = state.to === null ? 0 : within(0, 1, parts.get("blend"), 0);
  state.view = parts.get("view") === "pixels" ? "pixels" : "ink";
  for (const [name, value] of parts) if (name.startsWith("x.")) state.sliders[name.slice(2)] = within(-REACH, REACH, value, 0);
  try {
    state.origin = parts.has("z") ? unpacked(parts.get("z")) : null;
  } catch {
    state.origin = null;
  }
  return state;
}
