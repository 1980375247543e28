/* A run: a game with its past. Any tick that was reached can be gone back to and continued from, with other settings. A tick is one full step,
   or one half step that the reader asked for. */

import { Game } from "./game.js";
import { Measure } from "./measure.js";
import { SHAPING, settled } from "./settings.js";

const ROOM = 48 * 2 ** 20; // bytes of kept states
const STATES = 400;
const ROWS = 600; // of each log
const APART = 100; // ticks between measures, at first
const FIELDS = ["d", "g", "penalty"];

/** Every second of a list, and everything that is asked to stay. */
const thinned = (list) => list.filter((_, i) => i % 2 === 0);

export class Run {
  constructor(game) {
    this.game = game;
    this.measure = new Measure(game);
    Object.assign(this, { tick: 0, end: 0, every: 10, apart: APART, stride: 1, halves: new Map(), changes: [{ tick: 0, settings: game.settings }] });
    Object.assign(this, { losses: [], sums: null, measures: [], states: [], spare: [], goal: 0 });
    this._keep();
    this.most = Math.max(20, Math.min(STATES, Math.floor(ROOM / (this.states[0].state.weights.byteLength + 200))));
    this.measures.push({ tick: 0, ...this.measure.take(this._chance()) });
  }

  static async open(settings, module) {
    return new Run(await Game.open(settings, module));
  }

  _chance() {
    return (this.game.settings.seed ^ Math.imul(this.tick + 1, 0x9e3779b1)) >>> 0;
  }

  _keep() {
    this.states.push({ tick: this.tick, state: this.game.save(this.spare.pop()) });
    if (this.states.length <= this.most) return;
    this._let(thinned(this.states));
    this.every *= 2;
  }

  /** Keep these states only. The room of the others is used again, so that a run of any length needs no more memory. */
  _let(stay) {
    const kept = new Set(stay);
    this.spare.push(...this.states.filter((each) => !kept.has(each)).map(({ state }) => state.weights));
    this.states = stay;
  }

  /** One tick forward: a full step, or "d" or "g" alone. What was to come after an earlier tick is given up. */
  advance(half = null) {
    if (this.tick < this.end) this._cut();
    if (half) this.halves.set(this.tick + 1, half);
    this._play();
    this.end = this.tick;
    this._note();
    if (this.tick % this.every === 0) this._keep();
    if (this.tick % this.apart === 0) this._take();
  }

  /** What happens in the tick after this one. */
  _play() {
    const half = this.halves.get(this.tick + 1);
    if (half === "d") this.game.stepD();
    else if (half === "g") this.game.stepG();
    else this.game.step();
    this.tick += 1;
  }

  _note() {
    const { d, g, r1, r2, gp } = this.game.losses, { settings } = this.game;
    const penalty = (settings.r1 / 2) * (r1 || 0) + (settings.r2 / 2) * (r2 || 0) + settings.gp * (gp || 0);
    this.sums ??= { count: 0, d: 0, g: 0, penalty: 0 };
    const sums = this.sums, now = { d, g, penalty };
    sums.count += 1;
    for (const name of FIELDS) sums[name] += now[name];
    if (sums.count < this.stride) return;
    this.losses.push({ tick: this.tick, ...Object.fromEntries(FIELDS.map((name) => [name, sums[name] / sums.count])) });
    this.sums = null;
    if (this.losses.length < ROWS) return;
    this.losses = this.losses.filter((_, i) => i % 2 === 1).map((row, i) => ({ tick: row.tick, ...Object.fromEntries(FIELDS.map((name) => [name, (row[name] + this.losses[2 * i][name]) / 2])) }));
    this.stride *= 2;
  }

  _take() {
    this.measures.push({ tick: this.tick, ...this.measure.take(this._chance()) });
    if (this.measures.length < ROWS) return;
    this.measures = thinned(this.measures);
    this.apart *= 2;
  }

  /** Forget everything after the present tick. */
  _cut() {
    const past = (list) => list.filter(({ tick }) => tick <= this.tick);
    this._let(past(this.states));
    Object.assign(this, { losses: past(this.losses), measures: past(this.measures), changes: past(this.changes), sums: null, end: this.tick });
    for (const tick of this.halves.keys()) if (tick > this.tick) this.halves.delete(tick);
  }

  /** The state at an earlier tick, exactly. */
  go(tick) {
    this.aim(tick);
    this.approach();
  }

  /** Set out for an earlier tick: from the last state kept before it, or from here where that is nearer. */
  aim(tick) {
    this.goal = Math.max(0, Math.min(this.end, Math.round(tick)));
    this.measure.before = null;
    const kept = this.states.findLast((each) => each.tick <= this.goal);
    if (kept.tick <= this.tick && this.tick <= this.goal) return;
    this.game.restore(kept.state);
    this.tick = kept.tick;
    this._obey();
  }

  /** Play again what was played then, under the settings of then, up to the tick aimed at or until `late()`. Whether it is reached. */
  approach(late = () => false) {
    while (this.tick < this.goal && !late()) {
      this._play();
      this._obey();
    }
    return this.tick >= this.goal;
  }

  /** Put the settings in force that held from this tick on. */
  _obey() {
    const change = this.changes.findLast((each) => each.tick <= this.tick);
    if (this.game.settings !== change.settings) this.game.settings = change.settings;
  }

  /** Go on under other settings. False, and nothing done, where they need other networks or data. */
  change(given) {
    const settings = settled(given), now = this.game.settings;
    if (SHAPING.some((name) => JSON.stringify(settings[name]) !== JSON.stringify(now[name]))) return false;
    if (this.tick < this.end) this._cut();
    this.changes = [...this.changes.filter(({ tick }) => tick < this.tick), { tick: this.tick, settings }];
    this.game.settings = settings;
    return true;
  }
}
