/* ganapp/nets/conditional_stylizer.py as graphs: a net of many styles, each told by a few numbers, its code. x and what comes out are in
   [0, 1]. Every layer normalises over the whole picture: a graph either does so itself, or has the statistics of the whole in its weights. */

import { Graph } from "./graph.js";

export const MULTIPLE = 8; // of a picture's sides
const TINY = 1e-5; // beside a variance
const [OUTER, INNER] = [14, 8]; // pixels that the layers before and after the blocks look away, and each block

/** How far the net looks, as a multiple of MULTIPLE. */
export const reach = ({ blocks }) => Math.ceil((OUTER + INNER * blocks + MULTIPLE) / MULTIPLE) * MULTIPLE;

/** The layers in their order: {weight, bias, rim, stride, scale, shift}; bias: null where a layer is normalised, scale and shift of those
    that are. code: Float32Array. */
export function layersOf(weights, config, code) {
  const count = 6 + 2 * config.blocks, tell = weights["tell.weight"], [numbers, codes] = tell.dims;
  const told = Float32Array.from({ length: numbers }, (_, i) => {
    let sum = weights["tell.bias"].data[i];
    for (let k = 0; k < codes; k++) sum += tell.data[i * codes + k] * code[k];
    return sum;
  });
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    const weight = weights[`layers.${i}.conv.weight`], [width, , side] = weight.dims;
    const layer = { weight, rim: side >> 1, stride: i === 1 || i === 2 ? 2 : 1, bias: weights[`layers.${i}.conv.bias`]?.data ?? null };
    if (layer.bias) return layer;
    const [scale, shift] = [told.subarray(at, at + width), told.subarray(at + width, at + 2 * width)];
    at += 2 * width;
    return { ...layer, scale, shift };
  });
}

/** Scale and shift that take the place of a layer's statistics {mean, variance}. */
function folded({ scale, shift }, { mean, variance }) {
  const factor = scale.map((each, i) => each / Math.sqrt(variance[i] + TINY));
  return { factor, rest: shift.map((each, i) => each - mean[i] * factor[i]) };
}

/** A graph that is put together layer by layer. norms: statistics of the layers by their number, those that are known. */
class Layers {
  constructor(layers, norms) {
    Object.assign(this, { layers, norms, graph: new Graph(), outputs: {} });
  }

  /** What a layer makes of x before it is normalised. */
  raw(i, x) {
    const { weight, bias, rim, stride } = this.layers[i];
    return this.graph.conv(this.graph.pad(x, rim, "reflect"), weight, bias, { stride });
  }

  /** A whole layer; told: whether its statistics come out, as m{i} and v{i}. */
  whole(i, x, told = false) {
    const layer = this.layers[i], { graph } = this, norm = this.norms[i];
    if (layer.bias) return this.raw(i, x);
    if (norm) {
      const { factor, rest } = folded(layer, norm), each = layer.weight.data.length / factor.length;
      const weight = { ...layer.weight, data: layer.weight.data.map((value, k) => value * factor[Math.floor(k / each)]) };
      return graph.conv(graph.pad(x, layer.rim, "reflect"), weight, rest, { stride: layer.stride });
    }
    const y = this.raw(i, x);
    if (told) this._told(i, y);
    const names = [layer.scale, layer.shift].map((values) => graph.constant(values.slice(), [values.length]));
    return graph.node("InstanceNormalization", [y, ...names], { epsilon: TINY });
  }

  _told(i, y) {
    const { graph } = this, mean = graph.node("ReduceMean", [y], { axes: [2, 3], keepdims: 1 }, `m${i}`);
    const apart = graph.node("Sub", [y, mean]);
    graph.node("ReduceMean", [graph.node("Mul", [apart, apart])], { axes: [2, 3], keepdims: 1 }, `v${i}`);
    for (const kind of ["m", "v"]) this.outputs[`${kind}${i}`] = [1, this.layers[i].scale.length, 1, 1];
  }

  relu(x) {
    return this.graph.node("Relu", [x]);
  }

  /** All that comes after the second layer, of what that gives; its result is "y". */
  rest(x, told) {
    const { graph, layers } = this, blocks = (layers.length - 6) / 2;
    let y = this.relu(this.whole(2, this.relu(x), told));
    for (let b = 0; b < blocks; b++) y = graph.add(y, this.whole(4 + 2 * b, this.relu(this.whole(3 + 2 * b, y, told)), told));
    const last = layers.length - 3;
    for (const i of [last, last + 1]) y = this.relu(this.whole(i, graph.doubled(y), told));
    graph.node("Sigmoid", [this.whole(last + 2, y, told)], {}, "y");
    return this;
  }
}

const PICTURE = [1, 3, "h", "w"];

/** The whole net, x -> y. norms: the statistics of all layers of the picture that x is a tile of; [] = of x itself. */
export function painting(layers, norms = []) {
  const made = new Layers(layers, norms);
  return made.rest(made.whole(1, made.relu(made.whole(0, "x"))), false).graph.ends({ x: PICTURE }, { y: PICTURE });
}

/** The first layer, before it is normalised: x -> y. */
export function first(layers) {
  const made = new Layers(layers, []);
  made.graph.node("Identity", [made.raw(0, "x")], {}, "y");
  return made.graph.ends({ x: PICTURE }, { y: [1, layers[0].weight.dims[0], "h", "w"] });
}

/** The first two layers, the second before it is normalised: x -> y. */
export function second(layers, norms) {
  const made = new Layers(layers, norms);
  made.graph.node("Identity", [made.raw(1, made.relu(made.whole(0, "x")))], {}, "y");
  return made.graph.ends({ x: PICTURE }, { y: [1, layers[1].weight.dims[0], "H", "W"] });
}

/** What comes after the second layer, of which x is what came before it was normalised: x -> the statistics of all later layers. */
export function later(layers, norms) {
  const made = new Layers(layers, norms), { graph } = made, width = layers[1].weight.dims[0];
  let x = "x";
  if (!layers[1].bias) {
    const { factor, rest } = folded(layers[1], norms[1]);
    x = graph.add(graph.node("Mul", [x, graph.constant(factor, [width, 1, 1])]), graph.constant(rest, [width, 1, 1]));
  }
  made.rest(x, true);
  return graph.ends({ x: [1, width, "h", "w"] }, made.outputs);
}
