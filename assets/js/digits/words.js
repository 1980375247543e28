/* The digit on the sheet in words, from what can be measured in its picture: "A bold seven, leaning right".

   What counts as bold or narrow is what a fifth of the hands that wrote MNIST went beyond for the same digit, and as leaning, what a tenth
   did. */

import { measured } from "../parts/hand.js";
import { USUAL } from "./usual.js";

/** Below, above or within what is usual of a digit: -1, 1 or 0. */
function beyond(name, digit, value) {
  const [low, high] = USUAL[name][digit];
  return value < low ? -1 : value > high ? 1 : 0;
}

/** The words' keys for a digit that measures so: {weight, width, slant}, each -1, 0 or 1. */
function traits(digit, { slant, weight: stroke, width }) {
  return { slant: beyond("slant", digit, slant), weight: beyond("weight", digit, stroke), width: beyond("width", digit, width) };
}

/** The sentence about a digit, in the language of `tools`. */
export function inWords(tools, digit, measures) {
  const found = traits(digit, measures);
  const word = (name) => (found[name] ? [tools.t(`digits.words.${name}.${found[name] < 0 ? "less" : "more"}`)] : []);
  const slant = tools.t(`digits.words.slant.${["less", "none", "more"][found.slant + 1]}`);
  const looks = [...word("weight"), ...word("width")];
  const digitWord = tools.t(`digits.words.digit.${digit}`);
  const key = looks.length ? "some" : "plain";
  return tools.t(`digits.words.${key}`, { looks: looks.join(tools.t("digits.words.join")), slant, digit: digitWord });
}

/** The line under the sheet that says it, for digits that are no blend. */
export function words(desk, root) {
  const line = root.querySelector("#words");
  const { tools } = desk;
  const write = () => {
    const { model, picture, state } = desk;
    const blended = state && state.to !== null && state.blend > 0;
    const fits = picture && model?.digits && model.size === 32 && desk.mode === "shape" && !blended;
    const said = fits ? inWords(tools, state.digit, measured(picture, model.size)) : "";
    line.hidden = !said;
    if (line.textContent !== said) line.textContent = said;
  };
  desk.on("painted mode model", write);
  tools.onLanguage(write);
}
