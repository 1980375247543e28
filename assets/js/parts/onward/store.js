/* The browser's own store (IndexedDB): what a page keeps of the reader's work, what it hands to another page, and the last results. Where
   there is none (a private window, a full disk), all is as if nothing had been kept. Nothing of it leaves the browser. */

const NAME = "likeness";
const VERSION = 2; // 1 knew no results
const STORES = ["work", "carried", "results", "files"];
let database = null; // a promise of the open database

function connection() {
  database ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => STORES.filter((store) => !asked.result.objectStoreNames.contains(store)).forEach((store) => asked.result.createObjectStore(store));
    asked.onsuccess = () => {
      asked.result.onclose = () => (database = null);
      asked.result.onversionchange = () => {
        asked.result.close(); // another tab has a newer app
        database = null;
      };
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  }).catch((problem) => {
    database = null;
    throw problem;
  });
  return database;
}

/** Whether this browser has a store for the page. */
export const holds = () => connection().then(() => true, () => false);

const answered = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

/** What `work` returns once all that it changed is on the disk, or undefined if the browser kept nothing of it. work({get, all, put, drop, clear}):
    each takes a store and what IndexedDB takes, and gives a promise; it must wait for nothing else. What it does is done whole, and no other
    tab sees half of it. */
export async function together(stores, mode, work) {
  try {
    const transaction = (await connection()).transaction(stores, mode);
    const act = (name) => (store, ...given) => answered(transaction.objectStore(store)[name](...given));
    const over = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
    });
    over.catch(() => {}); // told below, unless `work` fails first
    try {
      const result = await work({ get: act("get"), all: act("getAll"), put: act("put"), drop: act("delete"), clear: act("clear") });
      await over;
      return result;
    } catch (problem) {
      if (problem.name !== "AbortError") transaction.abort();
      throw problem;
    }
  } catch (problem) {
    console.info(`store: ${problem}`);
    return undefined;
  }
}

/** Keep a value, which may hold Blobs and arrays. Whether it is kept. */
export const keep = async (store, key, value) => (await together([store], "readwrite", ({ put }) => put(store, value, key))) !== undefined;

/** The value that was kept last, or undefined. */
export const find = (store, key) => together([store], "readonly", ({ get }) => get(store, key));

export const drop = (store, key) => together([store], "readwrite", ({ drop: remove }) => remove(store, key));
