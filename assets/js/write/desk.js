/* A writer's desk, whatever is written there: what is asked for, the piece that came of it, and what one may do with it. */

import { download } from "../parts/files.js";
import { put, say, show as shown } from "../parts/nodes.js";
import { record } from "../parts/onward/results.js";
import { travel } from "../parts/onward/travel.js";
import { written } from "../parts/provenance.js";
import { LIMITS } from "./link.js";

/** A fresh seed. */
export const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];

/** Buttons for what may go elsewhere: `parts` as travel.js has them, and those of `more`. */
export function bar(place, tools, parts, more = []) {
  const { buttons, said } = travel(tools, parts);
  place.replaceChildren(...buttons, ...more, said);
  tools.fill(place);
}

/** A kind of its own says `find(name)`, `fill()` (the form as the wish), `remember()` (the wish in the address), `address()`,
    `nearest()` (asks the server for {lines}), `part` (of the page, for the last results), `drafted()` (the part with further drafts, and whether it is shown) and `file()`. */
export class Desk {
  /** paper: {text, show, about, drafts} of a piece. */
  constructor(tools, article, paper, pen, wish) {
    Object.assign(this, { tools, article, paper, pen, wish, piece: null, turn: 0, error: null });
  }

  /** What a press, or Enter in the form, does. */
  listen() {
    this.find("wish").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask({ seed: drawn() });
    });
    const text = () => this.piece && this.paper.text(this.piece);
    bar(this.find("travel"), this.tools, { text, link: () => this.piece && this.address(), taken: () => this.record(true) });
    this.find("save").addEventListener("click", () => this.save());
  }

  /** A slider and its number. */
  slide(name, value, at = name) {
    const [low, high] = LIMITS[name];
    this.find(at).value = value;
    this.find(`${at}-number`).value = value;
    this.find(at).parentElement.style.setProperty("--p", `${((value - low) / (high - low)) * 100}%`);
  }

  /** Write what is asked for now; an answer that comes too late is dropped. */
  async ask(change = {}) {
    this.wish = { ...this.wish, ...change };
    this.fill();
    const turn = ++this.turn;
    this.article.dataset.busy = "";
    try {
      const piece = await this.pen.write(this.wish);
      if (turn !== this.turn) return;
      Object.assign(this, { piece, error: null });
      this.remember();
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    delete this.article.dataset.busy;
    this.show();
    if (!this.error && Object.keys(change).length) this.record(false);
    if (this.piece?.where === "browser" && this.piece.lines[0].nearest === null) await this.compare(turn);
  }

  /** Have the server say which lines that were read are nearest: they do not lie in the page. */
  async compare(turn) {
    const { piece } = this;
    try {
      const { lines } = await this.nearest();
      if (turn !== this.turn) return;
      lines.forEach((line, i) => Object.assign(piece.lines[i], line));
      this.show();
    } catch (error) {
      console.info("Nearest lines are not known:", error.message);
    }
  }

  show() {
    const { t } = this.tools;
    shown(this.find("oops"), this.error !== null);
    if (this.error) say(this.find("oops").querySelector("p"), this.error.sentence ?? t("frame.unreachable"));
    if (!this.piece) return;
    this.paper.show(this.find("lines"), this.piece, this.tools);
    say(this.find("about"), this.paper.about(this.piece, this.tools));
    this.paper.drafts(this.find("others"), this.piece, this.tools);
    shown(...this.drafted());
    put(this.article, "data-where", this.piece.where);
    say(this.find("where"), t(`write.poem.where.${this.piece.where}`));
  }

  /** Keep the piece among the last results. */
  record(taken) {
    const [text, link] = [this.paper.text(this.piece), `write${new URL(this.address()).hash}`];
    this.kept?.();
    return record({ page: "write", part: `write/${this.part}`, kind: "text", name: this.file(), text, link, taken });
  }

  save() {
    if (!this.piece) return;
    const file = written(this.tools, this.paper.text(this.piece), this.address(), this.file());
    download(file, file.name);
    this.record(true);
  }
}
