/* onnxruntime-web, and the files that it runs. */

/* How files of the static edition are packed, by their endings (ganapp/ui/edition/writing.py): a plain web server does not say so. */
const PACKED = { wasm: ".gz", json: ".gz", onnx: ".halves.gz", safetensors: ".halves.gz" };
let edition = Boolean(globalThis.window?.likeness?.edition);

/** In a worker, which does not see the page: its files are the static edition's. */
export function fromEdition() {
  edition = true;
}

/** Bytes unpacked, if they are a gzip file; a server that said how it is coded has had the browser unpack it. */
async function unpacked(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Bytes of which the even ones stand before the odd ones, in their order. */
function paired(bytes) {
  const made = new Uint8Array(bytes.length), upper = Math.ceil(bytes.length / 2);
  for (let i = 0; i < bytes.length; i++) made[i] = bytes[i % 2 ? upper + (i >> 1) : i >> 1];
  return made;
}

/** The bytes at `url`; `progress(received, total)` counts bytes, total is 0 if the server does not say it. packed: in the static edition,
    whether they are packed. */
export async function fetched(url, progress, signal, packed = !url.endsWith(".json")) {
  const ending = edition && packed ? PACKED[url.split(".").pop()] : undefined;
  if (!ending) return received(url, progress, signal);
  const bytes = await unpacked(await received(url + ending, progress, signal));
  return ending === ".gz" ? bytes : paired(bytes);
}

async function received(url, progress, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  // What is read here is already unpacked; the server sends the unpacked length in a header of its own.
  const coded = answer.headers.has("Content-Encoding");
  const total = Number(answer.headers.get(coded ? "X-Decoded-Length" : "Content-Length")) || 0;
  const chunks = [];
  let count = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    count += value.length;
    progress(count, total);
  }
  const bytes = new Uint8Array(count);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

let library = null;

/** onnxruntime-web with its WebAssembly, one thread, loaded once for all models. */
export function runtime(folder, progress) {
  library ??= (async () => {
    const [ort, wasm] = await Promise.all([import(`${folder}ort.wasm.min.mjs`), fetched(`${folder}ort-wasm-simd-threaded.wasm`, progress)]);
    Object.assign(ort.env.wasm, { numThreads: 1, proxy: false, wasmPaths: folder, wasmBinary: wasm });
    return ort;
  })();
  library.catch(() => (library = null));
  return library;
}
