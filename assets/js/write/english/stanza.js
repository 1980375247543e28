/* An English stanza on paper: every word over its stresses, the rhyme's letter at the end, the critic's opinion and the nearest line read. */

import { element } from "../../parts/nodes.js";
import { meter } from "../poem.js";

/** The stanza as text. */
export const text = (stanza) => stanza.lines.map((line) => line.text).join("\n");

const BEATS = { 1: "/", 0: "×", ".": "·" };

/** The words of a line, each over its part of the stresses. */
function words(line) {
  const groups = line.stresses.split(" ");
  return line.text.split(" ").map((word) => {
    const signs = /[A-Za-z]/.test(word) ? [...(groups.shift() ?? "")].map((sign) => BEATS[sign]).join(" ") : "";
    return element("span", { className: "word" }, word, element("small", { ariaHidden: "true" }, signs || "\u00a0"));
  });
}

const letters = (text) => text.toLowerCase().replace(/[^a-z]/g, "");

function facts(line, tools) {
  const { t } = tools;
  const all = line.real === null ? [] : [meter(line, tools)];
  if (!line.fits) all.push(element("span", { className: "off" }, t("stanzas.line.off", { syllables: line.syllables })));
  if (line.nearest === null) return all; // written in the page, and the server has not said yet
  const key = letters(line.nearest) === letters(line.text) ? "copied" : "nearest";
  all.push(element("span", { className: "near" }, t(`stanzas.line.${key}`, { line: line.nearest, shared: line.shared, words: line.words })));
  return all;
}

/** Show the stanza in `list`, line by line. */
export function show(list, stanza, tools) {
  list.replaceChildren(
    ...stanza.lines.map((line) => {
      const rhyme = element("span", { className: "letter" }, line.rhyme);
      const spoken = element("span", { className: line.rhyme ? "signs words rhymes" : "signs words" }, ...words(line), rhyme);
      return element("li", { className: "line english" }, spoken, element("span", { className: "facts", lang: tools.language() }, ...facts(line, tools)));
    }),
  );
}

/** What there is to say of the whole stanza. */
export function about(stanza, { t, number, sentences }) {
  const broken = Object.entries(stanza.kept).filter(([, keeps]) => !keeps).map(([rule]) => t(`stanzas.rule.${rule}`));
  const said = [t("stanzas.about", { metre: t(`stanzas.metre.${stanza.metre}`), scheme: t(`stanzas.scheme.${stanza.scheme}`) })];
  said.push(broken.length ? t("stanzas.breaks", { rules: broken.join(t("write.poem.comma")) }) : t("stanzas.keeps"));
  if (stanza.real !== null) said.push(t("stanzas.real", { percent: number(100 * stanza.real, 0) }));
  return sentences(said);
}

/** Further drafts, with the critic's score. */
export function drafts(list, stanza, { number }) {
  list.replaceChildren(
    ...stanza.others.map((draft) => {
      const lines = draft.text.split("\n").map((line) => element("span", {}, line));
      return element("li", {}, element("span", { className: "stack" }, ...lines), element("span", { className: "note" }, draft.score === null ? "" : number(draft.score, 2)));
    }),
  );
}
