/* How a wheel and two fingers move and zoom a picture. */

const NEAR = 1.2; // zoom factor of one step of the wheel
const LINE = 16; // screen pixels of a line, for a wheel that counts lines

/** {pan: [dx, dy]} in screen pixels, or {times}: the zoom factor. */
export function wheel({ deltaMode, deltaX, deltaY, shiftKey, ctrlKey }) {
  const lines = deltaMode === 1 ? deltaY * LINE : deltaY;
  if (shiftKey || deltaX) return { pan: [-(deltaX || lines), deltaX && !shiftKey ? -deltaY : 0] };
  return { times: NEAR ** (-lines / (ctrlKey ? 20 : 100)) };
}

/** One of two fingers has moved: {times, from, to}, the zoom factor, and where the middle of both was and is. pointers: id -> place of each
    finger; moved: the id of the one that moved; was, is: its places. Null if there is no other finger. */
export function pinch(pointers, moved, was, is) {
  const other = [...pointers].find(([id]) => id !== moved)?.[1];
  if (!other) return null;
  const apart = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]);
  const [from, to] = [was, is].map((place) => place.map((value, i) => (value + other[i]) / 2));
  return { times: apart(is) / Math.max(1, apart(was)), from, to };
}
