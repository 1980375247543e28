/* Names in zip files that do not state their encoding: it is guessed from all names of a file together, in the same way as in
   ganapp/base/name_encodings.py; a test compares the two. An encoding is judged by how many of its characters are common ones. */

/** Bytes 128 to 255 of code page 437: the format requires it, and no browser knows it. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
const LEAST = 0.5; // share of common characters from which an encoding is credible
const KOREAN_LEAST = 6; // number of different characters from which names that are common in both GBK and EUC-KR count as Korean
const LATIN_LEAST = 0.6; // share of ASCII letters in a word of a Latin language
const ODD = /[\u0180-\u02ff\u0370-\u0385\u03cf-\u03ff\u0460-\u058f]|(?<!\p{L})[\u00c0-\u00ff](?!\p{L})/u;
const WORD = /\p{L}+/gu;

/* usual, seldom: byte ranges of common characters, and of those that count half: first from, to, second from, to (no second for a single
   byte); script: the letters of its words; none for encodings in which ASCII letters may stand beside others. */
const ENCODINGS = [
  { label: "gb18030", usual: [[0xb0, 0xd7, 0xa1, 0xfe]], seldom: [[0xd8, 0xf7, 0xa1, 0xfe], [0xa1, 0xa3, 0xa1, 0xfe]] },
  { label: "shift_jis", usual: [[0x82, 0x82, 0x9f, 0xf1], [0x83, 0x83, 0x40, 0x96], [0x88, 0x98, 0x40, 0xfc], [0x81, 0x81, 0x5b, 0x5b]], single: [0xa1, 0xdf] },
  { label: "big5", usual: [[0xa4, 0xc6, 0x40, 0xfe]] },
  { label: "euc-kr", usual: [[0xb0, 0xc8, 0xa1, 0xfe]] },
  { label: "ibm866", usual: [[0x80, 0xaf], [0xe0, 0xf1]], script: "cyrillic" },
  { label: "cp437", usual: [[0x80, 0x9a], [0xa0, 0xa5], [0xe1, 0xe1]], script: "latin" },
  { label: "windows-1252", usual: [[0xc0, 0xff], [0x8a, 0x8a], [0x9a, 0x9a]], script: "latin" },
];

/** The text, or null where the bytes are not in that encoding. */
export function text(bytes, label) {
  if (label === "cp437") return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CP437[byte - 128])).join("");
  try {
    return new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Whether a word has letters that its script would not combine. */
function mixed(word, script) {
  const letters = [...word];
  const plain = letters.filter((letter) => letter < "\u0080").length;
  if (plain === letters.length) return false;
  return script === "cyrillic" ? plain > 0 : plain < LATIN_LEAST * letters.length;
}

/** The characters beyond ASCII as their bytes: [first, second], with second 0 for one byte or four. */
function* codes(bytes, { script, single }) {
  for (let i = 0; i < bytes.length; i++) {
    const first = bytes[i];
    if (first < 128) continue;
    const alone = script || (single && first >= single[0] && first <= single[1]);
    const four = !alone && bytes[i + 1] >= 0x30 && bytes[i + 1] <= 0x39; // GB 18030 alone has these
    yield [first, alone || four ? 0 : bytes[i + 1]];
    if (!alone) i += four ? 3 : 1;
  }
}

const within = (ranges, [first, second]) => ranges.some(([a, b, c = 0, d = 0]) => a <= first && first <= b && c <= second && second <= d);

/** Share of the characters beyond ASCII that are common in an encoding; 0 if a name cannot be in it. */
function score(names, encoding) {
  let [usual, count] = [0, 0];
  for (const bytes of names) {
    const whole = text(bytes, encoding.label);
    if (whole === null) return 0;
    if (encoding.script && (whole.match(WORD) ?? []).some((word) => mixed(word, encoding.script))) return 0;
    for (const code of codes(bytes, encoding)) {
      count += 1;
      usual += within(encoding.usual, code) ? 1 : within(encoding.seldom ?? [], code) ? 0.5 : 0;
    }
  }
  return usual / Math.max(1, count);
}

/** [the most likely encoding of all names, its share of common characters]. */
function likeliest(names) {
  const scores = Object.fromEntries(ENCODINGS.map((encoding) => [encoding.label, score(names, encoding)]));
  const most = Math.max(...Object.values(scores));
  if (most < LEAST) return ["cp437", most];
  const best = ENCODINGS.find(({ label }) => scores[label] === most).label;
  if (best === "gb18030" && scores["euc-kr"] === 1) {
    const characters = new Set(names.flatMap((bytes) => [...text(bytes, "euc-kr")].filter((letter) => letter > "\u007f")));
    return [characters.size >= KOREAN_LEAST ? "euc-kr" : best, most];
  }
  return [["cp437", "windows-1252"].find((label) => scores[label] === most) ?? best, most];
}

/** Whether a file was left by an operating system: hidden files and folders, resource forks, thumbnails. */
export const litter = (name) => /(^|\/)(\.(?!\.?(\/|$))|(__macosx|thumbs\.db|ehthumbs\.db|desktop\.ini|@eadir)(\/|$))/i.test(name);

/** The names of one zip file that are not marked as UTF-8, each given as its bytes. */
export function decoded(names) {
  const plain = names.map((bytes) => text(bytes, "utf-8"));
  const valid = plain.every((name) => name !== null);
  if (valid && !plain.some((name) => ODD.test(name))) return plain;
  const [label, most] = likeliest(names.filter((bytes) => bytes.some((byte) => byte > 127)));
  return valid && most < 1 ? plain : names.map((bytes) => text(bytes, label));
}
