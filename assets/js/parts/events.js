/* Who listens to what: the base class of every object that holds a page's state and reports its changes. */

export class Events {
  #listeners = {};

  /** Call `listener(detail)` at each of these events; names: one name or several with blanks between them. */
  on(names, listener) {
    for (const name of names.split(" ")) (this.#listeners[name] ??= []).push(listener);
  }

  tell(name, detail) {
    for (const listener of this.#listeners[name] ?? []) listener(detail);
  }
}
