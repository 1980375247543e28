/* Keeps what was fetched once, so that a page that was opened works again without a network; see assets/edition/service-worker.js. */

const PATIENCE = 1500; // milliseconds that a page waits for the worker, which would otherwise miss its first models

/** A promise, fulfilled when the worker sees what the page fetches, or when it is not to be had. */
export async function kept() {
  if (!navigator.serviceWorker) return;
  try {
    const registration = await navigator.serviceWorker.register("service-worker.js");
    const began = () => new Promise((resolve) => {
      if (navigator.serviceWorker.controller) return void resolve();
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      setTimeout(resolve, PATIENCE);
    });
    await began();
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    (registration.active ?? navigator.serviceWorker.controller)?.postMessage([location.href.split("#")[0], ...loaded]);
  } catch (problem) {
    console.info("Nothing is kept for later:", problem.message); // a private window, or a frame of another site
  }
}
