/* Nodes of the page. A node is touched only when what it says has changed. */

/** A new element with properties (`dataset` among them) and children; null and undefined are no children. */
export function element(name, properties = {}, ...children) {
  const { dataset, ...plain } = properties;
  const node = Object.assign(document.createElement(name), plain);
  Object.assign(node.dataset, dataset);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Put text into a node unless it stands there already. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set an attribute unless it is set; null takes it away. */
export function put(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Show a node, or hide it. */
export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}
