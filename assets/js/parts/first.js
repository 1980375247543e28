/* The first thing that somebody does on a page: until then it brings nothing that is large. */

/** Call `act` at the first press or key in `place`. */
export function atFirst(place, act) {
  const done = new AbortController();
  const begin = () => {
    done.abort();
    act();
  };
  for (const sign of ["pointerdown", "keydown"]) place.addEventListener(sign, begin, { signal: done.signal });
}
