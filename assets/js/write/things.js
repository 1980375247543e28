/* What stands in a picture of the closed world, as a table: what is so, and where what was said of it, or seen in it, is something else. */

import { element } from "../parts/nodes.js";

export const ATTRIBUTES = ["kind", "colour", "size", "slant", "place"];

/** The thing of `others` that each of `things` stands beside: the one in its place, else the one that agrees with it most. */
function beside(things, others) {
  const left = [...others];
  const taken = things.map((thing) => {
    const at = left.findIndex((other) => thing.place && other.place === thing.place);
    return at < 0 ? null : left.splice(at, 1)[0];
  });
  const alike = (one, other) => ATTRIBUTES.filter((name) => one[name] === other[name]).length;
  const pairs = things.map((thing, i) => {
    if (taken[i] || !left.length || thing.place) return [thing, taken[i]];
    left.sort((one, other) => alike(thing, other) - alike(thing, one));
    return [thing, left.shift()];
  });
  return [...pairs, ...left.map((other) => [null, other])];
}

/** The names of attributes in which two lists of things differ, "count" among them; what the first leaves open agrees with all. */
export function differing(things, others) {
  const pairs = beside(things, others);
  const wrong = ATTRIBUTES.filter((name) => pairs.some(([one, other]) => one && one[name] && one[name] !== other?.[name]));
  return things.length === others.length ? wrong : [...wrong, "count"];
}

/** Show `things` in `place`, and beside each attribute what `others` have instead, where they have something else. */
export function table(place, things, others, { t }) {
  const word = (name, value) => (value ? t(`scenes.${name}.${value.replace(" ", "_")}`) : t("scenes.open"));
  const cell = (name, one, other) => {
    if (!one) return element("td", { className: "wrong" }, element("b", {}, word(name, other[name])));
    const wrong = one[name] && one[name] !== other?.[name];
    if (!one[name] && other) return element("td", {}, element("i", {}, t("scenes.open")), " ", element("span", {}, word(name, other[name])));
    const instead = wrong ? element("b", {}, other ? word(name, other[name]) : t("scenes.nothing")) : null;
    return element("td", { className: wrong ? "wrong" : "" }, element("span", {}, word(name, one[name])), wrong ? " " : null, instead);
  };
  const head = element("tr", {}, ...ATTRIBUTES.map((name) => element("th", { scope: "col" }, t(`scenes.attribute.${name}`))));
  const rows = beside(things, others).map(([one, other]) => element("tr", {}, ...ATTRIBUTES.map((name) => cell(name, one, other))));
  place.replaceChildren(element("table", { className: "things" }, element("thead", {}, head), element("tbody", {}, ...rows)));
}
