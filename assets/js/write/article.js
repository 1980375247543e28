/* A paragraph about a theme, put together from verse, with how much of it is copied. */

import { element, say, show } from "../parts/nodes.js";
import { record } from "../parts/onward/results.js";
import { radios } from "../parts/radios.js";
import { bar } from "./desk.js";
import { sectionOf, writeSection } from "./link.js";

const THEMES = ["spring", "autumn", "night", "sea", "love", "war", "home", "time"];
const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];

/** The record that the address holds under "article": theme, language, seed; null for none. */
function linked() {
  const [theme, language, seed] = (sectionOf(location.hash, "article") ?? "").split(" ");
  const number = Number(seed);
  const whole = Number.isInteger(number) && number >= 0 && number < 2 ** 32;
  return THEMES.includes(theme) && ["en", "zh"].includes(language) && whole ? { theme, language, seed: number } : null;
}

export class Article {
  constructor(root, tools) {
    Object.assign(this, { root, tools, told: null, error: null, turn: 0 });
    this.asked = linked() ?? { theme: THEMES[0], language: tools.language(), seed: drawn() };
    this.showLanguage = radios(this.find("article-language"), (language) => this.ask({ language }));
    this.find("theme").addEventListener("change", () => this.ask({ theme: this.find("theme").value }));
    this.find("essay").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask({ seed: drawn() });
    });
    bar(this.find("article-travel"), tools, { text: () => this.told?.text ?? null, link: () => new URL(this.link, document.baseURI).href, taken: () => this.record(true) });
    tools.onLanguage(() => this.show());
  }

  /** Its address below the app's own. */
  get link() {
    return `write#${new URLSearchParams({ article: Object.values(this.asked).join(" ") })}`;
  }

  /** Keep it among the last results. */
  record(taken) {
    const { theme, seed } = this.asked;
    return record({ page: "write", part: "write/article", kind: "text", name: `${theme}-${seed}.txt`, text: this.told.text, link: this.link, taken });
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** Nothing is written before it is asked for, unless the address names a paragraph. */
  async start() {
    if (linked()) await this.ask();
    else this.show();
  }

  async ask(change = {}) {
    this.asked = { ...this.asked, ...change };
    const turn = ++this.turn;
    try {
      const told = await this.tools.ask("article", this.asked);
      if (turn !== this.turn) return;
      Object.assign(this, { told, error: null });
      writeSection("article", Object.values(this.asked).join(" "));
      if (Object.keys(change).length) this.record(false);
    } catch (error) {
      if (turn !== this.turn) return;
      this.error = error;
    }
    this.show();
  }

  show() {
    const { t, number } = this.tools;
    this.find("theme").replaceChildren(...THEMES.map((theme) => element("option", { value: theme }, t(`article.themes.${theme}`))));
    this.find("theme").value = this.asked.theme;
    this.showLanguage(this.asked.language);
    show(this.find("article-oops"), this.error !== null);
    if (this.error) say(this.find("article-oops").querySelector("p"), this.error.sentence ?? t("frame.unreachable"));
    show(this.find("article-travel"), Boolean(this.told));
    if (!this.told) return;
    const { text, copied, runs, near, chance, recipe } = this.told;
    this.find("paragraph").lang = recipe.language;
    say(this.find("paragraph"), text);
    say(this.find("article-copied"), t(`article.copied.${recipe.language}`, { percent: number(100 * copied, 1), runs: number(runs, 0), near: number(near, 2), chance: number(chance, 2) }));
  }
}
