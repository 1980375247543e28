/* Nodes of drawings in SVG. */

import { put } from "../parts/nodes.js";

const SVG = "http://www.w3.org/2000/svg";

/** A new node with attributes, at the end of `parent` where one is given. */
export function svg(name, attributes = {}, parent = null) {
  const node = document.createElementNS(SVG, name);
  set(node, attributes);
  parent?.append(node);
  return node;
}

/** Set several attributes. */
export function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) put(node, name, value);
}

/** Bring a pool of {name: node} to `count`: `make()` gives one more, what is too much is removed. */
export function pool(entries, count, make) {
  while (entries.length < count) entries.push(make());
  while (entries.length > count) for (const node of Object.values(entries.pop())) node?.remove();
}
