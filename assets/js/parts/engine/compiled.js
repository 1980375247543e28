/* The kernels of WebAssembly, for the workers that train. */

/** The compiled kernels, or null where this browser has no SIMD in WebAssembly: then plain JavaScript plays. */
export async function compiled() {
  try {
    return await WebAssembly.compileStreaming(fetch(new URL("kernels.wasm", import.meta.url)));
  } catch (problem) {
    console.info("plain JavaScript computes:", problem.message);
    return null;
  }
}
