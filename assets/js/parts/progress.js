/* Shows how far an errand is, in the place of its button: what is being done, how long it will take, a bar, and Cancel. */

export class Progress {
  /** root: contains #do (the button) and #busy; begin: id of the button; words(state): {what, left, ...}, the texts of the elements
      #busy-what, #busy-left and so on. The state is that of tickets.py with part and parts (of the work, counted from 1) and last: all
      parts are done. */
  constructor(root, begin, words) {
    this.find = (id) => root.querySelector(`#${id}`);
    Object.assign(this, { begin, words });
  }

  /** Show the progress in place of the button, or the button again; the focus moves along. */
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
