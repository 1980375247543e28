/* A net as an ONNX file, written here: nodes as they are called, weights as they lie in a model's safetensors. So a net can be put together in
   the page for the settings of the moment (strength, style), as torch does it on the server. Protocol buffers by hand: onnx.proto of ONNX
   1.16, version 17 of its operators. */

const [FLOAT, INT64] = [1, 7]; // TensorProto.DataType
const VERSION = 17, FORMAT = 8;
const text = (string) => new TextEncoder().encode(string);

function varint(value) {
  const made = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    made.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest);
  return Uint8Array.from(made);
}

function joined(parts) {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

const number = (field, value) => [varint(field << 3), varint(value)];
const bytes = (field, content) => [varint((field << 3) | 2), varint(content.length), content];
const string = (field, value) => bytes(field, text(value));
const message = (field, ...parts) => bytes(field, joined(parts.flat()));
const float = (field, value) => [varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)];

function attribute(name, value) {
  if (typeof value === "string") return message(5, string(1, name), string(4, value), number(20, 3));
  if (Array.isArray(value)) return message(5, string(1, name), ...value.map((each) => number(8, each)), number(20, 7));
  if (Number.isInteger(value)) return message(5, string(1, name), number(3, value), number(20, 2));
  return message(5, string(1, name), float(2, value), number(20, 1));
}

/** What goes in or comes out: dims holds numbers and names of free sides. */
function value(field, name, dims) {
  const shape = dims.map((each) => message(1, typeof each === "number" ? number(1, each) : string(2, each)));
  return message(field, string(1, name), message(2, message(1, number(1, FLOAT), message(2, ...shape))));
}

/** nodes: {op, inputs, attributes, output}, in their order; constants: {data, dims} by name; inputs, outputs: dims by name, numbers and names
    of free sides. */
export class Graph {
  constructor() {
    Object.assign(this, { nodes: [], constants: new Map(), count: 0, inputs: {}, outputs: {} });
  }

  _name() {
    return `t${this.count++}`;
  }

  /** Numbers (Float32Array, or BigInt64Array for whole ones) of a shape, by the name that they get. */
  constant(data, dims) {
    const name = this._name();
    this.constants.set(name, { data, dims });
    return name;
  }

  /** What an operator makes of its inputs (names, "" for one left out). */
  node(op, inputs, attributes = {}, output = this._name()) {
    this.nodes.push({ op, inputs, attributes, output });
    return output;
  }

  /** weight: {data, dims}, bias: Float32Array or null. */
  conv(x, weight, bias, { stride = 1, pad = 0, dilation = 1, group = 1 } = {}) {
    const names = [x, this.constant(weight.data, weight.dims), ...(bias ? [this.constant(bias, [bias.length])] : [])];
    const [, , high, wide] = weight.dims;
    return this.node("Conv", names, { kernel_shape: [high, wide], strides: [stride, stride], pads: [pad, pad, pad, pad], dilations: [dilation, dilation], group });
  }

  /** Continued by `rim` pixels on each side; mode: "edge" or "reflect". */
  pad(x, rim, mode) {
    if (!rim) return x;
    return this.node("Pad", [x, this.constant(BigInt64Array.from([0, 0, rim, rim, 0, 0, rim, rim], BigInt), [8])], { mode });
  }

  prelu(x, slopes) {
    return this.node("PRelu", [x, this.constant(slopes, [slopes.length, 1, 1])]);
  }

  add(a, b) {
    return this.node("Add", [a, b]);
  }

  /** Twice as high and wide, each pixel four times. */
  doubled(x) {
    return this.node("Resize", [x, "", this.constant(Float32Array.of(1, 1, 2, 2), [4])], { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" });
  }

  /** The graph with what goes in and comes out: {name: dims}; what comes out bears the names of nodes' outputs. */
  ends(inputs, outputs) {
    return Object.assign(this, { inputs, outputs });
  }

  /** The graph as a file. */
  file() {
    const tensors = [...this.constants].map(([name, { data, dims }]) => {
      const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength), type = data instanceof BigInt64Array ? INT64 : FLOAT;
      return message(5, ...dims.map((each) => number(1, each)), number(2, type), string(8, name), bytes(9, raw));
    });
    const nodes = this.nodes.map(({ op, inputs, attributes, output }) => {
      const told = Object.entries(attributes).map(([name, each]) => attribute(name, each));
      return message(1, ...inputs.map((each) => string(1, each)), string(2, output), string(4, op), ...told);
    });
    const ends = [[11, this.inputs], [12, this.outputs]].flatMap(([field, named]) => Object.entries(named).map(([name, dims]) => value(field, name, dims)));
    return joined([...number(1, FORMAT), ...message(8, string(1, ""), number(2, VERSION)), ...message(7, string(2, "net"), ...tensors, ...nodes, ...ends)]);
  }
}
