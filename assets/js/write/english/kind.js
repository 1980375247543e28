/* English stanzas as ../pen.js writes them. */

import { compose, wishOf } from "./composing.js";
import { START } from "./link.js";
import { Lexicon } from "./metre.js";

export const STANZAS = {
  model: START.model,
  known: (values) => new Lexicon(values.lexicon),
  wishOf,
  compose,
  told: ["where", 5],
  opinions: (texts, where) => ({ texts: [texts, [texts.length, texts[0].length]], where: [where, [texts.length, texts[0].length, 5]] }),
};
