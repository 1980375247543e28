/* Comes and goes with pictures: opens what another page has sent, offers the work of last time, carries the result that is shown on to
   another page, and keeps each result among the last ones. */

import { arrived, onward } from "../onward/carry.js";
import { Keeping } from "../onward/keeping.js";
import { record } from "../onward/results.js";
import { thumbnail } from "../onward/thumbnail.js";
import { uploadId } from "../visitor.js";

/** What is kept of an item: its file and its result, but no picture of the screen. */
function kept({ file, name, part, state, fields, report, blob, saved }) {
  const done = Boolean(blob);
  return { file, name, part, fields: done ? fields : null, report: done ? report : null, blob, saved: done && saved === blob, state: done ? "done" : state === "failed" ? "waiting" : state };
}

const fileOf = ({ blob, report, name }) => new File([blob], report?.name ?? name, { type: blob.type });

/** The work with one picture that a result came from, without the result; `file` makes it whole again. */
function whole(work, file) {
  if (!file) for (const item of work.items) Object.assign(item, { fields: null, report: null, state: "waiting" });
  else Object.assign(work.items[0], { blob: file, saved: true });
  return work;
}

/** Keep the results among the last ones of the browser, each when it is there, and again when it goes somewhere. */
function remember(bench, extra) {
  const note = async (item, taken) => {
    item.noted = item.blob;
    item.part ??= uploadId();
    const file = fileOf(item);
    const link = `${bench.section}${item.hash ?? location.hash}`;
    const work = item.file.example ? null : { name: item.name, items: [{ ...kept(item), ...extra.of(item), blob: null }], ...extra.page() };
    await record({ page: bench.section, part: item.part, kind: "picture", name: file.name, link, taken, file, work, thumbnail: await thumbnail(item.blob) });
  };
  bench.on("items", () => bench.items.filter(({ blob, noted }) => blob && noted !== blob).forEach((item) => note(item, false)));
  bench.on("saved", (items) => items.forEach((item) => note(item, true)));
  return (item) => note(item, true);
}

/** extra: what else a page keeps: {events, of(item): more of an item, page(): more of the page, take(work): take that back}. */
export async function going(bench, root, opening, { events = "", of = () => ({}), page = () => ({}), take = () => {} } = {}) {
  const taken = remember(bench, { of, page });
  const pack = () => {
    const items = bench.items.filter(({ file, broken }) => !broken && !file.example);
    if (!items.length) return bench.items.length ? undefined : null;
    const bytes = items.reduce((sum, { file, blob }) => sum + file.size + (blob?.size ?? 0), 0);
    return { name: items[0].name, bytes, items: items.map((item) => ({ ...kept(item), ...of(item) })), ...page() };
  };
  const unpack = async (work) => {
    await opening.restore(work.items.map((item) => ({ ...item, noted: item.blob, saved: item.saved ? item.blob : null })));
    take(work);
  };
  const keeping = new Keeping(bench, root, bench.section, { events: `items ${events}`.trim(), pack, unpack });
  const picture = async () => fileOf(bench.shown);
  const show = onward(bench, root.querySelector("#onward"), bench.section, { picture, left: () => keeping.settle(), taken: () => taken(bench.shown) });
  bench.on("items shown busy", () => show(Boolean(bench.shown?.blob) && !bench.busy));
  const sent = await arrived(bench.section);
  if (sent?.work) await unpack(whole(sent.work, sent.file));
  else if (sent) await opening.open([sent.file]);
  else await keeping.offer();
}
