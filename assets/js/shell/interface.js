/* The page of Gradio about the programming interface, at ./?view=api. In 6.31 the address alone does not load it, only a press of Gradio's
   own button in its footer, which is hidden here behind our footer. */

const button = () => document.querySelector("footer:not(.foot) .show-api");

/** Open it if the address asks for it; the button may appear later, while Gradio starts. */
export function open(attempts = 50) {
  if (new URLSearchParams(location.search).get("view") !== "api") return;
  const opener = button();
  if (!opener) {
    if (attempts > 0) setTimeout(open, 100, attempts - 1);
    return;
  }
  opener.click(); // Gradio believes that it is open, so the first press closes it
  opener.click();
}
