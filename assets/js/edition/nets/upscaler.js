/* ganapp/nets/upscaler.py as a graph: input x (1, 3, h, w) and, for a net that cleans, plane (1, 1, h, w), the strength of that; output y
   (1, 3, scale h, scale w); all in [-1, 1]. */

import { Graph } from "./graph.js";
import { lerp, times } from "./weights.js";

const REACH = 2; // pixels that the bicubic skip looks away
const CLEANING = 6;

/** A tensor in the shape of a larger one: its first outputs see its own inputs alone, further outputs are the larger one's. */
function placed(small, large) {
  const data = Float32Array.from(large.data), [outputs, inputs = 1] = small.dims, wide = large.dims[1] ?? 1;
  const each = small.data.length / (outputs * inputs); // numbers of a kernel
  for (let o = 0; o < outputs; o++) {
    data.fill(0, o * wide * each, (o + 1) * wide * each);
    data.set(small.data.subarray(o * inputs * each, (o + 1) * inputs * each), o * wide * each);
  }
  return { data, dims: large.dims };
}

/** The tensors of the fidelity net in the shape of the photo net, which may be wider (upscaler.started_from): it does not look at the plane,
    and its cleaner adds nothing. */
function widened(plain, photo) {
  const made = { ...photo };
  for (const [name, tensor] of Object.entries(plain)) if (photo[name]) made[name] = placed(tensor, photo[name]);
  for (const part of ["weight", "bias"]) {
    const name = `cleaner.convolutions.${CLEANING + 1}.${part}`;
    if (photo[name]) made[name] = times(photo[name], 0);
  }
  return made;
}

/** The tensors at `share` of the way from the fidelity net to the photo net (interpolated weights). */
export function between(plain, photo, share) {
  const from = widened(plain, photo);
  return Object.fromEntries(Object.keys(photo).map((name) => [name, lerp(from[name], photo[name], share)]));
}

/** The graph of the net with these tensors; denoise: how strongly it cleans, of a net that does. */
export function upscaler(weights, { scale, depth, denoise: cleans, cleaner }, denoise) {
  const graph = new Graph();
  const conv = (x, name, more = { pad: 1 }) => graph.conv(x, weights[`${name}.weight`], weights[`${name}.bias`]?.data ?? null, more);
  const prelu = (x, name) => graph.prelu(x, weights[`${name}.weight`].data);
  let x = "x";
  if (cleaner && denoise > 0) {
    let noise = x;
    for (let i = 0; i <= CLEANING; i++) noise = prelu(conv(noise, `cleaner.convolutions.${i}`), `cleaner.slopes.${i}`);
    const last = `cleaner.convolutions.${CLEANING + 1}`, share = Math.sqrt(denoise);
    noise = graph.conv(noise, times(weights[`${last}.weight`], share), times(weights[`${last}.bias`], share).data, { pad: 1 });
    x = graph.add(x, noise);
  }
  let y = prelu(conv(cleans ? graph.node("Concat", [x, "plane"], { axis: 1 }) : x, "head"), "slopes.0");
  for (let i = 0; i < depth; i++) y = prelu(conv(y, `body.${i}`), `slopes.${i + 1}`);
  const short = graph.conv(graph.pad(x, REACH, "edge"), weights["skip.weight"], null, { group: 3 });
  graph.node("DepthToSpace", [graph.add(conv(y, "tail"), short)], { blocksize: scale, mode: "CRD" }, "y");
  return graph.ends({ x: [1, 3, "h", "w"], ...(cleans ? { plane: [1, 1, "h", "w"] } : {}) }, { y: [1, 3, "H", "W"] });
}
