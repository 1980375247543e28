/* The beat: a row of sixteen steps for each sound. One step is reached by Tab, the others from it by the arrow keys. */

import { element, put } from "../parts/nodes.js";
import { SOUNDS, STEPS } from "./link.js";

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

export class Beat {
  /** `changed(row, step, on)` when a step is pressed. */
  constructor(place, tools, changed) {
    Object.assign(this, { tools, at: [0, 0] });
    this.rows = Array.from({ length: SOUNDS }, (_, row) => Array.from({ length: STEPS }, (_, step) => this._step(row, step, changed)));
    place.replaceChildren(...this.rows.map((steps, row) => element("div", { className: "row" }, element("span", { className: "key", textContent: String(row + 1) }), ...steps)));
    place.addEventListener("keydown", (event) => this._move(event));
  }

  _step(row, step, changed) {
    const button = element("button", { type: "button", className: step % 4 ? "step" : "step first", tabIndex: row + step ? -1 : 0 });
    button.addEventListener("click", () => {
      this._reach(row, step);
      changed(row, step, button.getAttribute("aria-pressed") !== "true");
    });
    return button;
  }

  _reach(row, step) {
    this.rows[this.at[0]][this.at[1]].tabIndex = -1;
    this.at = [row, step];
    this.rows[row][step].tabIndex = 0;
  }

  _move(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    this._reach((this.at[0] + move[0] + SOUNDS) % SOUNDS, (this.at[1] + move[1] + STEPS) % STEPS);
    this.rows[this.at[0]][this.at[1]].focus();
  }

  show(beat) {
    this.rows.forEach((steps, row) =>
      steps.forEach((button, step) => {
        put(button, "aria-pressed", String(beat[row][step]));
        put(button, "aria-label", this.tools.t("listen.beat.step", { sound: row + 1, step: step + 1 }));
      }),
    );
  }

  /** The step that is heard now, null for none. */
  mark(now) {
    for (const steps of this.rows) steps.forEach((button, step) => button.classList.toggle("now", step === now));
  }
}
