/* How far an errand is, in the place of the action that began it: what is done, how long it takes, a bar, and Cancel. */

export class Progress {
  /** root: holds #do (the action) and #busy; begin: id of the button that begins the work; words(state): {what, left, ...}, what the
      elements #busy-what, #busy-left ... say. To a state of tickets.py it adds part and parts (of the work, from 1 on) and last: only the
      end is left to do. */
  constructor(root, begin, words) {
    this.find = (id) => root.querySelector(`#${id}`);
    Object.assign(this, { begin, words });
  }

  /** Show the progress or the action; the keyboard's place goes along. */
  swap(busy) {
    const [from, to] = busy ? ["do", "busy"] : ["busy", "do"];
    if (!this.find(from).hidden && this.find(from).contains(document.activeElement)) setTimeout(() => this.find(busy ? "cancel" : this.begin).focus({ preventScroll: true }));
    this.find(from).hidden = true;
    this.find(to).hidden = false;
  }

  show(state) {
    const { done = 0, total = 0 } = state;
    const words = this.words({ seconds: null, ...state, part: Math.min(total, done + 1), parts: total, last: total > 0 && done >= total });
    for (const [name, text] of Object.entries(words)) {
      const place = this.find(`busy-${name}`);
      if (place.textContent !== text) place.textContent = text;
    }
    this.find("busy-bar").style.width = `${total ? (100 * done) / total : 0}%`;
  }
}
