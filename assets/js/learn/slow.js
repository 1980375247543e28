/* Slow motion: one step in nine stages, each said in a sentence, its part of the graph alight. The two players move at their own stages. */

const STAGES = [
  { key: "make", parts: ["z", "g", "made"] },
  { key: "judge", parts: ["made", "x", "d", "score"] },
  { key: "loss_d", parts: ["score"] },
  { key: "back_d", parts: ["score", "d"], back: true },
  { key: "move_d", parts: ["d"], moves: true, half: "d" },
  { key: "make_again", parts: ["z", "g", "made", "x", "d", "score"] },
  { key: "loss_g", parts: ["score"] },
  { key: "back_g", parts: ["score", "d", "x", "made", "g"], back: true },
  { key: "move_g", parts: ["g"], moves: true, half: "g" },
];
const STAGE = 1600; // milliseconds

export class Slow {
  constructor(desk, graph, button, said) {
    Object.assign(this, { desk, graph, button, said, stage: -1, timer: 0 });
    button.addEventListener("click", () => (this.timer ? this.stop() : this.begin()));
    desk.on("playing", () => desk.playing && this.stop());
    desk.on("restart", () => this.timer && this.graph.draw());
    desk.tools.onLanguage(() => this._say());
  }

  begin() {
    this.desk.pause();
    this.button.setAttribute("aria-pressed", "true");
    this.stage = -1;
    this.timer = setInterval(() => this._next(), STAGE);
    this._next();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = 0;
    this.stage = -1;
    this.button.setAttribute("aria-pressed", "false");
    this.graph.light([]);
    this._say();
  }

  _next() {
    this.stage = (this.stage + 1) % STAGES.length;
    const { parts, half, back, moves } = STAGES[this.stage];
    this.graph.light(parts, { back, moves });
    if (half) this.desk.step(half);
    this._say();
  }

  _say() {
    this.said.textContent = this.stage < 0 ? this.desk.tools.t("learn.graph.say") : this.desk.tools.t(`learn.slow.${STAGES[this.stage].key}`);
  }
}
