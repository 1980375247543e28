/* The place of the photo in the window: the zoom (screen pixels for one of the photo) and the photo's coordinates at the top left corner.
   */

const CLOSEST = 16; // screen pixels for one of the photo

export class View {
  constructor() {
    Object.assign(this, { photo: [1, 1], room: [1, 1], zoom: 1, x: 0, y: 0, fitted: true });
  }

  /** The zoom at which the whole photo is seen. */
  get fitting() {
    return Math.min(this.room[0] / this.photo[0], this.room[1] / this.photo[1]);
  }

  /** The smallest zoom. */
  get least() {
    return this.fitting;
  }

  /** Adjust to another window or photo: if the whole photo was seen, it still is. */
  resize(room, photo = this.photo) {
    Object.assign(this, { room, photo });
    if (this.fitted) this.fit();
    else this._hold();
  }

  fit() {
    this.zoom = this.fitting;
    this.fitted = true;
    this._hold();
  }

  /** Zoom, with the photo fixed at a place of the window. */
  zoomTo(zoom, [wx, wy] = [this.room[0] / 2, this.room[1] / 2]) {
    const held = Math.min(Math.max(CLOSEST, this.fitting), Math.max(this.least, zoom));
    const [px, py] = this.toPhoto([wx, wy]);
    this.zoom = held;
    this.fitted = Math.abs(held / this.fitting - 1) < 1e-4;
    this.x = px - wx / held;
    this.y = py - wy / held;
    this._hold();
  }

  /** Move by screen pixels. */
  pan(dx, dy) {
    this.x -= dx / this.zoom;
    this.y -= dy / this.zoom;
    this._hold();
  }

  toPhoto([wx, wy]) {
    return [this.x + wx / this.zoom, this.y + wy / this.zoom];
  }

  toWindow([px, py]) {
    return [(px - this.x) * this.zoom, (py - this.y) * this.zoom];
  }

  /** Move a place of the photo into the window. */
  reveal([px, py]) {
    const [w, h] = [this.room[0] / this.zoom, this.room[1] / this.zoom];
    const margin = 0.1;
    this.x = Math.min(px - margin * w, Math.max(px - (1 - margin) * w, this.x));
    this.y = Math.min(py - margin * h, Math.max(py - (1 - margin) * h, this.y));
    this._hold();
  }

  /** Keep the photo inside the window, and in its middle where it is smaller. */
  _hold() {
    for (const [axis, i] of [["x", 0], ["y", 1]]) {
      const seen = this.room[i] / this.zoom;
      this[axis] = seen >= this.photo[i] ? (this.photo[i] - seen) / 2 : Math.min(this.photo[i] - seen, Math.max(0, this[axis]));
    }
  }
}
