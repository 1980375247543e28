/* The worker: plays a run in slices, and answers when the page asks what there is to see. It shares no memory with the page. */

import { compiled } from "./compiled.js";
import { Run } from "./run.js";
import { settled } from "./settings.js";

const SLICE = 12; // milliseconds of training between two looks at what the page wants
const sent = { losses: { rows: null, count: 0 }, measures: { rows: null, count: 0 } }; // of each log, what the page has
let run = null, module = null, playing = false, seeking = false, pace = 0, owed = 0, last = 0, measured = { since: 0, ticks: 0, rate: 0 }, turnOf = 0;
const again = new MessageChannel();

function slice() {
  const now = performance.now();
  let most = Infinity;
  if (pace) {
    owed = Math.min(pace, owed + ((now - last) / 1000) * pace);
    most = Math.floor(owed);
  }
  last = now;
  let done = 0;
  for (; done < most && performance.now() - now < SLICE; done++) run.advance();
  if (pace) owed -= done;
  measured.ticks += done;
  const seconds = (performance.now() - measured.since) / 1000;
  if (seconds > 0.5) measured = { since: performance.now(), ticks: 0, rate: measured.ticks / seconds };
  const turn = turnOf;
  if (pace && !done) setTimeout(() => turn === turnOf && slice(), 4);
  else again.port2.postMessage(turn);
}

/** A slice of the way back to an earlier state. */
function seek() {
  const began = performance.now();
  seeking = !run.approach(() => performance.now() - began > SLICE);
  if (seeking) again.port2.postMessage(turnOf);
}

again.port1.onmessage = ({ data }) => data === turnOf && (playing ? slice() : seeking && seek());

/** The state that was asked for, before anything is done from there. */
function arrive() {
  if (seeking) run.approach();
  seeking = false;
}

function play(yes, speed = 0) {
  turnOf += 1; // of several plays, pauses and ways back in a row only the last goes on
  if (yes) arrive();
  [playing, pace, owed, last] = [yes, speed, 0, performance.now()];
  measured = { since: last, ticks: 0, rate: 0 };
  if (yes) slice();
}

/** Of a log, what the page has not yet: {fresh, rows}, where fresh tells that they stand in the place of all it has. A run makes another list
    when it thins or cuts one. */
function unsent(name) {
  const rows = run[name], fresh = sent[name].rows !== rows, out = { fresh, rows: rows.slice(fresh ? 0 : sent[name].count) };
  sent[name] = { rows, count: rows.length };
  return out;
}

/** What the page draws; `views`: names of the parts it shows, and of what the chapter's figure wants; place: what the reader points at. */
function frame({ views, log, place }) {
  const { game, measure } = run;
  const out = { tick: run.tick, end: run.end, seeking, lost: game.lost(), updates: game.updates, losses: game.losses, rate: playing ? measured.rate : 0, playing, now: run.measures.findLast(({ tick }) => tick <= run.tick) };
  const dense = views.includes("density") || (game.data.dims === 1 && views.includes("points"));
  const counted = dense || views.includes("best") || views.includes("shares") ? measure.counted() : null;
  if (views.includes("field")) out.field = measure.field();
  if (views.includes("best")) out.best = measure.best(counted);
  if (dense) out.density = measure.soft(counted);
  if (views.includes("mesh")) out.mesh = measure.mesh();
  if (views.includes("points")) Object.assign(out, measure.seen());
  if (views.includes("shares")) out.shares = { p: measure.p, q: counted };
  if (views.includes("at")) out.at = measure.at(place);
  if (log) out.log = { losses: unsent("losses"), measures: unsent("measures") };
  const buffers = ["field", "best", "density", "mesh", "points", "arrows", "real"].map((name) => out[name]?.buffer).filter(Boolean);
  postMessage({ type: "frame", ...out }, buffers);
}

const said = {
  async new({ settings, plain }) {
    play(false);
    seeking = false;
    module ??= plain ? null : await compiled();
    run = await Run.open(settled(settings), plain ? null : module);
    const { data } = run.game;
    postMessage({ type: "ready", wasm: Boolean(module) && !plain, dims: data.dims, modes: data.modes, density: run.measure.soft(run.measure.p), floor: run.measure.floor, weights: { g: run.game.G.count, d: run.game.D.count } });
  },
  play: ({ speed }) => play(true, speed),
  pause: () => (play(false), seeking && seek()),
  step: ({ half }) => (play(false), arrive(), run.advance(half)),
  go: ({ tick }) => (play(false), run.aim(tick), seek()),
  change: ({ settings }) => (arrive(), run.change(settings)),
  frame,
};

let before = Promise.resolve();
onmessage = ({ data }) => {
  before = before.then(() => said[data.type]?.(data)).catch((problem) => postMessage({ type: "broken", message: String(problem) }));
};
