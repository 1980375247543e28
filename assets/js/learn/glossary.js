/* The words of the field: a list, and a card for the word that the reader presses in a sentence. Sentences of the chapters, their tasks
   and the losses mark their words by <span data-term="collapse">. */

import { markup } from "../shell/markup.js";

const TERMS = [
  "generator", "discriminator", "critic", "latent", "noise", "distribution", "density", "loss", "minimax", "balance", "divergence", "wasserstein", "gradient", "saturation", "mode", "collapse", "penalty", "momentum",
  "rate", "optimizer", "batch", "ema", "features", "convolution", "encoder", "vae", "reconstruction", "precision", "recall", "memorising", "membership", "anomaly", "deepfake",
];

export class Glossary {
  constructor(tools, find) {
    Object.assign(this, { tools, list: find("glossary"), card: find("term") });
    this.card.querySelector("button").addEventListener("click", () => this.card.hidePopover());
    tools.onLanguage(() => this.write());
    this.write();
  }

  _entry(term) {
    const { t, language } = this.tools, other = language() === "zh" ? "en" : "zh";
    return markup`<dt>${t(`learn.term.${term}.name`)} <span class="also" lang="${other}">${t(`learn.term.${term}.also`)}</span></dt><dd>${t(`learn.term.${term}.say`)}</dd>`;
  }

  write() {
    this.list.replaceChildren(markup`${TERMS.map((term) => this._entry(term))}`.nodes);
  }

  /** Write the sentence of a key into a place, unless it stands there, its words linked. */
  say(place, key) {
    if (place.dataset.said === key && place.querySelector(".word")) return;
    place.dataset.said = key;
    place.replaceChildren(markup`<span data-t-html="${key}"></span>`.nodes);
    this.tools.fill(place);
    this.link(place);
  }

  /** Make the marked words of a place open their card. */
  link(place) {
    for (const word of place.querySelectorAll("[data-term]:not([role])")) {
      for (const [name, value] of [["role", "button"], ["tabindex", "0"], ["aria-haspopup", "dialog"]]) word.setAttribute(name, value);
      word.classList.add("word");
      word.addEventListener("click", () => this.show(word.dataset.term));
      word.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.show(word.dataset.term);
      });
    }
  }

  show(term) {
    this.card.querySelector("dl").replaceChildren(this._entry(term).nodes);
    this.card.showPopover();
  }
}
