/* The summary of the course: which tasks were solved and when, on one sheet that can be printed. Nothing of it leaves the browser. */

import { markup } from "../shell/markup.js";
import { CHAPTERS } from "./tasks.js";

export class Certificate {
  constructor(desk, story, find) {
    Object.assign(this, { tools: desk.tools, story, find });
    find("summary").addEventListener("click", () => this.show(find("certificate").hidden));
    find("certificate-close").addEventListener("click", () => this.show(false));
    find("certificate-print").addEventListener("click", () => window.print());
    find("certificate-name").addEventListener("input", () => this.write());
    desk.on("solved", () => this.write());
    desk.tools.onLanguage(() => this.write());
    this.write();
  }

  show(shown) {
    this.find("certificate").hidden = !shown;
    this.find("summary").setAttribute("aria-expanded", String(shown));
    if (shown) this.find("certificate").scrollIntoView({ block: "start" });
    this.find(shown ? "certificate-name" : "summary").focus({ preventScroll: true });
  }

  write() {
    const { t, number, language } = this.tools, { solved } = this.story;
    const day = (date) => (date ? new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "long", timeZone: "UTC" }).format(new Date(date)) : "");
    const rows = CHAPTERS.map(({ key }, i) => markup`<tr><th scope="row">${number(i + 1)}</th><td>${t(`learn.chapter.${key}.title`)}<span class="note" data-t-html="learn.chapter.${key}.task"></span></td><td>${solved.has(key) ? `✓ ${day(solved.get(key))}` : t("chapters.certificate.open")}</td></tr>`);
    this.find("certificate-rows").replaceChildren(markup`${rows}`.nodes);
    this.tools.fill(this.find("certificate-rows"));
    const name = this.find("certificate-name").value.trim(), values = { name, solved: number(solved.size), total: number(CHAPTERS.length), day: day(new Date().toISOString().slice(0, 10)) };
    this.find("certificate-say").textContent = t(`chapters.certificate.${name ? "named" : "unnamed"}`, values);
  }
}
