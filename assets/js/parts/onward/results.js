/* The last results of all pages, kept in this browser: a small picture or the text, what makes each again, and the file itself if it isn't
   too large. Results that the reader did nothing with give way to the next of their kind; those that were saved, copied, shared or sent on
   stay until ten newer ones have come or the room is full. */

import { uploadId } from "../visitor.js";
import { holds, together } from "./store.js";

export const MOST = 10; // results
export const LARGEST = 40 * 2 ** 20; // bytes of one result's file, and of the work that opens it again
export const ROOM = 200 * 2 ** 20; // bytes of all together

const BOTH = ["results", "files"];
const news = typeof window === "object" && "BroadcastChannel" in window ? new BroadcastChannel("likeness-results") : null; // to other tabs

/** Call `listener()` when another tab has changed the results. */
export const onResults = (listener) => news?.addEventListener("message", listener);

/** The bytes that a value takes in the store, about. */
function weigh(value) {
  if (value instanceof Blob) return value.size;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === "string") return value.length;
  return value && typeof value === "object" ? Object.values(value).reduce((sum, each) => sum + weigh(each), 0) : 8;
}

const newest = (results) => results.sort((one, other) => other.at - one.at);

/** All results, the newest first: {id, at, page, part, name, kind, link, text, thumbnail, taken, make, size, file, work, bytes}: size is that of the
    file, file and work whether they were kept; null where this browser
    keeps nothing. */
export async function results() {
  const found = await together(["results"], "readonly", ({ all }) => all("results"));
  return found ? newest(found) : null;
}

/** {file, work} of a result, each null if it was not kept. */
export const contents = async (id) => (await together(["files"], "readonly", ({ get }) => get("files", id))) ?? { file: null, work: null };

/** Put one in, and take out what it replaces and what has no room any more; `fewer`: as many places less than there are. */
const enter = (result, held, fewer) =>
  together(BOTH, "readwrite", async ({ all, put, drop }) => {
    const before = newest(await all("results"));
    const again = before.find(({ id, part, key, taken }) => id !== result.id && part === result.part && key === result.key && taken);
    if (again && !result.taken) return put("results", { ...again, at: result.at }, again.id);
    const replaced = ({ id, part, key, taken }) => id === result.id || (part === result.part && (!taken || key === result.key));
    let room = ROOM;
    const kept = newest([result, ...before.filter((each) => !replaced(each))]).filter(({ bytes }, i) => i < Math.max(1, MOST - fewer) && (room -= bytes) >= 0);
    for (const { id } of before) if (!kept.some((each) => each.id === id)) await Promise.all(BOTH.map((store) => drop(store, id)));
    await put("results", result, result.id);
    await put("files", held, result.id);
    return true;
  });

/** Keep a result. page: the slug of the page; part: what of it is replaced by the next, as long as it is not `taken`; key: equal for equal results of a part, the link
    if left out; name: of its file; kind:
    "picture", "sound" or "text"; link: the address, below the app's own, that makes it again or opens its page; text: what it says; thumbnail:
    a small picture as a Blob; file: the result itself, or make: {task, fields}, which asks the server for it; work: what its page
    takes back. Gives the result, or null if the browser would not keep it. */
export async function record({ file = null, work = null, ...facts }) {
  const fits = (value) => (value && weigh(value) <= LARGEST ? value : null);
  const held = { file: fits(file), work: fits(work) };
  const result = { id: uploadId(), at: Date.now(), part: facts.page, key: facts.link, text: "", thumbnail: null, taken: false, make: null, ...facts, size: file?.size ?? 0 };
  if (!(await holds())) return null;
  for (let fewer = 0; fewer <= MOST; fewer++) { // on a full disk the oldest make room, at last the file goes
    if (fewer === MOST) Object.assign(held, { file: null, work: null });
    const entered = { ...result, file: Boolean(held.file), work: Boolean(held.work), bytes: weigh(held) + weigh(result) };
    if (await enter(entered, held, fewer)) return tell(entered);
  }
  return null;
}

function tell(result) {
  news?.postMessage("changed");
  return result;
}

/** Put results back that were taken out: [{result, held}]. Whether they are kept again. */
export async function putBack(taken) {
  for (const { result, held } of taken) if (!(await enter(result, held, 0))) return false;
  return Boolean(tell(true));
}

/** Take results out of the store. */
export async function forget(ids) {
  await together(BOTH, "readwrite", ({ drop }) => Promise.all(ids.flatMap((id) => BOTH.map((store) => drop(store, id)))));
  tell(null);
}
