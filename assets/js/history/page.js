/* The page of the last results: makes its parts, which share one desk. */

import { Desk } from "./desk.js";
import { List } from "./list.js";
import { Shown } from "./shown.js";

/** See ganapp/ui/page.py. */
export async function start(root, _server, tools) {
  const desk = new Desk(tools);
  new Shown(desk, root);
  new List(desk, root);
  await desk.look();
}
