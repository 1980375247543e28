/* Files that are made in the page say how, as those of the server do (ganapp/pictures/provenance): IPTC's digital source type and the recipe
   in XMP. They are not signed: the server saw nothing of them, and a signature would say that it had. */

import { bytes, escaped, riff, xmp } from "./chunks.js";

const RDF = "http:" + "//www.w3.org/1999/02/22-rdf-syntax-ns#"; // identifiers, not addresses: nothing is fetched
const IPTC = "http:" + "//iptc.org/std/Iptc4xmpExt/2008-02-29/";
const TYPES = "http:" + "//cv.iptc.org/newscodes/digitalsourcetype/";
export const SOURCES = { created: "trainedAlgorithmicMedia", drawn: "dataDrivenMedia", random: "algorithmicMedia" };

/** An XMP packet. kind: of SOURCES; task, settings: what makes the file again. */
export function packet({ kind, task, settings }) {
  const recipe = JSON.stringify({ app: "Likeness", done: kind, settings, task });
  const said = `Iptc4xmpExt:DigitalSourceType="${TYPES}${SOURCES[kind]}" likeness:Recipe="${escaped(recipe)}"`;
  const spaces = `xmlns:Iptc4xmpExt="${IPTC}" xmlns:likeness="urn:likeness:recipe:1/"`;
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}"><rdf:Description rdf:about="" ${spaces} ${said}/></rdf:RDF></x:xmpmeta>`;
}

/** A PNG, a Blob, with the packet in a text chunk before its end. */
export async function intoPng(blob, making) {
  const all = new Uint8Array(await blob.arrayBuffer());
  const end = all.length - 12; // of the chunk IEND
  return new Blob([all.subarray(0, end), xmp(packet(making)), all.subarray(end)], { type: "image/png" });
}

/** A WAV file, bytes, with the packet in its chunk _PMX, where Adobe's programs keep XMP. */
export function intoWav(wav, making) {
  const chunk = riff("_PMX", bytes(packet(making)));
  const all = new Uint8Array(wav.length + chunk.length);
  all.set(wav);
  all.set(chunk, wav.length);
  new DataView(all.buffer).setUint32(4, all.length - 8, true);
  return all;
}

/** A text as a File, whose last line says that a network wrote it; link: what writes it again. */
export const written = ({ t }, text, link, name) => new File([`${text}\n\n${t("frame.origin.written", { link })}\n`], name, { type: "text/plain" });
