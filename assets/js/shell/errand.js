/* Long work on the server: asked for under a ticket, watched while it lasts, and taken back where somebody changes their mind. */

const GLANCE = 350; // milliseconds between two looks at how far it is
const visitor = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
let tickets = 0;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One piece of work at a time; whoever has more of them makes more errands. */
export class Errand {
  /** server: the page's remote procedures; ask: tools.ask. */
  constructor(server, ask) {
    Object.assign(this, { server, ask, ticket: null, stop: null });
  }

  /** The answer of a task, or null where it was taken back. fields(): a promise of what the task is sent; report(state): called with how far
      it is, {state: "sending"}, then as tickets.py says. Rejects with a TaskError, and with what `fields` rejects with. */
  async run(task, fields, report = null) {
    const ticket = (this.ticket = `${visitor}.${++tickets}`);
    const stopped = new Promise((resolve) => (this.stop = () => resolve(null)));
    const answered = this._ask(task, fields, ticket);
    answered.catch(() => {}); // what comes after a cancel is of no interest
    report?.({ state: "sending" });
    if (report) this._watch(ticket, report);
    try {
      const answer = await Promise.race([answered, stopped]);
      return answer?.cancelled ? null : answer;
    } finally {
      if (ticket === this.ticket) Object.assign(this, { ticket: null, stop: null });
    }
  }

  /** The page is free at once; the server stops at its next step. */
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
    let seen = 0; // previews of the work
    for (;;) {
      await pause(GLANCE);
      if (ticket !== this.ticket) return;
      let state = null;
      try {
        state = await this.server.progress({ ticket, seen });
      } catch {
        continue; // the answer itself will say that the server is gone
      }
      if (ticket !== this.ticket || !state || state.state === "gone") continue;
      seen = state.shown ?? seen;
      report(state);
    }
  }
}
