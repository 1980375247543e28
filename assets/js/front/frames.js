/* Calls back once a frame while something moves. */

/** A function that starts the calls of step(seconds since the last one) or, with false, ends them. */
export function frames(step) {
  let running = false, last = 0;
  const turn = (now) => {
    if (!running) return;
    step(Math.min(0.1, (now - last) / 1000));
    last = now;
    requestAnimationFrame(turn);
  };
  return (moves) => {
    if (moves === running) return;
    running = moves;
    last = performance.now();
    if (moves) requestAnimationFrame(turn);
  };
}
