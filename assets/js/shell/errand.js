/* Long work on the server: requested with a ticket, watched while it lasts, and cancelled when the reader presses Cancel. */

const GLANCE = 350; // milliseconds between two looks at how far it is
const visitor = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
let tickets = 0;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One piece of work at a time; for more, use several errands. */
export class Errand {
  /** server: the page's remote procedures; ask: tools.ask. */
  constructor(server, ask) {
    Object.assign(this, { server, ask, ticket: null, stop: null });
  }

  /** The answer of a task, or null if it was cancelled. fields(): a promise of the fields to send; report(state): called with the progress,
      first {state: "sending"}, then the states of tickets.py. Rejects with a TaskError, or with the error of `fields`. */
  async run(task, fields, report = null) {
    const ticket = (this.ticket = `${visitor}.${++tickets}`);
    const stopped = new Promise((resolve) => (this.stop = () => resolve(null)));
    const answered = this._ask(task, fields, ticket);
    answered.catch(() => {}); // an answer after a cancel is ignored
    report?.({ state: "sending" });
    if (report) this._watch(ticket, report);
    try {
      const answer = await Promise.race([answered, stopped]);
      return answer?.cancelled ? null : answer;
    } finally {
      if (ticket === this.ticket) Object.assign(this, { ticket: null, stop: null });
    }
  }

  /** Cancel: the page is free at once, the server stops at its next step. */
  cancel() {
    const { ticket, stop } = this;
    if (!ticket) return;
    Object.assign(this, { ticket: null, stop: null });
    this.server.cancel({ ticket }).catch((problem) => console.warn(`cancel: ${problem}`));
    stop();
  }

  async _ask(task, fields, ticket) {
    const request = await fields();
    return ticket === this.ticket ? this.ask(task, { ...request, ticket }) : null;
  }

  async _watch(ticket, report) {
    let seen = 0; // number of the last preview that was received
    for (;;) {
      await pause(GLANCE);
      if (ticket !== this.ticket) return;
      let state = null;
      try {
        state = await this.server.progress({ ticket, seen });
      } catch {
        continue; // the request itself will fail if the server is gone
      }
      if (ticket !== this.ticket || !state || state.state === "gone") continue;
      seen = state.shown ?? seen;
      report(state);
    }
  }
}
