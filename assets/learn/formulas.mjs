/* Writes ../js/learn/chapters/formulas.js, the MathML of formulas.json: npm install && npm run formulas. The page loads no library for it. */

import { readFileSync, writeFileSync } from "node:fs";
import temml from "temml";

const here = (name) => new URL(name, import.meta.url);
const formulas = JSON.parse(readFileSync(here("formulas.json"), "utf-8"));
/** A prime is raised in the letters' own font: as a superscript it would hang too high. */
const lowered = (text) =>
  text
    .replace(/<msubsup>(<m[io]>[^<]*<\/m[io]>)(<m[io]>[^<]*<\/m[io]>)(<mo[^>]*>′<\/mo>)<\/msubsup>/g, "<msub><mrow>$1$3</mrow>$2</msub>")
    .replace(/<msup>(<m[io]>[^<]*<\/m[io]>)(<mo[^>]*>′<\/mo>)<\/msup>/g, "<mrow>$1$2</mrow>");
const mathml = (latex) => lowered(temml.renderToString(latex, { displayMode: true }).replace(/ (class|style)="[^"]*"/g, ""));
const lines = Object.entries(formulas).map(([name, latex]) => `  ${name}: () => markup\`${mathml(latex).replace("<math", `<math data-t-aria-label="chapters.formula.${name}"`)}\`,`);
writeFileSync(
  here("../js/learn/chapters/formulas.js"),
  `/* The formulas of the chapters as MathML, made by assets/learn/formulas.mjs of formulas.json: change them there. */

import { markup } from "../../shell/markup.js";

const FORMULAS = {
${lines.join("\n")}
};

/** New nodes of a formula, whose spoken words tools.fill puts in. */
export const formula = (name) => FORMULAS[name]().nodes;
`,
);
