/* The next step of the story: a training on pictures, with what was changed in the game. */

import { DEFAULTS } from "../parts/engine/settings.js";
import { put } from "../parts/nodes.js";

/** Settings of the game -> those of a training. Rates, batches and layers belong to two-dimensional points and stay here. */
const CARRIED = { loss: "loss", r1: "r1", r2: "r2", gp: "gp", k: "d_updates", beta1D: "d_beta1", beta1G: "g_beta1", beta2D: "d_beta2", beta2G: "g_beta2" };

/** Keep the link to the training form as the settings are. */
export function onward(desk, link, tools) {
  const write = () => {
    const changed = Object.entries(CARRIED).filter(([name]) => desk.settings[name] !== DEFAULTS[name]);
    const parts = changed.map(([name, field]) => `&${field}=${encodeURIComponent(desk.settings[name])}`).join("");
    put(link, "href", `train#new${parts}`);
    put(link, "data-t", changed.length ? "onward.story.own_these" : "onward.story.own");
    tools.fill(link);
  };
  desk.on("settings", write);
  write();
}
