/* When work runs that follows the pointer: at most once a frame while it moves, once more when it rests, and always with the last position.
   */

/** Calls `work` (may be async) at the next frame; several requests meanwhile lead to one more call, so the last request is never lost. */
export function eachFrame(work) {
  let requested = false;
  let busy = false;
  async function frame() {
    if (busy || !requested) return;
    requested = false;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
      if (requested) requestAnimationFrame(frame);
    }
  }
  return () => {
    if (!requested && !busy) requestAnimationFrame(frame);
    requested = true;
  };
}

/** Calls `work(stale)` when nothing was requested for `wait` milliseconds; `stale()` tells whether a newer request has come since. */
export function atRest(work, wait) {
  let timer = 0;
  let latest = 0;
  return () => {
    const mine = ++latest;
    clearTimeout(timer);
    timer = setTimeout(() => work(() => mine !== latest), wait);
  };
}
