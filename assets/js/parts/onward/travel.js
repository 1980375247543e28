/* A result that goes elsewhere without a file on the disk: into the clipboard, or to whatever the system's share sheet offers. */

import { element, put } from "../nodes.js";

/** A picture as PNG, which is what every clipboard takes. */
async function png(file) {
  if (file.type === "image/png") return file;
  const bitmap = await createImageBitmap(file);
  const canvas = element("canvas", { width: bitmap.width, height: bitmap.height });
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no blob"))), "image/png"));
}

/** Whether this browser has a share sheet that takes files of a type. */
const shares = (type) => Boolean(navigator.canShare?.({ files: [new File([new Uint8Array(1)], `a.${type.split("/")[1]}`, { type })] }));

const nothing = () => Promise.reject(new DOMException("nothing", "AbortError"));

/** {buttons that copy and share, as far as this browser can; said: a line for what became of it}. What there is, each a function: picture() and
    sound(): a promise of the File, or null; text() and link(): the words, or null. taken(): called when one of them has gone somewhere. */
export function travel(tools, { picture, sound, text, link, taken = () => {} }) {
  const said = element("span", { className: "note" });
  put(said, "role", "status");
  const say = (key) => {
    said.dataset.t = `onward.${key}`;
    tools.fill(said);
  };
  const button = (name, done, work) => {
    const made = element("button", { type: "button", className: "tool", dataset: { t: `onward.${name}`, act: name } });
    made.addEventListener("click", async () => {
      try {
        await work();
        if (done) say(done);
        taken();
      } catch (problem) {
        if (problem.name !== "AbortError") say(`not_${name}`); // somebody who closes the share sheet wanted to
      }
    });
    return made;
  };
  const held = async (file) => (await file()) ?? nothing();
  const written = (words) => (words() === null ? nothing() : navigator.clipboard.writeText(words()));
  const buttons = [];
  if (picture && navigator.clipboard?.write && window.ClipboardItem) {
    // The promise goes in as it is: a browser that waits for the press forgets it while a picture is being made.
    buttons.push(button("copy", "copied", () => navigator.clipboard.write([new ClipboardItem({ "image/png": held(picture).then(png) })])));
  }
  if (text) buttons.push(button("copy_text", "copied", () => written(text)));
  if (link) buttons.push(button("copy_link", "copied_link", () => written(link)));
  const file = picture ?? sound;
  if (file ? shares(picture ? "image/png" : "audio/wav") : navigator.share) {
    const shared = async () => (file ? { files: [await held(file)] } : { ...(text && { text: text() }), ...(link && { url: link() }) });
    buttons.push(button("share", "", async () => navigator.share(await shared())));
  }
  return { buttons, said };
}
