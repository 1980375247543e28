/* Files to the reader and from them: downloads, data addresses, and dropped files. */

import { element } from "./nodes.js";

const KEPT = 60_000; // milliseconds that a download's address is kept

/** Download a Blob. */
export function download(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = element("a", { href, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
}

/** The Blob of a data address. */
export function blobOf(address) {
  const [head, data] = address.split(",");
  return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: head.slice(5).split(";")[0] });
}

/** A file as a data address. */
export function address(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Take files dropped anywhere on `place`, which has the class "over" while files hover over it; taken(file, files, target): the first
    file, all of them, and the element they were dropped on. */
export function dropped(place, taken) {
  const carries = (event) => [...(event.dataTransfer?.items ?? [])].some((item) => item.kind === "file");
  let depth = 0;
  const hover = (by) => place.classList.toggle("over", (depth = Math.max(0, depth + by)) > 0);
  place.addEventListener("dragenter", (event) => carries(event) && hover(1));
  place.addEventListener("dragleave", () => hover(-1));
  place.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  place.addEventListener("drop", (event) => {
    const file = event.dataTransfer?.files?.[0];
    hover(-99);
    if (!file) return;
    event.preventDefault();
    taken(file, [...event.dataTransfer.files], event.target);
  });
}
