/* The one place that knows the pictures, the settings and the results, and tells everyone else.

   Events: "items" (one more or less, or one in another state), "shown" (another picture or its result), "settings", "plan" (what is to be
   expected), "busy" (work began or ended), "progress" (of the picture at work), "trouble".
   An item is {file, name, width, height, thumbnail, state, fields, report, blob, error}; its state is "waiting", "working", "done",
   "failed" or "stopped", and `fields` are the settings that its result or its failure came from. */

const DPI = 300;
const INCH = 2.54; // centimetres

export const START = { kind: "photo", model: "", by: "factor", factor: 4, width: 3840, print: 20, strength: 1, denoise: 0.5, form: "png", quality: 92 };

export class Bench {
  constructor(tools, server) {
    Object.assign(this, { tools, server, listeners: {}, items: [], shown: null, busy: false, plan: null, progress: null });
    this.settings = { ...START };
  }

  on(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }

  tell(event, detail) {
    for (const listener of this.listeners[event] ?? []) listener(detail);
  }

  set(values) {
    Object.assign(this.settings, values);
    this.tell("settings");
  }

  /** The settings as the task `upscale` takes them; the same for every picture. */
  get fields() {
    const { kind, model, by, factor, width, print, strength, denoise, form, quality } = this.settings;
    const pixels = { factor: 0, width, print: Math.round((print / INCH) * DPI) }[by];
    return { model: kind === "own" ? model : kind, factor: by === "factor" ? factor : 4, width: pixels, strength, denoise, form, quality };
  }

  /** Whether what an item has (a result or a failure) came from the present settings. */
  fresh(item) {
    return Boolean(item.fields) && JSON.stringify(item.fields) === JSON.stringify(this.fields);
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

/** An error of the page's own: its sentence follows the language. */
export function told(tools, key, values = {}) {
  return {
    get sentence() {
      return tools.t(`upscale.error.${key}`, values);
    },
  };
}

/** A time as it is said: "about 4 s", "about 3 min". */
export function lasting(tools, seconds) {
  if (seconds >= 100) return tools.t("upscale.picture.minutes", { minutes: tools.number(seconds / 60) });
  return tools.t("upscale.picture.seconds", { seconds: tools.number(Math.max(1, seconds)) });
}
