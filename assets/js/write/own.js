/* Teaching a writer one's own poems: a text file, a name, where it begins; the run is watched on the training page. */

import { element, say } from "../parts/nodes.js";
import { password, visitor } from "../parts/visitor.js";

const LONGEST = 4_000_000; // characters, as jobs/requests/verse_train.py takes them

export class Own {
  constructor(root, tools) {
    Object.assign(this, { root, tools, poems: "", file: "", busy: false, words: null });
    const form = this.find("own");
    this.find("poems").addEventListener("change", (event) => this._take(event.target.files[0]));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this._teach(form);
    });
  }

  find(id) {
    return this.root.querySelector(`#${id}`);
  }

  async _take(file) {
    if (!file) return;
    const text = await file.text();
    Object.assign(this, { poems: text.slice(0, LONGEST), file: file.name, words: null });
    if (!this.find("own-name").value) this.find("own-name").value = file.name.replace(/\.[^.]+$/, "").slice(0, 80);
    this.show();
  }

  async _teach(form) {
    if (this.busy || !this.poems) return;
    this.busy = true;
    this.show();
    try {
      const fields = { poems: this.poems, name: this.find("own-name").value.trim(), start: form.elements.start.value };
      const { job } = await this.tools.ask("verse_train", { key: visitor().key, password: password(), ...fields });
      this.words = () => [this.tools.t("write.own.started"), " ", element("a", { className: "link", href: `train#run=${job.id}` }, this.tools.t("write.own.watch"))];
    } catch (error) {
      this.words = () => [error.sentence ?? this.tools.t("frame.unreachable")];
    }
    this.busy = false;
    this.show();
  }

  /** In the present language. */
  show() {
    const { t } = this.tools;
    say(this.find("own-file"), this.file || t("write.own.choose"));
    this.find("teach").disabled = this.busy || !this.poems;
    this.find("own-status").replaceChildren(...(this.words?.() ?? []));
  }
}
