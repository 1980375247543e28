/* A button for what cannot be taken back: it asks once more before it does it. */

import { element, put, say } from "./nodes.js";

/** A button and a note beside it. label, sure: what it says before and after the first press; note: what would happen; act(): does it, and
    returns the sentence of what went wrong, "" for nothing. */
export function twice({ label, sure, note, act, kind = "soft" }) {
  const button = element("button", { type: "button", className: `btn ${kind}`, textContent: label });
  const told = element("span", { className: "note" });
  put(told, "role", "status");
  let asked = false;
  button.addEventListener("click", async () => {
    if (!asked) {
      asked = true;
      say(button, sure);
      return say(told, note);
    }
    button.disabled = true;
    say(told, await act());
    button.disabled = asked = false;
    say(button, label);
  });
  return element("p", { className: "facts twice" }, button, told);
}
