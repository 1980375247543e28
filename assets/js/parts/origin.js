/* What a saved file says of its making, in a sentence or two, by the `provenance` of the answer that made it. */

/** Sentences: that it is signed, or why not; what became of the original's own manifest; whether there is an invisible mark. */
export function origin({ t }, note) {
  if (!note?.state || note.state === "off") return [];
  return [
    t(`frame.origin.${note.state === "signed" && note.own ? "own" : note.state}`),
    note.original && t(`frame.origin.${note.original}`),
    note.mark && t("frame.origin.mark"),
  ].filter(Boolean);
}
