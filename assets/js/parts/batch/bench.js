/* The one place that knows the pictures, the settings and the results of a page that works on pictures one after the other, and tells
   everyone else. A page has a bench of its own kind, which says what its settings ask for.

   Events: "items" (one more or less, or one in another state), "shown" (another picture or its result), "settings", "busy" (work began or
   ended), "progress" (of the picture at work), "able" (whether work may begin), "trouble"; a page's own bench may have more.
   An item is {file, name, width, height, thumbnail, state, fields, report, blob, error}; its state is "waiting", "working", "done",
   "failed" or "stopped", and `fields` are the settings that its result or its failure came from. */

import { Events } from "../events.js";

export class Batch extends Events {
  /** section: the page's own words, and the task that does the work; settings: those to begin with. */
  constructor(tools, server, section, settings) {
    super();
    Object.assign(this, { tools, server, section, items: [], shown: null, busy: false, progress: null });
    this.settings = { ...settings };
  }

  /** A sentence of the page's own. */
  say(key, values) {
    return this.tools.t(`${this.section}.${key}`, values);
  }

  set(values) {
    Object.assign(this.settings, values);
    this.tell("settings");
  }

  /** What the present settings ask for, for one picture: what of two is alike gives the same result. */
  fieldsOf() {
    return { ...this.settings };
  }

  /** The same as an order: its fields, and `ask()`, all that the task is to be sent beside the picture. */
  order(item) {
    const fields = this.fieldsOf(item);
    return { fields, ask: async () => fields };
  }

  /** Whether the work may begin. */
  get able() {
    return true;
  }

  /** Whether what an item has (a result or a failure) came from the present settings. */
  fresh(item) {
    return Boolean(item.fields) && JSON.stringify(item.fields) === JSON.stringify(this.fieldsOf(item));
  }

  /** What is still to be done with the present settings. */
  get remaining() {
    return this.items.filter((item) => !this.fresh(item));
  }

  get done() {
    return this.items.filter(({ blob }) => blob);
  }

  /** More pictures, at the end of the list; the first of them that is one is shown. */
  add(items) {
    this.items.push(...items);
    this.tell("items");
    this.show(items.find(({ width }) => width) ?? this.shown ?? items[0]);
  }

  remove(item) {
    const place = this.items.indexOf(item);
    this.items.splice(place, 1);
    this.tell("items");
    if (item === this.shown) this.show(this.items[Math.min(place, this.items.length - 1)] ?? null);
  }

  clear() {
    this.items = [];
    this.trouble(null);
    this.tell("items");
    this.show(null);
  }

  show(item) {
    this.shown = item;
    this.tell("shown");
  }

  /** An item is in another state. */
  change(item, values) {
    Object.assign(item, values);
    this.tell("items");
    if (item === this.shown && "blob" in values) this.tell("shown");
  }

  work(busy) {
    this.busy = busy;
    this.progress = null;
    this.tell("busy");
  }

  /** What happened, what to do, what was kept; null takes it away. */
  trouble(title, error, kept) {
    if (title && error.name !== "TaskError" && !error.sentence) throw error;
    this.tell("trouble", title ? { title, error, kept } : null);
  }
}

/** A time as it is said: "about 4 s", "about 3 min". */
export function lasting(tools, seconds) {
  if (seconds >= 100) return tools.t("batch.picture.minutes", { minutes: tools.number(seconds / 60) });
  return tools.t("batch.picture.seconds", { seconds: tools.number(Math.max(1, seconds)) });
}
