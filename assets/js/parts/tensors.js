/* The tensors of a safetensors file, in single precision. */

const POWERS = Float32Array.from({ length: 32 }, (_, e) => 2 ** (e - 15));

/** Numbers in half precision (IEEE 754) as single ones. */
function single(halves) {
  const made = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const h = halves[i], exponent = (h >> 10) & 31, fraction = (h & 1023) / 1024;
    const size = exponent ? (exponent === 31 ? (fraction ? NaN : Infinity) : POWERS[exponent] * (1 + fraction)) : fraction * 2 ** -14;
    made[i] = h & 0x8000 ? -size : size;
  }
  return made;
}

/** {name: {data, dims}} of the file's bytes; whole numbers, which no net here needs, are left out. */
export function tensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
  const made = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__" || !["F16", "F32"].includes(entry.dtype)) continue;
    const [first, last] = entry.data_offsets;
    const raw = bytes.slice(8 + size + first, 8 + size + last).buffer;
    made[name] = { data: entry.dtype === "F16" ? single(new Uint16Array(raw)) : new Float32Array(raw), dims: entry.shape };
  }
  return made;
}
