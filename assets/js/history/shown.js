/* The result that is shown, large, and what may be done with it. */

import { download } from "../parts/files.js";
import { element, put, say, show } from "../parts/nodes.js";
import { doors, hand } from "../parts/onward/carry.js";
import { travel } from "../parts/onward/travel.js";
import { written } from "../parts/provenance.js";

const [KILO, MEGA] = [1024, 2 ** 20];

/** The time of day, with the date before it unless it is today's. */
function moment(at, language) {
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
  const today = new Date(at).toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", today ? clock : { ...clock, day: "numeric", month: "short" }).format(at);
}

/** Where and when a result was made, and how large its file is. */
export function facts({ page, at, size }, { t, number, language }) {
  const values = { page: t(`${page}.name`), when: moment(at, language()) };
  if (!size) return t("history.facts_plain", values);
  const large = size >= MEGA;
  return t("history.facts", { ...values, size: t(`history.${large ? "mb" : "kb"}`, { size: number(size / (large ? MEGA : KILO), large ? 1 : 0) }) });
}

export class Shown {
  constructor(desk, root) {
    Object.assign(this, { desk, address: "" });
    this.find = (id) => root.querySelector(`#${id}`);
    this.find("open").addEventListener("click", () => this._open());
    this.find("save").addEventListener("click", () => this._save());
    this.find("remove").addEventListener("click", () => this._remove());
    desk.on("chosen", () => this._choose());
    desk.on("results chosen", () => this.say());
    desk.on("trouble", (error) => {
      this.error = error;
      this._trouble();
    });
    desk.tools.onLanguage(() => {
      this.say();
      this._trouble();
    });
  }

  _trouble() {
    show(this.find("oops"), Boolean(this.error));
    if (this.error) say(this.find("oops").querySelector("p"), this.error.sentence);
  }

  /** Show the chosen result: the file itself, or as much of it as there is. */
  _choose() {
    const { chosen, held } = this.desk;
    URL.revokeObjectURL(this.address);
    const seen = held?.file ?? chosen?.thumbnail;
    this.address = seen ? URL.createObjectURL(seen) : "";
    if (chosen) this.find("shown").replaceChildren(...this._sight(chosen, held));
    if (chosen) this._onward(chosen);
  }

  _sight(chosen, held) {
    if (chosen.kind === "text") return [element("p", { className: "text", textContent: chosen.text })];
    const small = chosen.thumbnail && element("img", { className: "small", src: URL.createObjectURL(chosen.thumbnail) });
    if (chosen.kind === "sound") return [small, held.file && element("audio", { src: this.address, controls: true })].filter(Boolean);
    const image = element("img", { src: this.address });
    image.addEventListener("error", () => small && image.replaceWith(small), { once: true }); // a file that this browser can't draw
    return this.address ? [image] : [];
  }

  /** Buttons that copy, share and carry on, as they fit the kind of result. */
  _onward({ kind, link, text }) {
    const { desk } = this;
    const { tools } = desk;
    const file = () => desk.file();
    const parts = { picture: { picture: file }, sound: { sound: file, link: () => this._link(link) }, text: { text: () => text, link: () => this._link(link) } }[kind];
    const { buttons, said } = travel(tools, desk.saves || kind === "text" ? parts : {});
    const ways = kind === "picture" && desk.saves ? doors(tools, "", file, { failed: (error) => desk.trouble(error) }).buttons : [];
    const place = this.find("onward");
    place.replaceChildren(...buttons, ...ways, said);
    tools.fill(place);
  }

  _link(link) {
    return new URL(this.desk.tools.pageLink(link), document.baseURI).href;
  }

  say() {
    const { desk } = this;
    const { chosen, held, results, kept, tools } = desk;
    show(this.find("chosen"), Boolean(chosen));
    show(this.find("none"), !results.length);
    say(this.find("none-title"), tools.t(kept ? "history.none.title" : "history.none.off_title"));
    say(this.find("none-say"), tools.t(kept ? "history.none.say" : "history.none.off_say"));
    if (!chosen || !held) return;
    say(this.find("what"), chosen.name);
    const photo = ["repair", "upscale", "stylize"].includes(chosen.page);
    const left = [!desk.saves && chosen.kind !== "text" && "file", photo && !held.work && "work"].filter(Boolean).map((name) => tools.t(`history.left.${name}`));
    say(this.find("facts"), tools.sentences([`${facts(chosen, tools)}${tools.language() === "zh" ? "。" : "."}`, ...left]));
    show(this.find("save"), desk.saves || chosen.kind === "text");
    for (const node of this.find("shown").querySelectorAll("img")) put(node, "alt", tools.t("history.alt", { name: chosen.name, page: tools.t(`${chosen.page}.name`) }));
    for (const node of this.find("shown").querySelectorAll("audio")) put(node, "aria-label", tools.t("history.play", { name: chosen.name }));
  }

  /** Back to its page, with the photo and the settings where they were kept. */
  async _open() {
    const { desk } = this;
    const { chosen, held } = desk;
    if (!held.work) return void location.assign(this._link(chosen.link));
    if (!(await hand(chosen.link, held))) desk.fail("full");
  }

  async _save() {
    const { desk } = this;
    const { chosen } = desk;
    const file = chosen.kind === "text" ? written(desk.tools, chosen.text, this._link(chosen.link), chosen.name) : await desk.file();
    if (file) download(file, file.name);
  }

  async _remove() {
    await this.desk.remove([this.desk.chosen]);
    document.querySelector("#back").focus({ preventScroll: true });
  }
}
