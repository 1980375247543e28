/* The choice of the machine: this one, or one rented from Hugging Face Jobs. The token is used and never kept. */

import { element, put, say, show } from "../parts/nodes.js";

export class Where {
  constructor(place, desk, form, changed) {
    Object.assign(this, { place, desk, form, changed, away: false, offers: null, problem: null });
    this.title = element("h2", { className: "cap" });
    this.here = element("input", { type: "radio", name: "where", value: "here", checked: true });
    this.there = element("input", { type: "radio", name: "where", value: "there" });
    this.choice = element("fieldset", { className: "rows" }, ...[this.here, this.there].map((input) => element("label", {}, input, element("span"))));
    this.choice.addEventListener("change", () => {
      this.away = this.there.checked;
      changed();
    });
    this.token = element("input", { type: "password", className: "text wide", id: "token", autocomplete: "off", spellcheck: false });
    this.hours = element("input", { type: "text", className: "text", id: "hours", inputMode: "decimal", value: "2" });
    this.flavour = element("select", { className: "text wide", id: "flavour" });
    this.ask = element("button", { type: "button", className: "btn soft" });
    this.ask.addEventListener("click", () => this._ask());
    for (const input of [this.hours, this.flavour]) input.addEventListener("input", changed);
    this.cost = element("p", { className: "say" });
    this.oops = element("div", { className: "oops", hidden: true }, element("b"), element("p"));
    put(this.oops, "role", "alert");
    const labelled = (input) => element("div", { className: "setting" }, element("label", { htmlFor: input.id }), input);
    this.fields = [labelled(this.token), labelled(this.flavour), labelled(this.hours)];
    this.note = element("p", { className: "note" });
    this.rented = element("div", { className: "rented", hidden: true }, this.note, this.fields[0], this.ask, this.oops, this.fields[1], this.fields[2], this.cost);
    place.append(this.title, this.choice, this.rented);
  }

  /** Key of the sentence that says what is still missing; null if nothing is. */
  get missing() {
    if (!this.away) return null;
    if (this.form.data.id === "pictures") return "train.where.own_stays";
    if (!this.token.value.trim()) return "train.where.no_token";
    if (!this.offers) return "train.where.no_machine";
    return this._hours > 0 ? null : "train.where.no_hours";
  }

  get _hours() {
    return Number(this.hours.value.trim().replace(",", "."));
  }

  get rent() {
    return { token: this.token.value.trim(), flavour: this.flavour.value, hours: this._hours };
  }

  async _ask() {
    this.ask.disabled = true;
    try {
      const answer = await this.desk.wire.ask("hub_offers", { token: this.token.value.trim() });
      this.offers = answer.offers;
      this.problem = null;
      this.flavour.replaceChildren(...this.offers.map((offer) => element("option", { value: offer.flavour })));
    } catch (error) {
      if (error.name !== "TaskError") throw error;
      this.problem = error;
    }
    this.ask.disabled = false;
    this.changed();
  }

  draw() {
    const { t, number } = this.desk.tools;
    say(this.title, t("train.where.title"));
    const [here, there] = this.choice.querySelectorAll("span");
    say(here, t(this.desk.options?.borrowed ? "train.where.space" : "train.where.here"));
    say(there, t("train.where.there"));
    const fixed = Boolean(this.form.origin || this.form.stays);
    show(this.choice, !fixed);
    show(this.title, !fixed);
    if (fixed && this.away) {
      this.here.checked = true;
      this.away = false;
    }
    show(this.rented, this.away);
    say(this.note, t("train.where.say"));
    ["token", "flavour", "hours"].forEach((name, i) => say(this.fields[i].querySelector("label"), t(`train.where.${name}`)));
    say(this.ask, t("train.where.ask"));
    show(this.fields[1], Boolean(this.offers));
    show(this.fields[2], Boolean(this.offers));
    show(this.oops, Boolean(this.problem));
    if (this.problem) {
      say(this.oops.querySelector("b"), t("train.where.no_offers"));
      say(this.oops.querySelector("p"), this.problem.sentence);
    }
    this.offers?.forEach((offer, i) => say(this.flavour.options[i], t("train.where.offer", { title: offer.title, dollars: number(offer.dollars, 2) })));
    const chosen = this.offers?.find(({ flavour }) => flavour === this.flavour.value);
    show(this.cost, Boolean(chosen));
    if (!chosen) return;
    const values = { machine: [chosen.cpu, chosen.memory, chosen.accelerator].filter(Boolean).join(t("train.comma")), most: number(chosen.dollars * (this._hours || 0), 2), hours: this.hours.value };
    say(this.cost, t("train.where.cost", values));
  }
}
