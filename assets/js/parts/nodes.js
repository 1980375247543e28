/* Makes nodes of the page, and changes them only when they would show something else. */

/** A new element with properties (`dataset` among them) and children; null and undefined are no children. */
export function element(name, properties = {}, ...children) {
  const { dataset, ...plain } = properties;
  const node = Object.assign(document.createElement(name), plain);
  Object.assign(node.dataset, dataset);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set the text of a node, if it differs. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Set an attribute, if it differs; null removes it. */
export function put(node, name, value) {
  if (value === null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Fill one of several buttons: what is to be done next. */
export function fill(buttons, filled) {
  for (const button of buttons) {
    button.classList.toggle("main", button === filled);
    button.classList.toggle("soft", button !== filled);
  }
}

/** Show a node, or hide it. */
export function show(node, shown) {
  if (node.hidden === shown) node.hidden = !shown;
}
