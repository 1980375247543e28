/* Gradio's page about the programming interface. In 6.31 its address alone (?view=api) does not load it; only a press of its own button in
   the footer does, which is hidden here because the footer is ours. */

const button = () => document.querySelector("footer:not(.foot) .show-api");

const asked = () => new URLSearchParams(location.search).get("view") === "api";

/** Press the button `times`; it may be a moment away while Gradio mounts. */
function press(times, attempts = 50) {
  const found = button();
  if (found) for (let i = 0; i < times; i += 1) found.click();
  else if (attempts > 0) setTimeout(press, 100, times, attempts - 1);
}

/** Make the footer's link open it, and open it at once for an address that asks for it. */
export function offer(frame) {
  frame.querySelector("[data-interface]").addEventListener("click", (event) => {
    event.preventDefault();
    if (!asked()) press(1);
  });
  if (asked()) press(2); // Gradio takes it for open already: the first press closes it
}
