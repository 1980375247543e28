/* Gradio's page about the programming interface, at ./?view=api. In 6.31 the address alone does not load it; only a press of its own button
   in the footer does, which is hidden here because the footer is ours. */

const button = () => document.querySelector("footer:not(.foot) .show-api");

/** Open it where the address asks for it; the button may be a moment away while Gradio mounts. */
export function open(attempts = 50) {
  if (new URLSearchParams(location.search).get("view") !== "api") return;
  const opener = button();
  if (!opener) {
    if (attempts > 0) setTimeout(open, 100, attempts - 1);
    return;
  }
  opener.click(); // Gradio takes it for open already, so the first press closes it
  opener.click();
}
