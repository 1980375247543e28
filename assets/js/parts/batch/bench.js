/* The state of a page that works on several pictures one after the other: the pictures, the settings and the results. It reports every
   change; each page has a subclass, which says what its settings ask for. Events: "items" (a picture was added or removed, or changed its
   state), "shown" (another picture or its result), "settings", "busy" (work began or ended), "progress" (of the picture at work), "able"
   (whether work may begin), "saved" (these items went into files), "trouble"; a subclass may have more. An item is {file, name, width, height, thumbnail, state, fields, report,
   blob, error}; its state is "waiting", "working", "done", "failed" or "stopped", and `fields` are the settings that led to its result or
   its failure. */

import { Events } from "../events.js";

export class Batch extends Events {
  /** section: the locale section of the page, and the name of the task; settings: the first ones. */
  constructor(tools, server, section, settings) {
    super();
    Object.assign(this, { tools, server, section, items: [], shown: null, busy: false, progress: null });
    this.settings = { ...settings };
  }

  /** A sentence from the section of the page. */
  say(key, values) {
    return this.tools.t(`${this.section}.${key}`, values);
  }

  set(values) {
    Object.assign(this.settings, values);
    this.tell("settings");
  }

  /** What the present settings ask for, for one picture. Equal fields give equal results. */
  fieldsOf() {
    return { ...this.settings };
  }

  /** The same as an order: its fields, and `ask()`, a promise of everything that the task takes beside the picture. */
  order(item) {
    const fields = this.fieldsOf(item);
    return { fields, ask: async () => fields };
  }

  /** Whether the work may begin. */
  get able() {
    return true;
  }

  /** Whether the result or the failure of an item comes from the present settings. */
  fresh(item) {
    return Boolean(item.fields) && JSON.stringify(item.fields) === JSON.stringify(this.fieldsOf(item));
  }

  /** The pictures that have no result yet with the present settings. */
  get remaining() {
    return this.items.filter((item) => !this.fresh(item));
  }

  get done() {
    return this.items.filter(({ blob }) => blob);
  }

  /** Whether there is a result that was not saved. */
  get unsaved() {
    return this.done.some(({ blob, saved }) => blob !== saved);
  }

  /** Add pictures at the end of the list, and show the first that could be read. */
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

  /** Change the state of an item. */
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

  /** Report what happened, the error, and what was kept, see troubles.js; null when all is well. */
  trouble(title, error, kept) {
    if (title && error.name !== "TaskError" && !error.sentence) throw error;
    this.tell("trouble", title ? { title, error, kept } : null);
  }
}

/** A length of time in words: "about 4 s", "about 3 min". */
export function durationText(tools, seconds) {
  if (seconds >= 100) return tools.t("batch.picture.minutes", { minutes: tools.number(seconds / 60) });
  return tools.t("batch.picture.seconds", { seconds: tools.number(Math.max(1, seconds)) });
}
