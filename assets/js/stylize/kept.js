/* What the browser keeps of this page beside its pictures: marks, and the pictures that give a style. */

import { Mask } from "../parts/painter/mask.js";

const SLOTS = ["style", "second"];

/** A mask with these marks, for a photo of this size. */
function marked({ width, height }, data) {
  const mask = new Mask(width, height, () => {});
  mask.restore(data);
  return mask;
}

export const KEPT = (bench) => ({
  events: "marks paintings",
  of: ({ mask, marks }) => (mask && !mask.empty ? { marking: mask.kept(), marks } : {}),
  page: () => ({ paintings: SLOTS.map((slot) => bench.paintings[slot] && { uri: bench.paintings[slot].uri, number: bench.paintings[slot].number }) }),
  take: ({ paintings }) => {
    for (const item of bench.items) if (item.marking) item.mask = marked(item, item.marking);
    SLOTS.forEach((slot, i) => paintings[i] && bench.hang(slot, { ...paintings[i], thumbnail: paintings[i].uri }));
    bench.tell("marks");
  },
});
