/* A poem on paper: every character over its tone, the rhyme marked, the critic's opinion and the nearest line that was read in training. */

import { element } from "../parts/nodes.js";

const SIGNS = ["，", "。", "，", "。"];

/** The poem as text. */
export const text = (poem) => poem.lines.map((line, i) => line.text + SIGNS[i]).join("\n");

function signs(line, place) {
  const last = line.text.length - 1;
  return [...line.text].map((sign, i) => element("span", { className: i === last && line.rhymes ? "sign rhymes" : "sign" }, sign, element("small", {}, line.tones[i])));
}

/** The critic's opinion on a line: the share of real ones that it finds less real. */
export function meter({ real }, { t, number }) {
  const bar = element("i");
  bar.style.setProperty("--v", real);
  return element("span", { className: "meter" }, bar, element("span", {}, t("write.line.real", { percent: number(100 * real, 0) })));
}

function facts(line, tools) {
  const { t } = tools;
  const all = line.real === null ? [] : [meter(line, tools)];
  if (line.nearest === null) return all; // written in the page, and the server has not said yet
  const key = line.shared === 7 ? "write.line.copied" : "write.line.nearest";
  all.push(element("span", { className: "near" }, t(key, { line: line.nearest, shared: line.shared })));
  return all;
}

/** Show the poem in `list`, line by line. */
export function show(list, poem, tools) {
  list.replaceChildren(
    ...poem.lines.map((line, place) => {
      const words = element("span", { className: "signs" }, ...signs(line, place));
      return element("li", { className: "line" }, words, element("span", { className: "facts", lang: tools.language() }, ...facts(line, tools)));
    }),
  );
}

/** What there is to say of the whole poem. */
export function about(poem, { t, number, sentences }) {
  const kept = Object.entries(poem.kept).filter(([, keeps]) => !keeps).map(([rule]) => t(`write.rule.${rule}`));
  const said = [t("write.poem.about", { form: t(`write.form.${poem.form}`), rhyme: t(`write.rhyme.${poem.rhyme}`) })];
  said.push(kept.length ? t("write.poem.breaks", { rules: kept.join(t("write.poem.comma")) }) : t("write.poem.keeps"));
  if (poem.real !== null) said.push(t("write.poem.real", { percent: number(100 * poem.real, 0) }));
  return sentences(said);
}

/** Further drafts, with the critic's score. */
export function drafts(list, poem, { number }) {
  list.replaceChildren(
    ...poem.others.map((draft) => {
      const lines = [0, 7, 14, 21].map((start, i) => element("span", {}, draft.text.slice(start, start + 7) + SIGNS[i]));
      return element("li", {}, ...lines, element("span", { className: "note" }, draft.score === null ? "" : number(draft.score, 2)));
    }),
  );
}
