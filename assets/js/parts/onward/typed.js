/* For pages whose address says what they show: keeps that address and what stands in their fields, so that a reload or a crash brings back
   what was typed, and a later visit is offered the whole of last time. */

import { Keeping } from "./keeping.js";
import { find } from "./store.js";

/** fields: ids of the fields; name(): what the reader is told is still here, or "" while nothing is worth keeping. Returns {changed, fill}: to be
    called after every change that is no press or key of the reader's; fills the fields, once the page has filled them itself. */
export async function typed(root, tools, slug, fields, name) {
  const begun = location.hash; // before the page writes its own
  const inputs = () => fields.map((id) => root.querySelector(`#${id}`));
  const pack = () => {
    const values = Object.fromEntries(inputs().map(({ id, value }) => [id, value]));
    const some = location.hash || inputs().some((input) => input.value !== input.defaultValue);
    return some && name() ? { name: name(), bytes: location.hash.length, hash: location.hash, values } : null;
  };
  let touched = false;
  const listeners = [];
  const changed = () => touched && listeners.forEach((listener) => listener());
  for (const by of ["input", "change", "click", "keydown"]) {
    root.addEventListener(by, (event) => {
      if (event.target.closest?.("#again")) return;
      touched = true;
      changed();
    });
  }
  const bench = { tools, busy: false, unsaved: false, on: (_, listener) => listeners.push(listener) };
  const fill = (values) => inputs().forEach((input) => (input.value = values[input.id] ?? input.value));
  const unpack = async (work) => {
    if (!work.hash) return fill(work.values);
    history.replaceState(history.state, "", `${location.pathname}${location.search}${work.hash}`);
    location.reload(); // the page reads its address when it begins
  };
  const keeping = new Keeping(bench, root, slug, { events: "changed", pack: () => (touched ? pack() : null), unpack });
  const known = await find("work", slug);
  const same = known && begun && known.hash === begun;
  if (known && !begun) await keeping.offer();
  return { changed, fill: () => same && fill(known.values) };
}
