/* Long work on the server: asked for under a ticket, watched while it lasts, and taken back where somebody changes their mind. */

const GLANCE = 350; // milliseconds between two looks at how far it is
const visitor = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
let tickets = 0;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Errand {
  /** server: the page's remote procedures; ask: tools.ask. */
  constructor(server, ask) {
    Object.assign(this, { server, ask, ticket: null, stop: null });
  }

  /** The answer, or null where it was taken back; `heard(state)` is told how far it is, see turns.py. Rejects with a TaskError. */
  async run(task, fields, heard) {
    const ticket = (this.ticket = `${visitor}.${++tickets}`);
    const stopped = new Promise((resolve) => (this.stop = () => resolve(null)));
    const asked = this.ask(task, { ...fields, ticket });
    asked.catch(() => {}); // what comes after a cancel is of no interest
    this._watch(ticket, heard);
    try {
      const answer = await Promise.race([asked, stopped]);
      return answer?.cancelled ? null : answer;
    } finally {
      Object.assign(this, { ticket: null, stop: null });
    }
  }

  /** The page is free at once; the server stops at its next step. */
  cancel() {
    if (!this.ticket) return;
    this.server.cancel({ ticket: this.ticket }).catch((problem) => console.warn(`cancel: ${problem}`));
    this.stop();
  }

  async _watch(ticket, heard) {
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
      heard(state);
    }
  }
}
