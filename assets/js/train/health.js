/* The health of a run: a lamp for each measure, with its number, its threshold, one sentence, and advice that can be followed. */

import { element, put, say, show } from "../parts/nodes.js";
import { plain, short } from "./values.js";

const FIRST = ["critic", "pair_diversity", "modes_covered"]; // always shown; the others when they are not good
const ORDER = [...FIRST, "recall", "coverage", "entropy", "divergence", "duplicates", "oscillation", "memorising"];
const NEAR = 0.2; // share of the distance between real pictures and the threshold: a measure closer than that to the threshold is "warn"

/** The ends of the scale of a lamp. */
function ends(name, { value, threshold, real, better }) {
  if (name === "critic") return [0.5, 1];
  if (name === "modes_covered") return [0, Math.max(real ?? 0, value, threshold)];
  if (better === "higher" || ["duplicates", "oscillation"].includes(name)) return [0, Math.max(1, value, threshold)];
  return [0, Math.max(2 * threshold, 1.1 * value)];
}

/** "good", "warn" or "bad". */
function verdict({ value, threshold, real, better, ill }) {
  if (ill) return "bad";
  const way = Math.abs(threshold - (real ?? 0.5));
  return Math.abs(value - threshold) < NEAR * way && (better === "higher" ? value < (real ?? Infinity) : value > (real ?? 0)) ? "warn" : "good";
}

/** The checkpoint from which advice continues: the last step at which nothing was ill. Null if there is none. */
export function good(run) {
  const every = run.order?.every ?? 250;
  const diagnoses = [...run.diagnoses].sort((a, b) => a.step - b.step).map((each) => ({ step: each.step, well: !Object.values(each).some((entry) => entry?.ill) }));
  let [checkpoint, last] = [null, -1];
  for (let step = every; step <= run.step; step += every) {
    while (diagnoses[last + 1]?.step <= step) last += 1;
    if (diagnoses[last]?.well) checkpoint = step;
  }
  return checkpoint;
}

/** A name inside a sentence: words begin in lower case, abbreviations stay. */
const within = (name) => (/^[A-Z][a-z' ]+$/.test(name) ? name[0].toLowerCase() + name.slice(1) : name);

/** Changes of settings in words: "discriminator's rate 0.0005, R1 1". */
const changed = (changes, tools) =>
  Object.entries(changes)
    .map(([name, value]) => tools.t("train.health.change", { name: within(tools.t(`train.field.${name}`)), value: name === "loss" ? tools.t(`losses.${value}.name`) : plain(value, tools) }))
    .join(tools.t("train.comma"));

/** A sentence about what an advice would do. */
export function onward({ key, changes }, run, tools) {
  if (key === "stop_here") return "";
  const step = run.state === "failed" ? null : good(run);
  const values = { step: step === null ? "" : tools.number(step), changes: changed(changes, tools) };
  return tools.t(step === null ? "train.health.onward" : "train.health.onward_from", values);
}

/** Follow an advice: stop the run, and continue with a changed copy from its last good checkpoint. */
export async function follow(desk, key, button) {
  button.disabled = true;
  try {
    const { job } = await desk.change("job_advise", { id: desk.run.id, advice: key });
    desk.trouble(null);
    desk.go(`#run=${job.id}`);
  } catch (error) {
    if (error.name !== "TaskError") throw error;
    desk.trouble("train.error.advise", error);
  } finally {
    button.disabled = false;
  }
}

class Lamp {
  constructor(name, pressed) {
    this.name = name;
    this.label = element("span", { className: "what" });
    this.value = element("span", { className: "val" });
    this.word = element("span", { className: "vh" });
    this.low = element("span");
    this.high = element("span");
    this.tick = element("em");
    this.said = element("p", { className: "say" });
    this.advice = element("button", { type: "button", className: "btn soft", hidden: true });
    this.then = element("p", { className: "note then", hidden: true });
    this.advice.addEventListener("click", () => pressed(this));
    const top = element("div", { className: "hd" }, element("span", { className: "top" }, element("i", { className: "dot" }), this.word, this.label), this.value);
    const track = element("div", { className: "track" }, element("i"), element("u"));
    this.element = element("div", { className: "lamp", dataset: { lamp: name } }, top, track, element("div", { className: "ends" }, this.low, this.tick, this.high), this.said, this.advice, this.then);
  }

  /** given: advice that other lamps show already, so that nothing is said twice. */
  update(measure, desk, given) {
    const { t, number } = desk.tools;
    const [low, high] = ends(this.name, measure);
    const share = (value) => Math.min(1, Math.max(0, (value - low) / (high - low || 1)));
    const state = verdict(measure);
    this.element.className = `lamp ${state}`;
    this.element.style.setProperty("--v", share(measure.value));
    this.element.style.setProperty("--th", share(measure.threshold));
    say(this.label, t(`diagnostics.${this.name}.name`));
    say(this.word, `${t(`train.health.${state}`)} `);
    say(this.value, this.name === "modes_covered" ? `${number(measure.value)} / ${number(Math.round(high))}` : short(measure.value, number));
    say(this.low, short(low, number));
    say(this.high, short(high, number));
    say(this.tick, short(measure.threshold, number));
    put(this.element, "data-crowded", share(measure.threshold) < 0.14 ? "low" : share(measure.threshold) > 0.86 ? "high" : null);
    const words = t(`diagnostics.${this.name}.${measure.ill ? "ill" : "well"}`);
    say(this.said, desk.tools.sentences([words, state === "warn" && t("train.health.close")]));
    const advice = measure.advice?.[0];
    this._advise(advice && !given.has(advice.key) ? advice : null, desk);
    if (advice) given.add(advice.key);
  }

  _advise(advice, desk) {
    const { run, tools } = desk;
    const { t } = tools;
    const shown = Boolean(advice) && run.yours && !run.remote && (run.checkpoint || advice.key === "stop_here");
    this.key = advice?.key;
    show(this.advice, shown);
    show(this.then, Boolean(advice));
    if (!advice) return;
    say(this.advice, t(`diagnostics.advice.${advice.key}.name`));
    say(this.then, tools.sentences([t(`diagnostics.advice.${advice.key}.why`), onward(advice, run, tools)]));
  }
}

export class Health {
  constructor(root, desk) {
    Object.assign(this, { desk, lamps: new Map(), open: false });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("more-lamps").addEventListener("click", () => {
      this.open = !this.open;
      this.update();
    });
    desk.on("run words", () => desk.run && this.update());
  }

  update() {
    const { run, tools } = this.desk;
    const measures = run.lamps ?? {};
    const names = ORDER.filter((name) => measures[name]).concat(Object.keys(measures).filter((name) => !ORDER.includes(name) && measures[name]?.threshold !== undefined));
    this._none(run, names.length);
    this._how(run);
    for (const [name, lamp] of this.lamps) if (!names.includes(name)) lamp.element.remove();
    const rest = names.filter((name) => !FIRST.includes(name) && verdict(measures[name]) === "good");
    this.given = new Set();
    this._place(this.find("lamps"), names.filter((name) => !rest.includes(name)), measures);
    this._place(this.find("rest"), rest, measures);
    const more = this.find("more-lamps");
    show(more, rest.length > 0);
    show(this.find("rest"), this.open && rest.length > 0);
    put(more, "aria-expanded", this.open);
    say(more, tools.t(this.open ? "train.health.fewer" : "train.health.more", { count: rest.length }));
  }

  _none(run, count) {
    const { t, number } = this.desk.tools;
    const none = this.find("health-none");
    show(none, count === 0);
    if (count) return;
    const sounds = run.order?.recipe === "sounds";
    const at = run.order?.settings?.diagnosed ?? (sounds ? this.desk.options?.sounds.diagnosed.default : 250);
    const waits = ["running", "waiting"].includes(run.state) && ["gan", "sounds"].includes(run.order?.recipe);
    if (waits && at > run.steps) return say(none, t("train.health.short", { step: number(at) }));
    say(none, waits ? t(sounds ? "train.health.sounds_soon" : "train.health.soon", { step: number(at) }) : t("train.health.none"));
  }

  /** What stands in the place of pictures and kinds, for a run of sounds. */
  _how(run) {
    const how = this.find("health-how");
    const sounds = run.order?.recipe === "sounds";
    show(how, sounds);
    if (!sounds) return;
    const { options, tools } = this.desk;
    const judged = run.classes?.length > 0 && run.classes.every((name) => options?.judged.includes(name));
    say(how, tools.t(judged ? "train.health.sounds_judged" : "train.health.sounds"));
  }

  _place(place, names, measures) {
    names.forEach((name, i) => {
      if (!this.lamps.has(name)) this.lamps.set(name, new Lamp(name, (lamp) => follow(this.desk, lamp.key, lamp.advice)));
      const lamp = this.lamps.get(name);
      lamp.update(measures[name], this.desk, this.given);
      if (place.children[i] !== lamp.element) place.insertBefore(lamp.element, place.children[i] ?? null);
    });
    while (place.children.length > names.length) place.lastElementChild.remove();
  }
}
