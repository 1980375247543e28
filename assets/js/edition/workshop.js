/* The worker beside the page: orders go to it, and what is known of each is asked by its ticket, as ui/server/tickets.py tells it. */

import { say, wanted } from "./graphics.js";

const KEPT = 60_000; // milliseconds that a result's address holds
const PHONE = 16_000_000, DESK = 64_000_000; // pixels of a result; half a gigabyte of memory, and two

/** Most pixels of a result on this device. */
export const most = () => ((navigator.deviceMemory ?? 4) <= 4 || matchMedia("(pointer: coarse)").matches ? PHONE : DESK);

/** An address of a blob, for a while. */
export function addressOf(blob) {
  const address = URL.createObjectURL(blob);
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
  return address;
}

export class Workshop {
  constructor(place) {
    Object.assign(this, { place, worker: null, turns: new Map(), tickets: new Map(), next: 0 });
  }

  /** What the worker makes of an order; null for one that was taken back. */
  async work(job, order, given, ticket) {
    this.worker ??= this._started();
    const turn = ++this.next, state = { turn, told: { state: "working", done: 0, total: 0, seconds: null, shown: 0 } };
    if (ticket) this.tickets.set(ticket, state);
    const done = new Promise((resolve, reject) => this.turns.set(turn, { state, resolve, reject }));
    this.worker.postMessage({ turn, job, order, graphics: wanted(), root: new URL(window.likeness.root, document.baseURI).href }, given);
    try {
      const answer = await done;
      if (answer) say(answer.graphics);
      return answer;
    } finally {
      this.turns.delete(turn);
      this.tickets.delete(ticket);
    }
  }

  /** How far the work under a ticket is. */
  async progress({ ticket, seen = 0 }) {
    const state = this.tickets.get(ticket);
    if (!state) return { state: "gone" };
    const { preview, shown, ...told } = state.told;
    if (!preview || shown <= seen) return told;
    return { ...told, shown, preview: await this.place.dataUri(preview) };
  }

  async cancel({ ticket }) {
    const state = this.tickets.get(ticket);
    if (state) this.worker.postMessage({ turn: state.turn, cancel: true });
    return {};
  }

  _started() {
    const tools = this.place;
    const worker = new Worker(tools.staticUrl("js/edition/worker.js"), { type: "module" });
    const fail = (problem) => {
      console.warn(`worker: ${problem}`);
      return tools.elsewhere("edition.error.failed");
    };
    worker.onmessage = ({ data }) => {
      const { state, resolve, reject } = this.turns.get(data.turn) ?? {};
      if (!state) return;
      if (data.progress) state.told = { ...state.told, ...data.progress, shown: state.told.shown + (data.progress.preview ? 1 : 0) };
      else if (data.done) resolve(data.done);
      else if (data.failed?.name === "AbortError") resolve(null);
      else reject(fail(data.failed.message));
    };
    worker.onerror = ({ message }) => {
      for (const { reject } of this.turns.values()) reject(fail(message));
      this.worker = null;
    };
    return worker;
  }
}
