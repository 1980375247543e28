/* Comes and goes with a photo: opens what another page has sent, offers the work of last time, carries the mended photo on, and keeps it
   among the last results. */

import { upright } from "../parts/bitmap.js";
import { arrived, onward } from "../parts/onward/carry.js";
import { Keeping } from "../parts/onward/keeping.js";
import { record } from "../parts/onward/results.js";
import { thumbnail } from "../parts/onward/thumbnail.js";

const CALM = 800; // milliseconds without another repair until the result is kept

/** What is kept of a repair: all but what only draws it. */
const kept = ({ versions, chosen, marks }) => ({ chosen, marks, versions: versions.map(({ patches, report, seed, mask }) => ({ patches, report, seed, mask })) });

function pack(bench) {
  const { file, name, part, mask, repairs, settings, example } = bench;
  if (!file) return null;
  if (example && !repairs.length) return undefined;
  const patches = repairs.flatMap(({ versions }) => versions.flatMap(({ patches: each }) => each));
  const bytes = file.size + patches.reduce((sum, { picture }) => sum + picture.length, mask.data.length * (1 + repairs.length));
  return { name, part, bytes, file, marks: mask.empty ? null : mask.kept(), repairs: repairs.map(kept), settings: { ...settings } };
}

/** Keep the mended photo among the last results: a while after each repair, and when it goes somewhere. Returns {taken, still}: the second when
    the repairs are only those of an earlier visit. */
function remember(bench, saving) {
  let timer = 0;
  const note = async (taken) => {
    clearTimeout(timer);
    if (!bench.repairs.length) return;
    const key = bench.repairs.map(({ versions, chosen }) => `${versions[chosen].seed} ${versions[chosen].mask.length}`).join();
    const facts = { page: "repair", part: bench.part, key, link: "repair", kind: "picture", taken, work: pack(bench), make: { task: "export" } };
    const file = saving.made;
    await record({ ...facts, name: file?.name ?? `${bench.name}-repaired`, file, thumbnail: await thumbnail(bench.photo.levels.at(-1)) });
  };
  bench.on("repairs", () => {
    clearTimeout(timer);
    timer = setTimeout(() => note(false), CALM);
  });
  return { taken: () => note(true), still: () => clearTimeout(timer) };
}

export async function going(bench, root, { opening, mending, saving }) {
  const { taken, still } = remember(bench, saving);
  const unpack = async (work) => {
    const picture = await upright(work.file);
    bench.set(work.settings);
    await bench.take(work.file, picture, work.name);
    bench.part = work.part ?? bench.part;
    picture.close();
    await mending.restore(work.repairs);
    if (work.marks) bench.mask.restore(work.marks);
    still();
  };
  const keeping = new Keeping(bench, root, "repair", { events: "photo marks repairs", pack: () => pack(bench), unpack });
  const show = onward(bench, root.querySelector("#onward"), "repair", { picture: () => saving.file(), left: () => keeping.settle(), taken });
  bench.on("photo repairs busy", () => show(bench.repairs.length > 0 && !bench.busy));
  bench.on("saved", taken);
  const sent = await arrived("repair");
  if (sent?.work) await unpack(sent.work);
  else if (sent) await opening.open(sent.file);
  else await keeping.offer();
}
