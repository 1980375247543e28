/* The words of the page in both languages, which its head carries. Fills the data-t... attributes, and changes the language without a
   reload. */

import { sentence } from "./markup.js";

const state = () => window.likeness;
const listeners = new Set();

/** "en" or "zh". */
export const language = () => state().language;

/** The sentence of a key in the present language, with its {braces} filled. An unknown key is returned as it is. */
export function t(key, values = {}) {
  const words = state().words[language()][key];
  if (words === undefined) {
    console.warn(`no words for ${key}`);
    return key;
  }
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Sentences one after the other, empty ones left out; Chinese leaves no space between them. */
export const sentences = (parts) => parts.filter(Boolean).join(language() === "zh" ? "" : " ");

const formats = new Map(); // to make one takes longer than to write a hundred numbers

/** A number as it is written in the present language: 1,840 or 0.83. */
export function number(value, digits = 0) {
  const place = language() === "zh" ? "zh-CN" : "en-GB", name = `${place} ${digits}`;
  if (!formats.has(name)) formats.set(name, new Intl.NumberFormat(place, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return formats.get(name).format(value);
}

const ATTRIBUTES = ["aria-label", "placeholder", "title", "alt", "lang"];

/** Fill the words of an element and of everything in it. */
export function fill(root) {
  const selector = ["[data-t]", "[data-t-html]", ...ATTRIBUTES.map((name) => `[data-t-${name}]`)].join();
  const elements = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) elements.push(root);
  for (const element of elements) {
    const values = element.dataset.tValues ? JSON.parse(element.dataset.tValues) : {};
    const put = (name, write) => element.hasAttribute(name) && write(t(element.getAttribute(name), values));
    put("data-t", (words) => (element.textContent = words));
    const { tHtml } = element.dataset;
    if (tHtml) element.replaceChildren(t(tHtml) === tHtml ? tHtml : sentence(t(tHtml))); // an unknown key is text, whatever stands in it
    for (const name of ATTRIBUTES) put(`data-t-${name}`, (words) => element.setAttribute(name, words));
  }
}

/** Call `listener(language)` after each change of language. */
export const onLanguage = (listener) => listeners.add(listener);

/** Change to "en" or "zh", remember the choice, and write every word of the page again. */
export function choose(chosen) {
  state().language = chosen;
  keep("language", chosen);
  state().apply();
  fill(document.body);
  for (const listener of listeners) listener(chosen);
}

/** Remember a choice in this browser; if storage is forbidden, it lasts until the page is left. */
export function keep(key, value) {
  try {
    localStorage.setItem(`likeness-${key}`, value);
  } catch (problem) {
    console.info("the choice is not kept:", problem.name);
  }
}
