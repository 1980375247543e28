/* The packs that any English sentence needs: what they are, how large, under which licence, and for an administrator one press to have them. */

import { element, say, show } from "../parts/nodes.js";
import { password } from "../parts/visitor.js";
import { Errand } from "../shell/errand.js";

const NEEDED = ["voice-en", "lexicon-en"];
const MB = 1_000_000;

export class VoicePacks {
  constructor(place, server, tools) {
    Object.assign(this, { place, tools, packs: null, errand: new Errand(server, tools.ask) });
    this.note = element("span", { className: "note" });
    this.note.setAttribute("role", "status");
    this.button = element("button", { type: "button", className: "btn soft" });
    this.button.addEventListener("click", () => this.press());
    this.load();
  }

  async load() {
    const answer = await this.tools.ask("packs_list", {}).catch(() => null);
    this.packs = answer?.packs.filter(({ name }) => NEEDED.includes(name)) ?? null;
    this.label();
  }

  get missing() {
    return this.packs.filter(({ ready }) => !ready);
  }

  label() {
    show(this.place, Boolean(this.packs?.length));
    if (!this.packs?.length) return;
    const { t, number, language } = this.tools;
    const megabytes = (bytes) => number(bytes / MB, 1);
    const line = (text) => element("p", { className: "note", textContent: text });
    if (!this.missing.length) return this.place.replaceChildren(line(t("listen.sentence.packs.ready")));
    const lines = this.packs.map(({ title, bytes, licence, purpose }) => {
      const told = t("listen.sentence.packs.pack", { title: title[language()], size: megabytes(bytes), licence });
      return element("li", { textContent: this.tools.sentences([told, purpose[language()]]) });
    });
    const total = this.missing.reduce((sum, { bytes }) => sum + bytes, 0);
    const commands = this.missing.map(({ command }) => element("code", { textContent: command }));
    const link = element("a", { className: "link", href: this.tools.pageLink("models#packs"), textContent: t("listen.sentence.packs.models") });
    if (!this.busy) this.button.textContent = t("listen.sentence.packs.install", { size: megabytes(total) });
    const own = element("p", { className: "do" }, this.button, this.note);
    const others = [line(t("listen.sentence.packs.administrator")), element("p", { className: "line" }, ...commands, link)];
    return this.place.replaceChildren(line(t("listen.sentence.packs.say")), element("ul", { className: "note" }, ...lines), ...(password() ? [own] : others));
  }

  press() {
    if (!this.busy) return this.install();
    this.busy = false;
    return this.errand.cancel();
  }

  async install() {
    const { t, number, language } = this.tools;
    const megabytes = (bytes) => number(bytes / MB, 1);
    this.busy = true;
    this.button.textContent = t("listen.sentence.packs.cancel");
    say(this.note, "");
    for (const { name, title } of this.missing) {
      const told = ({ done = 0, total = 0 }) =>
        say(this.note, t(`listen.sentence.packs.${total ? "installing" : "beginning"}`, { title: title[language()], done: megabytes(done), total: megabytes(total) }));
      try {
        const answer = this.busy && (await this.errand.run("pack_add", async () => ({ pack: name, password: password() }), told));
        if (!answer) break;
        say(this.note, "");
      } catch (problem) {
        if (problem.name !== "TaskError") throw problem;
        say(this.note, problem.sentence);
        break;
      }
    }
    this.busy = false;
    const focused = this.button === document.activeElement;
    await this.load();
    if (focused && this.button.isConnected) this.button.focus({ preventScroll: true });
  }
}
