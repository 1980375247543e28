/* One exercise: two pictures, a guess, what is true and what the discriminator chose, the score of both, and the next pair. */

import { element } from "../parts/nodes.js";

const SIDES = ["left", "right"];

export class Exercise {
  /** {pairs}: of pairs.json; sheet: address of the picture that holds a row of two cells for each pair. */
  constructor(place, name, { pairs }, sheet, tools) {
    Object.assign(this, { name, pairs, tools, guesses: [] });
    this.progress = element("p", { className: "cap" });
    this.buttons = SIDES.map((_, which) => {
      const button = element("button", { type: "button", className: "picture" });
      Object.assign(button.style, { backgroundImage: `url("${sheet}")`, backgroundSize: `200% ${100 * pairs.length}%` });
      button.addEventListener("click", () => this.guess(which));
      return button;
    });
    this.truths = SIDES.map(() => element("figcaption", { className: "note" }));
    const figures = this.buttons.map((button, which) => element("figure", {}, button, this.truths[which]));
    this.verdict = element("p", { className: "say verdict", role: "status" });
    this.score = element("p", { className: "note score" });
    this.next = element("button", { type: "button", className: "btn soft" });
    this.next.addEventListener("click", () => this.forward());
    place.append(this.progress, element("div", { className: "couple" }, ...figures), this.verdict, element("div", { className: "foot-row" }, this.next, this.score));
    this.number = 0;
    this.write();
  }

  get answered() {
    return this.guesses.length > this.number;
  }

  guess(which) {
    if (this.answered) return;
    this.guesses.push(which);
    this.next.disabled = false;
    this.next.focus({ preventScroll: true });
    this.write();
  }

  forward() {
    this.number += 1;
    if (this.number === this.pairs.length) Object.assign(this, { number: 0, guesses: [] });
    this.write();
    this.buttons[0].focus({ preventScroll: true });
  }

  /** How many of the answered pairs were right by this choice. */
  right(choice) {
    return this.guesses.filter((guess, number) => choice(this.pairs[number], guess) === this.pairs[number].real).length;
  }

  write() {
    const { t, number, sentences } = this.tools;
    const say = (key, values) => t(`made-by-machines.${key}`, values);
    const { answered, guesses, pairs } = this;
    const pair = pairs[this.number];
    const last = this.number === pairs.length - 1;
    this.progress.textContent = say("pair", { number: number(this.number + 1), count: number(pairs.length) });
    this.buttons.forEach((button, which) => {
      button.style.backgroundPosition = `${100 * which}% ${(100 * this.number) / (pairs.length - 1)}%`;
      button.setAttribute("aria-label", say(`pick.${SIDES[which]}`));
      button.setAttribute("aria-pressed", String(answered && guesses[this.number] === which));
      button.setAttribute("aria-disabled", String(answered));
      this.truths[which].textContent = answered ? say(which === pair.real ? `${this.name}.real` : `how.${pair.how}`) : say(`side.${SIDES[which]}`);
    });
    const [left, right] = pair.scores.map((score) => number(score, 2));
    const judge = say(`${this.name}.${pair.chosen === pair.real ? "judge_right" : "judge_wrong"}`, { left, right });
    this.verdict.textContent = answered ? sentences([say(guesses[this.number] === pair.real ? "right" : "wrong"), judge]) : say("ask");
    const values = { you: number(this.right((_, guess) => guess)), judge: number(this.right((each) => each.chosen)), count: number(guesses.length) };
    this.score.textContent = guesses.length ? say(`${this.name}.score`, values) : "";
    this.next.disabled = !answered;
    this.next.textContent = say(last ? "again" : "next");
  }
}
