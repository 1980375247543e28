/* Keeps every file of the static edition that was fetched once: those below a version for ever, pages until there are newer ones. */

const CACHE = "likeness-$version";
const HERE = new URL("./", self.location.href).href;
const VERSIONED = `${HERE}static/$version/`;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("likeness-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

async function keep(request, answer) {
  if (answer.status !== 200) return answer;
  const copy = answer.clone();
  await caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => {}); // a full disk
  return answer;
}

async function once(request) {
  return (await caches.match(request)) ?? keep(request, await fetch(request));
}

async function newest(request) {
  try {
    return await keep(request, await fetch(request));
  } catch (problem) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw problem;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(HERE)) return;
  event.respondWith(request.url.startsWith(VERSIONED) ? once(request) : newest(request));
});

/* What a page had loaded before this worker saw it: from the browser's own cache, so that nothing is fetched twice. */
self.addEventListener("message", ({ data }) => {
  const missing = async () => {
    const cache = await caches.open(CACHE);
    for (const address of data.filter((each) => each.startsWith(HERE))) {
      if (await cache.match(address)) continue;
      const answer = await fetch(address, { cache: "force-cache" }).catch(() => null);
      if (answer?.status === 200) await cache.put(address, answer);
    }
  };
  missing();
});
