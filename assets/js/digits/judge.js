/* The verdict of the discriminator: number, lamp, words; and the map of what it would change, drawn over the big picture. */

import { colour } from "../parts/ink.js";
import { sentenceKey } from "./models.js";

const GOOD = 0.6; // probability from which the verdict is "looks real" ...
const BAD = 0.4; // ... and below which it is "looks made"

const verdictOf = (probability) => (probability >= GOOD ? "good" : probability >= BAD ? "warn" : "bad");

/** Fill a lamp (markup of pages/digits.html) with a probability that `model` gives; `yours` for a person's drawing. */
export function showVerdict(lamp, tools, measured, model, yours = false) {
  const probability = Math.min(0.99, Math.max(0.01, measured)); // the fitted curve is never sure
  const verdict = verdictOf(probability);
  for (const name of ["good", "warn", "bad"]) lamp.classList.toggle(name, name === verdict);
  lamp.classList.remove("blank");
  lamp.querySelector(".num").textContent = tools.number(probability, 2);
  lamp.querySelector(".verdict").textContent = tools.t(`digits.judge.verdict.${verdict}`);
  lamp.querySelector(".track").style.setProperty("--v", probability);
  const say = yours ? "say_yours" : probability > 0.5 ? "say_high" : "say_low";
  lamp.querySelector(".say").textContent = tools.t(sentenceKey(model, `judge.${say}`), { percent: Math.round(probability * 100) });
  return verdict;
}

/** Show a lamp without a verdict. */
export function showNoVerdict(lamp, sentence = "") {
  lamp.classList.add("blank");
  lamp.classList.remove("good", "warn", "bad");
  lamp.querySelector(".num").textContent = "–";
  lamp.querySelector(".verdict").textContent = "";
  lamp.querySelector(".track").style.setProperty("--v", 0);
  lamp.querySelector(".say").textContent = sentence;
}

/** Dim what belongs to an older picture than the one shown. */
export const dim = (place, old) => old !== (place.getAttribute("aria-busy") === "true") && place.setAttribute("aria-busy", String(old));

/** The gradient of an answer as numbers, -1 to 1. */
function slopes({ gradient }) {
  return Int8Array.from(atob(gradient), (letter) => letter.charCodeAt(0));
}

/** Paint the map on a canvas: the accent colour where more ink would look more real, the paper colour where less ink would; for colours,
    the accent where a change matters. */
function map(canvas, answer, picture) {
  const { size } = answer;
  const levels = slopes(answer);
  const [more, less] = [colour("--accent"), colour("--sheet")];
  const image = new ImageData(size, size);
  levels.forEach((level, i) => {
    const room = answer.signed ? (level > 0 ? 1 - picture[i] : picture[i]) : 1;
    const strength = (level / 127) * room;
    const [r, g, b] = level > 0 ? more : less;
    image.data.set([r, g, b, 255 * Math.min(0.85, Math.abs(strength) * 1.6)], i * 4);
  });
  Object.assign(canvas, { width: size, height: size });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Asks the discriminator when nothing moves, and shows its answer in the margin, on the chip, and over the big picture. */
export class Judge {
  constructor(desk, { lamp, chip, overlay, button }) {
    Object.assign(this, { desk, lamp, chip, overlay, button, answer: null, shown: false });
    showNoVerdict(lamp);
    desk.on("rest", (stale) => this._ask(stale));
    desk.on("model", () => this._able());
    desk.on("change", () => this._age());
    desk.on("painted", () => this._veil());
    button.addEventListener("click", () => this.toggle());
    desk.tools.onLanguage(() => this._write());
    desk.tools.onTone(() => this._veil());
  }

  toggle(shown = !this.shown) {
    this.shown = shown;
    this.button.setAttribute("aria-pressed", String(shown));
    this._veil();
    this.desk.tell("look");
  }

  /** Another generator may have no discriminator, or one that was never calibrated. */
  _able() {
    const able = this.desk.model.can.judge;
    for (const part of [this.lamp, this.button]) part.hidden = !able;
    if (able) return;
    this.answer = null;
    showNoVerdict(this.lamp);
    this.chip.hidden = true;
    if (this.shown) this.toggle(false);
  }

  async _ask(stale) {
    const { desk } = this;
    if (desk.mode !== "shape" || !desk.model?.can.judge) return;
    const { code, subject } = desk;
    try {
      const answer = await desk.tools.ask("discriminate", subject);
      if (stale()) return;
      this.answer = { ...answer, code, subject: JSON.stringify(subject) };
      this._write();
      this._veil();
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      if (!stale()) this._fail(error);
    }
  }

  _fail(error) {
    this.answer = null;
    this._age();
    showNoVerdict(this.lamp, error.sentence);
    this.chip.hidden = true;
    this._veil();
  }

  /** A verdict is dimmed until it belongs to the picture that is shown. */
  _age() {
    const old = Boolean(this.answer) && this.answer.subject !== JSON.stringify(this.desk.subject);
    for (const place of [this.lamp, this.chip]) dim(place, old);
  }

  _write() {
    if (!this.answer) return;
    this._age();
    const { tools } = this.desk;
    const verdict = showVerdict(this.lamp, tools, this.answer.probability, this.desk.model);
    const words = tools.t(`digits.judge.verdict.${verdict}`);
    this.chip.className = `mini ${verdict}`;
    this.chip.hidden = false;
    this.chip.lastElementChild.textContent = tools.t("digits.judge.chip", { score: this.lamp.querySelector(".num").textContent, verdict: words });
  }

  /** The map belongs to one digit and is hidden as soon as another one is shown. */
  _veil() {
    const { answer, desk } = this;
    const now = this.shown && answer && desk.picture && desk.mode === "shape" ? desk.code : null;
    this.overlay.hidden = now === null || now.some((value, i) => value !== answer.code[i]);
    if (!this.overlay.hidden) map(this.overlay, answer, desk.picture);
  }
}
