/* An equation in plain signs, as the losses have it in the locale files, as MathML: "L_D = ½ (D(x) − 1)² L_G = …". */

const NS = "http://www.w3.org/1998/Math/MathML";
const WORDS = new Set(["log", "max", "min", "exp"]);
const HALVES = { "½": ["1", "2"], "¼": ["1", "4"] };

const node = (name, ...children) => {
  const element = document.createElementNS(NS, name);
  element.append(...children);
  return element;
};

/** The signs of a line: names, numbers, operators. */
const signs = (line) => line.match(/[A-Za-zσ∇γλ]+(?:_[A-Za-z0-9])?|\d+(?:\.\d+)?|[²½¼]|\S/gu) ?? [];

function sign(text) {
  if (HALVES[text]) return node("mfrac", ...HALVES[text].map((digit) => node("mn", digit)));
  if (/^\d/.test(text)) return node("mn", text);
  if (text.includes("_")) return node("msub", ...text.split("_").map((part) => node("mi", part)));
  if (WORDS.has(text)) return node("mi", text);
  if (/^[A-Za-zσγλ]/u.test(text)) return node("mi", text);
  const operator = node("mo", text);
  if ("()|‖".includes(text)) operator.setAttribute("stretchy", "false");
  return operator;
}

/** One line as MathML children; ² belongs to what is before it, which may be a whole bracket. */
function row(line) {
  const stack = [[]];
  for (const text of signs(line)) {
    const here = stack.at(-1);
    if (text === "(") stack.push([sign(text)]);
    else if (text === ")" && stack.length > 1) {
      here.push(sign(text));
      stack.pop();
      stack.at(-1).push(node("mrow", ...here));
    } else if (text === "²") here.push(node("msup", here.pop() ?? node("mi"), node("mn", "2")));
    else if (WORDS.has(text)) here.push(sign(text), space());
    else here.push(sign(text));
  }
  return stack.flat();
}

function space() {
  const element = node("mspace");
  element.setAttribute("width", "0.17em");
  return element;
}

/** The equations of a text, which are separated by three blanks, one below the other; read aloud as they are written. */
export function equation(text) {
  const rows = text.split(/\s{3,}/).map((line) => node("mtr", node("mtd", ...row(line))));
  const table = node("mtable", ...rows);
  table.setAttribute("displaystyle", "true");
  table.setAttribute("columnalign", "left");
  table.setAttribute("rowspacing", "0.5em");
  const math = node("math", table);
  math.setAttribute("display", "block");
  math.setAttribute("aria-label", text.replace(/\s{3,}/, ", "));
  return math;
}
