/* ganapp/nets/stylizer.py as graphs. Inputs: x (1, 4 (6 + noise), h/2, w/2), a picture, its colours with covariance one, and its planes of
   noise, four pixels of a square as channels; white (1, 3, h, w), those colours. Output: y (1, 3, h, w), what is painted on the ground, all
   in [-1, 1]. */

import { Graph } from "./graph.js";
import { lerp } from "./weights.js";

export const MULTIPLE = 4; // of a picture's sides
const [SLOPE, TINY] = [0.2, 1e-4];

/** How far the net looks. */
export const reach = ({ dilations }) => MULTIPLE * (dilations.reduce((sum, each) => sum + each + 1, 0) + 1) + 2 * 3 + 2 + MULTIPLE;

/** The tensors between those of two nets of one shape. */
export const between = (one, other, share) => Object.fromEntries(Object.keys(one).map((name) => [name, lerp(one[name], other[name], share)]));

/** The net with statistics of the whole in its weights, norms: {mean, variance} of each layer; without them a graph that normalises by its
    input, and has its statistics m{i} and v{i} come out in the place of y. */
export function stylizer(weights, { dilations, noise = 0 }, norms = null) {
  const graph = new Graph(), outputs = {};
  let count = 0;
  const leaky = (x) => graph.node("LeakyRelu", [x], { alpha: SLOPE });
  const layer = (x, more) => {
    const i = count++, conv = weights[`layers.${i}.conv.weight`];
    const [scale, shift] = ["scale", "shift"].map((part) => weights[`layers.${i}.${part}`].data);
    if (norms) {
      const factor = scale.map((each, c) => each / Math.sqrt(norms[i].variance[c] + TINY)), each = conv.data.length / factor.length;
      const weight = { ...conv, data: conv.data.map((value, k) => value * factor[Math.floor(k / each)]) };
      return graph.conv(x, weight, shift.map((value, c) => value - norms[i].mean[c] * factor[c]), more);
    }
    const y = graph.conv(x, conv, null, more), mean = graph.node("ReduceMean", [y], { axes: [2, 3], keepdims: 1 }, `m${i}`);
    const apart = graph.node("Sub", [y, mean]);
    graph.node("ReduceMean", [graph.node("Mul", [apart, apart])], { axes: [2, 3], keepdims: 1 }, `v${i}`);
    for (const kind of ["m", "v"]) outputs[`${kind}${i}`] = [1, scale.length, 1, 1];
    return graph.node("InstanceNormalization", [y, ...[scale, shift].map((values) => graph.constant(values, [values.length]))], { epsilon: TINY });
  };
  const half = leaky(layer("x", { pad: 1 }));
  let y = layer(half, { stride: 2, pad: 1 });
  for (const dilation of dilations) y = graph.add(y, layer(leaky(layer(leaky(y), { pad: dilation, dilation })), { pad: 1 }));
  y = graph.add(leaky(layer(graph.doubled(leaky(y)), { pad: 1 })), half);
  y = leaky(layer(graph.doubled(leaky(layer(y, { pad: 1 }))), { pad: 1 }));
  const x = { x: [1, 4 * (6 + noise), "h", "w"] };
  if (!norms) return graph.ends(x, outputs);
  graph.node("Identity", [graph.conv(graph.node("Concat", [y, "white"], { axis: 1 }), weights["paint.weight"], weights["paint.bias"].data, { pad: 1 })], {}, "y");
  return graph.ends({ ...x, white: [1, 3, "H", "W"] }, { y: [1, 3, "H", "W"] });
}
