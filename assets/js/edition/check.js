/* What a file says of its making, as far as that can be read without a server: XMP, recipe, and whether there is a signed manifest. See
   ganapp/tasks/check.py, whose answer this is. */

const KINDS = [
  ["PNG", [0x89, 0x50, 0x4e, 0x47]],
  ["JPEG", [0xff, 0xd8, 0xff]],
  ["GIF", [0x47, 0x49, 0x46, 0x38]],
  ["TIFF", [0x49, 0x49, 0x2a, 0]],
  ["TIFF", [0x4d, 0x4d, 0, 0x2a]],
];
const LONGEST = 300_000; // characters of XMP

function kind(bytes) {
  const riff = String.fromCharCode(...bytes.subarray(0, 4)) === "RIFF" ? String.fromCharCode(...bytes.subarray(8, 12)) : "";
  if (riff) return { WEBP: "WebP", WAVE: "WAV" }[riff] ?? "";
  return KINDS.find(([, first]) => first.every((byte, i) => bytes[i] === byte))?.[0] ?? "";
}

/** The texts of a PNG by their keywords, those that are packed left out. */
function texts(bytes) {
  const found = {}, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name !== "tEXt" && name !== "iTXt") continue;
    const content = bytes.subarray(at + 8, at + 8 + view.getUint32(at)), end = content.indexOf(0);
    const keyword = new TextDecoder().decode(content.subarray(0, end));
    if (name === "tEXt") found[keyword] = new TextDecoder("latin1").decode(content.subarray(end + 1));
    else if (!content[end + 1]) {
      const language = content.indexOf(0, end + 3), translated = content.indexOf(0, language + 1);
      found[keyword] = new TextDecoder().decode(content.subarray(translated + 1));
    }
  }
  return found;
}

/** The first XMP packet in a file, as text. */
function xmp(bytes) {
  const whole = new TextDecoder("latin1").decode(bytes);
  const first = whole.indexOf("<x:xmpmeta"), last = whole.indexOf("</x:xmpmeta>", first);
  return first < 0 || last < 0 || last - first > LONGEST ? "" : new TextDecoder().decode(bytes.subarray(first, last + 12));
}

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What a name of a packet, with its prefix or any, stands for: an attribute's value, or an element's text. */
function valueOf(packet, name) {
  const [, first, second, third] = new RegExp(`\\b${name}\\s*(?:=\\s*(?:"([^"]*)"|'([^']*)')|>([^<]*)<)`).exec(packet) ?? [];
  const plain = (first ?? second ?? third ?? "").replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, word) => {
    if (word) return ENTITIES[word] ?? whole;
    const code = decimal ? Number(decimal) : parseInt(hexadecimal, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
  return plain.trim();
}

/** {source, recipe, remote} of a packet; "" for what it does not say. */
function said(packet) {
  const source = valueOf(packet, "[\\w.-]+:DigitalSourceType").split("/").pop();
  return { source, recipe: valueOf(packet, "likeness:Recipe"), remote: valueOf(packet, "dcterms:provenance").slice(0, 300) };
}

function parsed(line) {
  try {
    const held = JSON.parse(line);
    const recipe = held?.likeness ?? held;
    return recipe && typeof recipe === "object" && !Array.isArray(recipe) ? recipe : null;
  } catch {
    return null;
  }
}

const MANIFEST = { signer: "", issuer: "", trusted: false, problems: [], generator: "", actions: [], recipe: "", ingredients: [], private: false, bytes: 0, count: 0, regions: [] };

/** The answer of the task `check` on a file; null for one that it does not take. */
export async function checked(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer()), form = kind(bytes);
  if (!form) return null;
  const told = said(xmp(bytes)), held = form === "PNG" ? texts(bytes) : {};
  const recipe = parsed(told.recipe) ?? parsed(held.likeness);
  const bitmap = ["PNG", "JPEG", "WebP"].includes(form) ? await createImageBitmap(blob).catch(() => null) : null;
  const size = bitmap ? [bitmap.width, bitmap.height] : null;
  bitmap?.close();
  const whole = new TextDecoder("latin1").decode(bytes), signed = /jumb[^]{0,200}c2pa/.test(whole);
  const manifest = { ...MANIFEST, state: signed ? "unknown" : "" };
  return { form, size, manifest, ...told, recipe, signed_recipe: false, regions: [], mark: null, looked: false, same_mark: null, own: false, any: Boolean(signed || told.source || recipe) };
}

/** The recipe that a PNG of a digit holds: {task, request}; null without one. */
export async function recalled(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const { task, ...request } = parsed(kind(bytes) === "PNG" ? texts(bytes).likeness : undefined) ?? {};
  return typeof task === "string" ? { task, request } : null;
}
