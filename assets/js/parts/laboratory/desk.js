/* What the page knows and does: the settings, the worker that plays, and who wants to hear of it. */

import { SHAPING, settled } from "../engine/settings.js";

/** Speeds in steps a second; 0: as fast as it goes. */
export const PACES = [1, 10, 100, 1000, 0];
const LOG_APART = 200; // milliseconds between two logs

export class Desk {
  constructor(tools, settings, { pace = 0, views, plain = false }) {
    Object.assign(this, { tools, settings, pace, views, plain, playing: false, frame: null, ready: null, pointed: null, extra: [], log: { losses: [], measures: [] } });
    this.listeners = {};
    this.worker = new Worker(tools.staticUrl("js/parts/engine/worker.js"), { type: "module" });
    this.worker.onmessage = ({ data }) => this._heard(data);
    this.worker.onerror = (problem) => this.tell("broken", problem.message);
    this.waiting = false; // for a frame that was asked for
    this.stale = true; // something changed since the last frame
    this.logged = 0;
    document.addEventListener("visibilitychange", () => document.hidden && this.pause());
    this.start();
    const turn = () => {
      this._look();
      requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  }

  on(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }

  tell(event, what) {
    for (const listener of this.listeners[event] ?? []) listener(what);
  }

  /** A new run from the present settings. */
  start() {
    this.ready = null;
    this.frame = null;
    this.log = { losses: [], measures: [] };
    this.playing = false;
    this.worker.postMessage({ type: "new", settings: this.settings, plain: this.plain });
    this._changed();
    this.tell("restart");
  }

  /** Change settings; where they make other networks or data a new run begins, and goes on playing if it did. */
  set(changes) {
    const before = this.settings;
    this.settings = settled({ ...before, ...changes });
    const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(this.settings[name]);
    if (SHAPING.some(differs)) {
      const was = this.playing;
      this.start();
      if (was) this.play();
    } else this.worker.postMessage({ type: "change", settings: this.settings });
    this._changed();
    this.tell("settings");
  }

  /** Another experiment: these settings over the standard ones, these views, a new run that waits. */
  begin(settings, views) {
    this.settings = settled(settings);
    this.start();
    this.tell("settings");
    this.tell("playing");
    this.show([...views]);
  }

  show(views) {
    this.views = views;
    this._changed();
    this.tell("views");
  }

  /** Parts of a frame that are wanted beside the views. */
  want(extra) {
    this.extra = extra;
    this._changed();
  }

  play() {
    this.playing = true;
    this.worker.postMessage({ type: "play", speed: this.pace });
    this.tell("playing");
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.worker.postMessage({ type: "pause" });
    this._changed();
    this.tell("playing");
  }

  speed(pace) {
    this.pace = pace;
    if (this.playing) this.play();
    this.tell("pace");
  }

  /** One full step, or one of "d" or "g" alone. */
  step(half = null) {
    this.pause();
    this.worker.postMessage({ type: "step", half });
    this._changed();
  }

  go(tick) {
    this.pause();
    this.worker.postMessage({ type: "go", tick });
    this._changed();
  }

  _changed() {
    this.stale = true;
    this.logged = 0;
  }

  /** Ask for the next frame, once there is something new and the last has come. */
  _look() {
    if (this.waiting || !this.ready || !(this.playing || this.stale)) return;
    const now = performance.now(), log = now - this.logged > LOG_APART;
    if (log) this.logged = now;
    this.stale = false;
    this.waiting = true;
    this.worker.postMessage({ type: "frame", views: [...this.views, ...this.extra], log, place: this.pointed ?? [0, 0] });
  }

  _heard({ type, ...what }) {
    if (type === "broken") return this.tell("broken", what.message);
    if (type === "ready") {
      this.ready = what;
      this.waiting = false;
      this.stale = true;
      return this.tell("ready", what);
    }
    this.waiting = false;
    if (!this.ready) return undefined; // of the run before
    this.frame = what;
    if (what.seeking) this.stale = true;
    for (const [name, { fresh, rows }] of Object.entries(what.log ?? {})) this.log[name] = fresh ? rows : [...this.log[name], ...rows];
    this.tell("frame", what);
    if (what.log) this.tell("log", this.log);
    return undefined;
  }
}
