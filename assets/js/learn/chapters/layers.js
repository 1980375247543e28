/* The generator of the digits page, layer by layer in plain JavaScript: what onnxruntime computes from the same file, with every map in
   between. A stem of full connections makes maps of 4 x 4; each stage doubles their side. */

const EPSILON = 1e-5; // of the batch norm after the stem, as in torch
const SIDE = 4;
const TAPS = Array.from({ length: 16 }, (_, k) => k); // of a 4 x 4 kernel

/** Numbers of a protobuf message (protobuf.dev, "Encoding"): the fields that are wanted here, as [number, wire type, value]. */
function* fields(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const whole = () => {
    let value = 0;
    for (let power = 1; ; power *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * power;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = whole(), kind = key & 7, number = key >>> 3;
    if (kind === 0) yield [number, whole()];
    else if (kind === 2) {
      const length = whole();
      yield [number, bytes.subarray(at, (at += length))];
    } else if (kind === 5) yield [number, view.getUint32((at += 4) - 4, true)];
    else at += 8;
  }
}

/** float16 numbers as float32. */
function halves(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = view.getUint16(2 * i, true), sign = bits >> 15 ? -1 : 1, power = (bits >> 10) & 31, part = bits & 1023;
    return sign * (power ? (1 + part / 1024) * 2 ** (power - 15) : (part / 1024) * 2 ** -14);
  });
}

const [GRAPH, TENSOR, NAME, KIND, RAW, FLOAT, HALF] = [7, 5, 8, 2, 9, 1, 10]; // fields of ONNX' messages, and two of its types

/** Every weight of an ONNX file (onnx.proto3: ModelProto.graph.initializer) by its name, without ".half" at its end. */
export function weights(bytes) {
  const out = {};
  for (const [number, graph] of fields(bytes)) {
    if (number !== GRAPH) continue;
    for (const [which, tensor] of fields(graph)) {
      if (which !== TENSOR) continue;
      const of = Object.fromEntries(fields(tensor));
      if (!of[RAW] || ![FLOAT, HALF].includes(of[KIND])) continue;
      const name = new TextDecoder().decode(of[NAME]).replace(/\.half$/, "").replace(/^generator\./, "");
      out[name] = of[KIND] === HALF ? halves(of[RAW]) : new Float32Array(of[RAW].slice().buffer);
    }
  }
  return out;
}

/** Twice as large: a transposed convolution of 4 x 4, stride 2, padding 1. x: inputs maps of side x side. */
function grown(x, side, weight, bias, inputs) {
  const large = 2 * side, outputs = bias.length, out = new Float32Array(outputs * large * large);
  for (let o = 0; o < outputs; o++) out.fill(bias[o], o * large * large, (o + 1) * large * large);
  for (let i = 0; i < inputs; i++) {
    for (let place = 0; place < side * side; place++) {
      const value = x[i * side * side + place];
      if (!value) continue; // half of them are 0 after a ReLU
      const [top, left] = [2 * Math.floor(place / side) - 1, 2 * (place % side) - 1];
      const inside = TAPS.filter((k) => top + (k >> 2) >= 0 && top + (k >> 2) < large && left + (k & 3) >= 0 && left + (k & 3) < large);
      const offsets = inside.map((k) => (top + (k >> 2)) * large + left + (k & 3));
      for (let o = 0; o < outputs; o++) {
        const from = (i * outputs + o) * 16, to = o * large * large;
        for (let k = 0; k < inside.length; k++) out[to + offsets[k]] += value * weight[from + inside[k]];
      }
    }
  }
  return out;
}

const positive = (values) => values.map((value) => Math.max(0, value));

/** From latent z and class weights y: [{maps, side, values}, ...], after each layer's ReLU, and last the picture in [0, 1]. */
export function layers(w, z, y) {
  const classes = y.length, latent = z.length, embedded = w["embed.weight"].length / classes, inputs = latent + embedded;
  const input = new Float32Array(inputs);
  input.set(z);
  for (let e = 0; e < embedded; e++) for (let c = 0; c < classes; c++) input[latent + e] += w["embed.weight"][e * classes + c] * y[c];
  const maps = w["stem_norm.weight"].length, cells = SIDE * SIDE, stem = new Float32Array(maps * cells);
  for (let j = 0; j < stem.length; j++) {
    let sum = w["stem.bias"][j];
    for (let i = 0; i < inputs; i++) sum += w["stem.weight"][j * inputs + i] * input[i];
    const m = Math.floor(j / cells), norm = w["stem_norm.weight"][m] / Math.sqrt(w["stem_norm.running_var"][m] + EPSILON);
    stem[j] = Math.max(0, (sum - w["stem_norm.running_mean"][m]) * norm + w["stem_norm.bias"][m]);
  }
  const out = [{ maps, side: SIDE, values: stem }];
  const stages = Object.keys(w).filter((name) => /^stages\.\d+\.weight$/.test(name)).sort((a, b) => Number(a.split(".")[1]) - Number(b.split(".")[1]));
  for (const name of stages) {
    const { maps: before, side, values } = out.at(-1), bias = w[`${name}_bias`];
    out.push({ maps: bias.length, side: 2 * side, values: positive(grown(values, side, w[name], bias, before)) });
  }
  const { maps: before, side, values } = out.at(-1);
  const painted = grown(values, side, w["paint.weight"], w["paint.bias"], before).map((value) => (Math.tanh(value) + 1) / 2);
  return [...out, { maps: 1, side: 2 * side, values: painted }];
}
