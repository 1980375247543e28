/* Check: a file goes to the server, and what it says of its making comes back as a list of facts. */

import { address, dropped } from "../parts/files.js";
import { element, show } from "../parts/nodes.js";
import { facts, verdict } from "./facts.js";

class Check {
  constructor(root, server, tools) {
    Object.assign(this, { root, tools, answer: null, error: null, turn: 0, here: null, file: null });
    this.find("file").addEventListener("change", (event) => this.take(event.target.files[0]));
    dropped(root, (file) => this.take(file));
    tools.onLanguage(() => this.write());
    server.data().then((here) => {
      this.here = here;
      this.write();
    }, () => {});
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  async take(file) {
    if (!file) return;
    const turn = ++this.turn;
    this.root.setAttribute("aria-busy", "true");
    try {
      const answer = await this.tools.ask("check", { file: await address(file) });
      if (turn !== this.turn) return;
      Object.assign(this, { answer, error: null, file });
    } catch (error) {
      if (turn !== this.turn) return;
      Object.assign(this, { answer: null, error });
    }
    this.root.removeAttribute("aria-busy");
    this.find("file").value = "";
    this.draw();
    this.write();
    if (this.answer) this.find("verdict").focus({ preventScroll: false });
  }

  /** The picture, with a frame around each region that was changed. */
  draw() {
    const { answer, file } = this;
    show(this.find("shown"), Boolean(answer?.size));
    URL.revokeObjectURL(this.find("picture").src);
    this.find("regions").replaceChildren();
    if (!answer?.size) return;
    const [width, height] = answer.size;
    this.find("picture").src = URL.createObjectURL(file);
    for (const [left, top, w, h] of answer.regions) {
      const frame = element("i");
      Object.assign(frame.style, { left: `${(100 * left) / width}%`, top: `${(100 * top) / height}%`, width: `${(100 * w) / width}%`, height: `${(100 * h) / height}%` });
      this.find("regions").append(frame);
    }
  }

  write() {
    const { answer, error, tools, here } = this;
    const { t } = tools;
    if (here) this.find("ours").textContent = t(`check.ours.${here.state === "signed" && !here.own ? "trusted" : here.state}`);
    show(this.find("oops"), error !== null);
    if (error) this.find("oops").querySelector("p").textContent = error.sentence ?? t("frame.unreachable");
    show(this.find("answer"), answer !== null);
    if (!answer) return;
    const kind = verdict(answer);
    this.find("answer").dataset.verdict = kind;
    this.find("verdict").textContent = t(`check.verdict.${kind}.title`);
    this.find("verdict-say").textContent = t(`check.verdict.${kind}.say`);
    this.find("picture").alt = t("check.picture");
    show(this.find("regions-say"), answer.regions.length > 0);
    this.find("regions-say").textContent = t("check.regions", { count: tools.number(answer.regions.length) });
    const rows = facts(answer, tools).map(([name, value, note]) =>
      element("div", {}, element("dt", { textContent: name }), element("dd", {}, value, note ? element("span", { className: "note", textContent: note }) : null)),
    );
    this.find("facts").replaceChildren(...rows);
    show(this.find("more"), answer.recipe !== null);
    this.find("recipe").textContent = answer.recipe ? JSON.stringify(answer.recipe, null, 2) : "";
  }
}

/** See ganapp/ui/page.py. */
export async function start(root, server, tools) {
  new Check(root, server, tools).write();
}
