/* The worker of the chapters that train games of their own: plays them side by side, step for step, and shows them when asked. */

import { compiled } from "../../parts/engine/compiled.js";
import { Blend } from "./blend.js";
import { of, seen } from "./blend_measure.js";

const SLICE = 12; // milliseconds of training between two looks at what the page wants
let blends = [], module = null, playing = false, turnOf = 0;
const again = new MessageChannel();

function slice() {
  const began = performance.now();
  while (performance.now() - began < SLICE) for (const blend of blends) blend.step();
  again.port2.postMessage(turnOf);
}

again.port1.onmessage = ({ data }) => data === turnOf && playing && slice();

function play(yes) {
  turnOf += 1;
  playing = yes;
  if (yes) slice();
}

const said = {
  async new({ games }) {
    play(false);
    module ??= await compiled();
    blends = await Promise.all(games.map((settings) => Blend.open(settings, module)));
    postMessage({ type: "ready" });
  },
  play: () => play(true),
  pause: () => play(false),
  change: ({ game, settings }) => Object.assign(blends[game].settings, settings),
  frame: () => postMessage({ type: "frame", tick: blends[0]?.tick ?? 0, games: blends.map((blend) => ({ ...seen(blend), ...of(blend) })) }),
};

let before = Promise.resolve();
onmessage = ({ data }) => {
  before = before.then(() => said[data.type]?.(data)).catch((problem) => postMessage({ type: "broken", message: String(problem) }));
};
