/* Requests about runs: every one has the key of the visitor; files are fetched by plain HTTP; and it knows whether the server can
   be reached. */

import { password, rememberPassword, visitor } from "../visitor.js";

const UNREACHABLE = "frame.unreachable";
const OPEN = new Set(["hub_offers"]); // tasks without a password

export class Wire {
  constructor(tools) {
    Object.assign(this, visitor());
    this.tools = tools;
    this.password = password();
    this.reachable = true;
    this.listeners = new Set();
  }

  /** Use the administrator's password; "" to be a visitor again. */
  become(secret) {
    this.password = secret;
    rememberPassword(secret);
  }

  /** listener(reachable): called after each change. */
  onReach(listener) {
    this.listeners.add(listener);
  }

  _reached(reachable) {
    if (reachable === this.reachable) return;
    this.reachable = reachable;
    for (const listener of this.listeners) listener(reachable);
  }

  /** The report of a task; rejects with a TaskError. */
  async ask(task, fields = {}) {
    const seeing = this.password && !OPEN.has(task) ? { password: this.password } : {};
    try {
      const report = await this.tools.ask(task, { key: this.key, ...seeing, ...fields });
      this._reached(true);
      return report;
    } catch (error) {
      this._reached(error.key !== UNREACHABLE);
      throw error;
    }
  }

  /** The response for a file of a job or an upload; rejects with a TaskError. */
  async fetch(path, options = {}) {
    const headers = { "X-Likeness-Key": this.key, ...(this.password ? { "X-Likeness-Password": this.password } : {}) };
    let response;
    try {
      response = await fetch(new URL(path, document.baseURI), { ...options, headers });
    } catch (problem) {
      if (problem.name === "AbortError") throw problem;
      this._reached(false);
      throw new this.tools.TaskError({ key: UNREACHABLE });
    }
    if (!response.ok) throw new this.tools.TaskError(await refusal(response));
    return response;
  }
}

/** The error of a refused response: {key, en, zh} from its body, or by its status. */
async function refusal(response) {
  try {
    const said = await response.json();
    if (said?.error?.en) return said.error;
  } catch {
    // no JSON, so use the status
  }
  return { key: response.status === 413 ? "frame.too_large" : response.status === 404 ? "frame.no_file" : UNREACHABLE };
}
