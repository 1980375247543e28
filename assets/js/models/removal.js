/* Removing a model that was trained here: a button for whoever trained it, which asks once more before it does. */

import { twice } from "../parts/twice.js";
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
  const act = async () => {
    const answer = await server.model_remove({ key: visitor().key, password: password(), model: model.id }).catch(() => ({}));
    if (!answer.model) return answer.error?.[language()] ?? t("frame.unreachable");
    gone();
    return "";
  };
  return twice({ label: t("models.remove"), sure: t("models.remove_sure"), note: t("models.remove_note"), act });
}
