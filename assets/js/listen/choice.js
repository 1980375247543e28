/* Which voice speaks: the shipped one, or one that was trained here. */

import { element, put, say, show } from "../parts/nodes.js";
import { MODEL } from "./voice.js";

/** The voices that are here, as the task `speakers` lists them; none without a server. */
export async function spoken(tools) {
  if (tools.alone) return [];
  try {
    return (await tools.ask("speakers")).speakers;
  } catch (error) {
    if (error.name !== "TaskError") throw error;
    return [];
  }
}

export class Choice {
  /** listed: a promise of the voices; chosen: the id of the one that speaks. */
  constructor(root, tools, listed, chosen) {
    Object.assign(this, { tools, chosen, speakers: [], place: root.querySelector("#speaker") });
    this.select = this.place.querySelector("select");
    put(this.select, "autocomplete", "off");
    this.select.addEventListener("change", ({ target }) => {
      location.hash = target.value === MODEL ? "" : `model=${target.value}`;
    });
    listed.then((speakers) => this._fill(speakers));
  }

  _fill(speakers) {
    this.speakers = speakers;
    this.select.replaceChildren(...speakers.map(({ id }) => element("option", { value: id, selected: id === this.chosen })));
    show(this.place, speakers.length > 1);
    this.label();
  }

  /** Whether there is a voice of this id. */
  has(id) {
    return this.speakers.some((speaker) => speaker.id === id);
  }

  label() {
    const language = this.tools.language();
    this.speakers.forEach(({ title }, i) => say(this.select.options[i], title[language] ?? title.en));
  }
}
