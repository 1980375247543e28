/* ganapp/nets/upscaler.py as a graph: input x (1, 3, h, w) and, for a net that cleans, plane (1, 1, h, w), the strength of that; output y
   (1, 3, scale h, scale w); all in [-1, 1]. */

import { Graph } from "./graph.js";
import { lerp, times } from "./weights.js";

const REACH = 2; // pixels that the bicubic skip looks away
const CLEANING = 6;

/** The tensors of the fidelity net in the shape of the photo net: it does not look at the plane, and its cleaner adds nothing. */
function widened(plain, photo) {
  const head = new Float32Array(photo["head.weight"].data.length);
  const [outputs, inputs] = photo["head.weight"].dims, own = plain["head.weight"].dims[1];
  for (let o = 0; o < outputs; o++) for (let k = 0; k < own * 9; k++) head[o * inputs * 9 + k] = plain["head.weight"].data[o * own * 9 + k];
  const made = { ...photo, ...plain, "head.weight": { data: head, dims: photo["head.weight"].dims } };
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
