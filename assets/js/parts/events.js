/* The base class of every object that holds the state of a page: others listen to its events. */

export class Events {
  #listeners = {};

  /** Call `listener(detail)` at each of these events; names: one, or several separated by blanks. */
  on(names, listener) {
    for (const name of names.split(" ")) (this.#listeners[name] ??= []).push(listener);
  }

  tell(name, detail) {
    for (const listener of this.#listeners[name] ?? []) listener(detail);
  }
}
