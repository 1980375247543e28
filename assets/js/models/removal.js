/* Removing a model that was trained here: a button for whoever trained it, which asks once more before it does. */

import { element } from "../parts/nodes.js";
import { password, visitor } from "../parts/visitor.js";

/** Ids of the models that this visitor may remove; none when the server does not say. */
export async function removable(server) {
  try {
    const answer = await server.models_mine({ key: visitor().key, password: password() });
    return new Set(answer.models ?? []);
  } catch (problem) {
    console.warn(`models: ${problem}`);
    return new Set();
  }
}

/** A button to remove a model, and a note beside it about the result. gone(): called when the model was removed. */
export function removal(model, server, { t, language }, gone) {
  const place = element("p", { className: "facts" });
  const button = element("button", { type: "button", className: "btn soft", textContent: t("models.remove") });
  const note = element("span", { className: "note" });
  note.setAttribute("role", "status");
  let confirming = false;
  button.addEventListener("click", async () => {
    if (!confirming) {
      confirming = true;
      button.textContent = t("models.remove_sure");
      note.textContent = t("models.remove_note");
      return;
    }
    button.disabled = true;
    const answer = await server.model_remove({ key: visitor().key, password: password(), model: model.id }).catch(() => ({}));
    if (answer.model) return gone();
    button.disabled = confirming = false;
    button.textContent = t("models.remove");
    note.textContent = answer.error?.[language()] ?? t("frame.unreachable");
  });
  place.append(button, note);
  return place;
}
