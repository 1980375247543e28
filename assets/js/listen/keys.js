/* The keys of the page: 1 to 8 play, with Shift they say a word anew, Space starts and stops the beat. */

/** anew(i): says the word of a sound with another seed. */
export function keys(desk, anew) {
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const i = /^Digit[1-8]$/.test(event.code) ? Number(event.code.at(-1)) - 1 : -1;
    if (i >= 0 && event.shiftKey) anew(i);
    else if (i >= 0) desk.press(i);
    else if (event.key === " " && !event.target.closest?.("button, a, summary")) {
      event.preventDefault();
      desk.toggle();
    }
  });
}
