/* When work runs that follows the pointer: at most once a frame while it moves, once more when it rests, and always with the last position.
   */

/** Calls `work` (may be async) at once, so that what the hand did is in the very next frame, and at most once a frame; several requests
    meanwhile lead to one more call, so the last request is never lost. */
export function eachFrame(work) {
  let [requested, busy, shown] = [false, false, true]; // shown: a frame has begun since the last call
  async function begin() {
    [requested, busy, shown] = [false, true, false];
    requestAnimationFrame(() => {
      shown = true;
      next();
    });
    try {
      await work();
    } finally {
      busy = false;
      next();
    }
  }
  const next = () => requested && shown && !busy && begin();
  return () => {
    requested = true;
    next();
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
