/* The choice of training data: a shipped data set, the pictures or sounds of the reader, or a data set of the Hub. */

import { litter } from "../parts/names.js";
import { element, put, say, show } from "../parts/nodes.js";
import { uploadId } from "../parts/visitor.js";

const AT_ONCE = 3; // files sent at the same time
const COLOURED = 0.05; // share of coloured pictures below which all are taken as grey
const SHOWN = 8; // refused files that are named at first
// Of what a choice is made: the list of sets and the first of them, what is sent, what stands before ids, keys of the words, endings of files.
const PICTURES = { list: "datasets", first: "mnist", sent: "pictures", prefix: "", words: "train.data", accept: ".png,.jpg,.jpeg,.jfif,.webp,.gif,.bmp,.tif,.tiff,.heic,.heif,.hif,.avif,.zip" };

/** The dropped files with their paths; folders are opened. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const files = [];
  const walk = async (entry, path) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      files.push({ file, path: path + entry.name });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!batch.length) return;
      for (const each of batch) await walk(each, `${path}${entry.name}/`);
    }
  };
  for (const entry of entries) await walk(entry, "");
  return files;
}

export class Data {
  /** changed({channels, conditional}): other data were chosen, with these channels and classes. */
  constructor(desk, changed, kind = PICTURES) {
    Object.assign(this, { desk, changed, kind, id: kind.first, own: {}, report: null, busy: null, problem: null, all: false });
    this.element = element("fieldset", { className: "part rows two data" }, element("legend", { className: "cap" }));
    for (const { id } of desk.options[kind.list]) this.element.append(this._row(id));
    this.upload = this._upload();
    this.hub = this._hub();
    this.status = element("div", { className: "report" });
    put(this.status, "role", "status");
    this.element.append(this.upload, this.hub, this.status);
    desk.on("words", () => this._words());
    this._words();
  }

  _row(id) {
    const input = element("input", { type: "radio", name: `${this.kind.prefix}data`, value: id });
    input.addEventListener("change", () => this._chosen(id));
    return element("label", { dataset: { data: id } }, input, element("span", {}, element("b"), element("span", { className: "note" })));
  }

  _upload() {
    this.files = element("input", { type: "file", multiple: true, accept: this.kind.accept, className: "vh", id: `${this.kind.prefix}files` });
    this.folder = element("input", { type: "file", webkitdirectory: true, className: "vh", id: `${this.kind.prefix}folder` });
    const zone = element("div", { className: "drop own" }, element("b"), element("p", { className: "note" }), element("div", { className: "picks" }, element("label", { className: "btn soft", htmlFor: this.files.id }), this.files, element("label", { className: "btn soft", htmlFor: this.folder.id }), this.folder));
    for (const input of [this.files, this.folder]) {
      input.addEventListener("change", () => {
        const list = [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
        input.value = "";
        if (list.length) this._send(list);
      });
    }
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", async (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      const list = await filesOf(event.dataTransfer);
      if (list.length) this._send(list);
    });
    return zone;
  }

  _hub() {
    this.repository = element("input", { type: "text", className: "text wide", id: `${this.kind.prefix}repository`, spellcheck: false });
    this.look = element("button", { type: "button", className: "btn soft" });
    this.look.addEventListener("click", () => this._fetch());
    this.repository.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this._fetch();
    });
    return element("div", { className: "own line" }, element("label", { htmlFor: this.repository.id }), this.repository, this.look);
  }

  /** Whether the chosen data are complete. */
  get ready() {
    const { own } = this._facts(this.id);
    return !own || Boolean(this.source);
  }

  get source() {
    return this._facts(this.id).own ? (this.own[this.id]?.source ?? "") : "";
  }

  _facts(id) {
    return this.desk.options[this.kind.list].find((each) => each.id === id) ?? {};
  }

  /** Show a choice that a preset or a copy made. */
  choose(id, source = "") {
    this.id = id;
    if (source) this.own[id] = { source };
    for (const input of this.element.querySelectorAll("input[type=radio]")) input.checked = input.value === id;
    this._draw();
  }

  lock(locked) {
    for (const input of this.element.querySelectorAll("input, button")) input.disabled = locked;
  }

  _chosen(id) {
    this.choose(id);
    this.changed(this._needs(id));
  }

  /** The channels and classes of a data set. */
  _needs(id) {
    const { channels, own, stacked, classes } = this._facts(id);
    if (!own) return { channels: channels ?? 1, conditional: !stacked && Boolean(classes?.length) };
    const report = this.own[id];
    return { channels: report?.coloured < COLOURED ? 1 : 3, conditional: (report?.classes?.length ?? 0) > 1 };
  }

  /** Send files to the server, several at a time, and have them checked. */
  async _send(list) {
    const { wire, tools } = this.desk;
    const upload = uploadId();
    const waiting = list.filter(({ path }) => !litter(path));
    const total = waiting.length;
    const refused = []; // files that cannot be stored under their name; the others go on
    let done = 0;
    const tell = () => this._work(tools.t("train.data.sending", { done: tools.number(done), total: tools.number(total) }), done / total);
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        await wire.fetch(`jobs/data/${upload}/${next.path.split("/").map(encodeURIComponent).join("/")}`, { method: "POST", body: next.file }).catch((error) => {
          if (error.key !== "upload_path") throw error;
          refused.push({ file: next.path, why: { en: error.sentence, zh: error.sentence } });
        });
        done += 1;
        tell();
      }
    };
    tell();
    await this._try(this.kind.sent, async () => {
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const checking = `${this.kind.words}.checking`;
      this._work(tools.t(checking), null, checking);
      const report = await this._read({ upload, data: this.kind.sent });
      return { ...report, refused: [...refused, ...(report.refused ?? [])] };
    });
    waiting.length = 0;
  }

  async _fetch() {
    const repository = this.repository.value.trim();
    if (!repository) return this.repository.focus();
    this._work(this.desk.tools.t("train.data.fetching"), null, "train.data.fetching");
    await this._try("hub", () => this._read({ repository }));
  }

  /** Have the pictures checked; many pictures need several requests. */
  async _read(which) {
    for (;;) {
      const answer = await this.desk.wire.ask("data_add", which);
      if (!answer.pending) return answer;
      if (this.busy) this._work(this.desk.tools.t(answer.begun ? this.busy.begun : "train.data.waiting"), null, this.busy.begun);
    }
  }

  async _try(id, work) {
    try {
      const report = await work();
      this.own[id] = report;
      this.problem = null;
      if (this.id === id) this.changed(this._needs(id));
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.problem = error;
    }
    this.busy = null;
    this._draw();
  }

  /** Show the work: its words, its progress (null if unknown), and the key of the sentence once the check has begun. */
  _work(words, share = null, begun = "") {
    this.busy = { words, share, begun };
    this.problem = null;
    this._draw();
  }

  _draw() {
    const { own } = this._facts(this.id);
    show(this.upload, own === "upload");
    show(this.hub, own === "repository");
    show(this.status, Boolean(own));
    if (!own) return;
    const report = this.own[this.id];
    if (this.busy) this._busy();
    else if (this.problem) this.status.replaceChildren(this._refusal());
    else this.status.replaceChildren(...(report?.used ? this._used(report) : []));
  }

  _busy() {
    const { words, share } = this.busy;
    if (!this.status.querySelector(".busy")) this.status.replaceChildren(element("div", { className: "busy" }, element("p", { className: "say" }), element("div", { className: "prog" }, element("i"))));
    say(this.status.querySelector("p"), words);
    const bar = this.status.querySelector(".prog");
    bar.classList.toggle("unknown", share === null);
    bar.firstElementChild.style.width = share === null ? "" : `${100 * share}%`;
  }

  _refusal() {
    return element("div", { className: "oops" }, element("b", { textContent: this.desk.tools.t("train.data.refused") }), element("p", { textContent: this.problem.sentence }));
  }

  /** The number of pictures that can be used, and every file that was left out with its reason. */
  _used({ used, classes = [], refused = [], seconds = [], cut = 0 }) {
    const { t, number, language } = this.desk.tools;
    const names = classes.slice(0, 12).join(t("train.comma")) + (classes.length > 12 ? "…" : "");
    const kinds = classes.length > 1 ? t("train.data.classes", { count: number(classes.length), names }) : "";
    const lengths = seconds.length ? t(`${this.kind.words}.lengths`, { least: number(seconds[0], 2), most: number(seconds[2], 2) }) : "";
    const shortened = cut ? t(`${this.kind.words}.cut`, { count: number(cut) }) : "";
    const nodes = [element("p", { className: "say", textContent: this.desk.tools.sentences([t(`${this.kind.words}.used`, { used: number(used) }), kinds, lengths, shortened]) })];
    if (!refused.length) return nodes;
    const shown = this.all ? refused : refused.slice(0, SHOWN);
    const rows = shown.map(({ file, why }) => element("li", {}, element("b", { textContent: file }), element("span", { textContent: why[language()] })));
    nodes.push(element("p", { className: "cap", textContent: t(refused.length === 1 ? "train.data.left_one" : "train.data.left", { count: number(refused.length) }) }), element("ul", { className: "refused" }, ...rows));
    if (refused.length > shown.length) {
      const more = element("button", { type: "button", className: "chip", textContent: t("train.data.all") });
      more.addEventListener("click", () => {
        this.all = true;
        this._draw();
      });
      nodes.push(more);
    }
    return nodes;
  }

  _words() {
    const { t, language } = this.desk.tools;
    const { options } = this.desk;
    say(this.element.querySelector("legend"), t(this.kind === PICTURES ? "train.form.data" : `${this.kind.words}.title`));
    for (const label of this.element.querySelectorAll("label[data-data]")) {
      const facts = this._facts(label.dataset.data);
      say(label.querySelector("b"), facts.name?.[language()] ?? label.dataset.data);
      say(label.querySelector(".note"), facts.why?.[language()] ?? "");
    }
    say(this.upload.querySelector("b"), t(`${this.kind.words}.drop`));
    say(this.upload.querySelector("p"), t(`${this.kind.words}.drop_say`, { mb: options.limits.upload_mb }));
    const [files, folder] = this.upload.querySelectorAll("label");
    say(files, t("train.data.files"));
    say(folder, t("train.data.folder"));
    put(this.files, "aria-label", t("train.data.files"));
    put(this.folder, "aria-label", t("train.data.folder"));
    say(this.hub.querySelector("label"), t("train.data.repository"));
    say(this.look, t("train.data.look"));
    put(this.repository, "placeholder", t("train.data.example"));
    if (this.status) this._draw();
  }
}
