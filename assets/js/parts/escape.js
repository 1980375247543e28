/* Escape closes what a button opened, and the focus goes back to that button. */

export function closesByEscape(panel, button, close) {
  for (const place of [panel, button])
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.preventDefault();
      close();
      button.focus({ preventScroll: true });
    });
}
