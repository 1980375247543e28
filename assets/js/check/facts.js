/* What an answer of `check` says, as rows of words. */

const HELD = new Set(["Valid", "Trusted"]);

/** In one word: "trusted", "signed", "broken" (a manifest that does not hold), "said" (unsigned words or a mark), or "nothing". */
export function verdict({ manifest, any }) {
  if (manifest.state === "Trusted") return "trusted";
  if (manifest.state === "Valid") return "signed";
  if (manifest.state === "Invalid" || manifest.state === "unreadable") return "broken";
  return any ? "said" : "nothing";
}

/** The words of a table for a name of somebody else's, or the name itself. */
const known = (t, table, name) => {
  const key = `check.${table}.${name.replace(/\W/g, "_")}`;
  const words = t(key);
  return words === key || words === "" ? name : words;
};

const ACTIONS = new Set(["c2pa_created", "c2pa_opened", "c2pa_edited", "c2pa_filtered", "c2pa_watermarked", "c2pa_placed", "c2pa_cropped", "c2pa_resized", "c2pa_converted", "c2pa_published", "c2pa_color_adjustments"]);
const SOURCES = new Set(["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "composite", "digitalCapture", "algorithmicMedia", "digitalCreation", "computationalCapture", "humanEdits"]);
const PROBLEMS = new Set(["signingCredential_untrusted", "assertion_dataHash_mismatch", "claimSignature_mismatch", "assertion_hashedURI_mismatch", "signingCredential_expired"]);

const named = (t, table, names, name) => (names.has(name.replace(/\W/g, "_")) ? known(t, table, name) : name);

function signed({ manifest, own }, { t, sentences }) {
  const rows = [];
  const state = { "": "none", unknown: "unknown", unreadable: "unreadable", Invalid: "invalid", Valid: "valid", Trusted: "trusted" }[manifest.state] ?? "unreadable";
  rows.push([t("check.fact.manifest"), t(`check.manifest.${state}`), sentences(manifest.problems.map((code) => named(t, "problem", PROBLEMS, code)))]);
  if (!HELD.has(manifest.state) && manifest.state !== "Invalid") return rows;
  const ours = own && manifest.signer === "Likeness" ? t("check.signer.ours") : t(manifest.trusted ? "check.signer.trusted" : "check.signer.untrusted");
  rows.push([t("check.fact.signer"), manifest.signer || manifest.issuer || "–", ours]);
  if (manifest.generator) rows.push([t("check.fact.program"), manifest.generator]);
  if (manifest.actions.length) {
    const lines = manifest.actions.map(({ action, source }) => (source ? t("check.action_of", { action: named(t, "action", ACTIONS, action), source: named(t, "source", SOURCES, source) }) : named(t, "action", ACTIONS, action)));
    rows.push([t("check.fact.actions"), lines.join(t("check.comma"))]);
  }
  for (const each of manifest.ingredients) {
    rows.push([t("check.fact.original"), each.format || each.title || "–", t(each.manifest ? "check.original.kept" : "check.original.none")]);
  }
  return rows;
}

function recipe({ recipe: held, signed_recipe: covered }, { t }) {
  if (!held) return [[t("check.fact.recipe"), t("check.recipe.none")]];
  const models = Array.isArray(held.models) ? held.models.map((each) => each?.id).filter(Boolean) : [held.model].filter(Boolean);
  const seed = held.settings?.seed ?? held.seed;
  const words = [held.task && t("check.recipe.task", { task: held.task }), models.length && t("check.recipe.models", { models: models.join(", ") }), seed !== undefined && t("check.recipe.seed", { seed })];
  return [[t("check.fact.recipe"), words.filter(Boolean).join(t("check.comma")) || "–", t(covered ? "check.recipe.signed" : "check.recipe.unsigned")]];
}

function mark({ mark: held, looked, same_mark: same }, { t, number }) {
  if (!held) return [[t("check.fact.mark"), t(looked ? "check.mark.none" : "check.mark.unlooked")]];
  const note = same === null ? "" : t(same ? "check.mark.same" : "check.mark.other");
  return [[t("check.fact.mark"), t("check.mark.found", { number: held.number, agreement: number(held.agreement, 1) }), note]];
}

/** Rows [name, value, note] of everything that was looked for. */
export function facts(answer, tools) {
  const { t, number } = tools;
  const kind = answer.size ? t("check.size", { form: answer.form, width: number(answer.size[0]), height: number(answer.size[1]) }) : answer.form;
  const rows = [[t("check.fact.file"), kind], ...signed(answer, tools)];
  rows.push([t("check.fact.source"), answer.source ? named(t, "source", SOURCES, answer.source) : t("check.none")]);
  if (answer.remote) rows.push([t("check.fact.remote"), answer.remote, t("check.remote")]);
  return [...rows, ...recipe(answer, tools), ...mark(answer, tools)];
}
