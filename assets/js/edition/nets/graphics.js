/* The nets on the graphics card, by WebGPU: a Graph's operators as compute shaders, one dispatch a node. Only what is left of a net whose
   statistics are known runs here: convolutions and what is done to each number. The build of onnxruntime-web that has WebGPU would be a
   download of its own; the few operators that the nets here are made of are these lines. */

const GROUP = 64, ROW = 65_535 * GROUP; // invocations of a workgroup, and of a row of workgroups
const MOST_KEPT = 256; // tables of numbers that stay on the card
const OUTPUTS = 8; // channels of a pixel that one invocation of a convolution makes

/* By operator: what a number of the output is, from inputs a and b, its index i and its place c, y, x. */
const VALUES = {
  Identity: () => "a[i]",
  Relu: () => "max(a[i], 0.0)",
  LeakyRelu: ({ alpha }) => `select(a[i] * ${alpha}, a[i], a[i] > 0.0)`,
  PRelu: () => "select(a[i] * b[c], a[i], a[i] > 0.0)",
  Sigmoid: () => "1.0 / (1.0 + exp(-a[i]))",
  Add: () => "a[i] + b[i]",
  Concat: () => "select(b[max(i, s.cut) - s.cut], a[min(i, s.cut - 1u)], i < s.cut)",
  Resize: () => "a[(c * s.high + y / 2u) * s.wide + x / 2u]",
  DepthToSpace: ({ blocksize: k }) => `a[((c * ${k * k}u + (y % ${k}u) * ${k}u + x % ${k}u) * s.high + y / ${k}u) * s.wide + x / ${k}u]`,
  Pad: ({ mode }) => `a[(c * s.high + ${mode}(i32(y), s.high, s.h)) * s.wide + ${mode}(i32(x), s.wide, s.w)]`,
};
/* The size of the output of each, from those of its inputs. */
const SIZES = {
  Concat: (a, _, b) => ({ ...a, c: a.c + b.c }),
  Resize: ({ c, h, w }) => ({ c, h: 2 * h, w: 2 * w }),
  DepthToSpace: ({ c, h, w }, { blocksize: k }) => ({ c: c / (k * k), h: h * k, w: w * k }),
};

const HEAD = `struct Sizes { c: u32, h: u32, w: u32, high: u32, wide: u32, cut: u32 }
@group(0) @binding(0) var<storage, read_write> made: array<f32>;
@group(0) @binding(1) var<uniform> s: Sizes;
@group(0) @binding(2) var<storage, read> a: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
fn edge(at: i32, before: u32, after: u32) -> u32 { return u32(clamp(at - i32(after - before) / 2, 0, i32(before) - 1)); }
fn reflect(at: i32, before: u32, after: u32) -> u32 {
  let k = abs(at - i32(after - before) / 2);
  return u32(select(k, 2 * (i32(before) - 1) - k, k >= i32(before)));
}
`;

const each = (value) => `${HEAD}@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x + id.y * ${ROW}u;
  if (i >= s.c * s.h * s.w) { return; }
  let x = i % s.w; let y = i / s.w % s.h; let c = i / (s.w * s.h);
  made[i] = ${value} + 0.0 * (a[0] + b[0]);
}`;

/** A convolution whose weights lie as [input][row][column][output], outputs filled up to a multiple of OUTPUTS, and the biases behind them. */
const convolution = ({ inputs, outputs, side, stride, pad, dilation, parts }) => `${HEAD}@compute @workgroup_size(${GROUP}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let all = id.x + id.y * ${ROW}u; let n = s.w * s.h;
  if (all >= n * ${Math.ceil(outputs / OUTPUTS)}u) { return; }
  let i = all % n; let first = all / n * ${OUTPUTS}u;
  let left = i32(i % s.w) * ${stride} - ${pad}; let top = i32(i / s.w) * ${stride} - ${pad};
  var sum: array<f32, ${OUTPUTS}>;
  for (var o = 0u; o < ${OUTPUTS}u; o++) { sum[o] = b[${inputs * side * side}u * ${padded(outputs)}u + first + o]; }
  for (var c = 0u; c < ${inputs}u; c++) {
    for (var v = 0u; v < ${side}u; v++) {
      let y = top + i32(v) * ${dilation};
      if (y < 0 || y >= i32(s.high)) { continue; }
      for (var u = 0u; u < ${side}u; u++) {
        let x = left + i32(u) * ${dilation};
        if (x < 0 || x >= i32(s.wide)) { continue; }
        let at = ((c * ${side}u + v) * ${side}u + u) * ${padded(outputs)}u + first;
        ${parts > 1
    ? `for (var o = 0u; o < ${OUTPUTS}u; o++) { sum[o] += a[(min(first + o, ${outputs - 1}u) / ${outputs / parts}u * s.high + u32(y)) * s.wide + u32(x)] * b[at + o]; }`
    : `let value = a[(c * s.high + u32(y)) * s.wide + u32(x)];
        for (var o = 0u; o < ${OUTPUTS}u; o++) { sum[o] += value * b[at + o]; }`}
      }
    }
  }
  for (var o = 0u; o < ${OUTPUTS}u && first + o < ${outputs}u; o++) { made[(first + o) * n + i] = sum[o]; }
}`;

const padded = (outputs) => Math.ceil(outputs / OUTPUTS) * OUTPUTS;

/** The numbers of a convolution as the shader reads them. */
function arranged({ data, dims: [outputs, inputs, high, wide] }, bias) {
  const width = padded(outputs), each = inputs * high * wide, made = new Float32Array((each + 1) * width);
  for (let o = 0; o < outputs; o++) for (let k = 0; k < each; k++) made[k * width + o] = data[o * each + k];
  if (bias) made.set(bias.data, each * width);
  return made;
}

/** The operators that run here. */
export const able = (graph) => graph.nodes.every(({ op }) => op === "Conv" || op in VALUES);

export class Graphics {
  constructor(device) {
    Object.assign(this, { device, pipelines: new Map(), weights: new Map(), free: [] });
  }

  /** The card; null where the browser has none for this page. */
  static async open() {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
    const device = await adapter?.requestDevice().catch(() => null);
    return device ? new Graphics(device) : null;
  }

  /** What a graph makes of inputs {name: {data, dims}}: {name: {data}}. key: graphs of one key are the same. */
  async run(key, graph, inputs) {
    const { device } = this, held = new Map(), left = new Map(), temporary = [];
    device.pushErrorScope("validation");
    device.pushErrorScope("out-of-memory");
    for (const node of graph.nodes) for (const name of node.inputs) left.set(name, (left.get(name) ?? 0) + 1);
    for (const [name, { data, dims: [, c, h, w] }] of Object.entries(inputs)) {
      const buffer = this._taken(data.byteLength);
      device.queue.writeBuffer(buffer, 0, data);
      held.set(name, { buffer, c, h, w });
    }
    const encoder = device.createCommandEncoder();
    for (const [number, node] of graph.nodes.entries()) {
      const given = node.inputs.map((name) => held.get(name)).filter(Boolean), [one, two] = given;
      const fixed = node.inputs.map((name) => graph.constants.get(name)).filter(Boolean);
      const { code, size, constant } = this._shader(node, one, two, fixed);
      const made = { ...size, buffer: this._taken(4 * size.c * size.h * size.w) };
      const sizes = this._uniform([size.c, size.h, size.w, one.h, one.w, one.c * one.h * one.w], temporary);
      const other = two?.buffer ?? (constant ? this._kept(`${key} ${number}`, constant) : one.buffer);
      this._dispatch(encoder, code, [made.buffer, sizes, one.buffer, other], node.op === "Conv" ? Math.ceil(size.c / OUTPUTS) * size.h * size.w : size.c * size.h * size.w);
      held.set(node.output, made);
      for (const name of node.inputs) {
        left.set(name, left.get(name) - 1);
        if (held.has(name) && !left.get(name)) this.free.push(held.get(name).buffer);
      }
    }
    const results = Object.keys(graph.outputs).map((name) => [name, held.get(name)]);
    const readers = results.map(([, { buffer, c, h, w }]) => {
      const reader = device.createBuffer({ size: 4 * c * h * w, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      encoder.copyBufferToBuffer(buffer, 0, reader, 0, 4 * c * h * w);
      return reader;
    });
    device.queue.submit([encoder.finish()]);
    const problem = (await device.popErrorScope()) ?? (await device.popErrorScope());
    if (problem) throw new Error(problem.message);
    await Promise.all(readers.map((reader) => reader.mapAsync(GPUMapMode.READ)));
    const answer = results.map(([name, { buffer }], i) => {
      const data = new Float32Array(readers[i].getMappedRange()).slice();
      this.free.push(buffer);
      return [name, { data }];
    });
    for (const buffer of [...readers, ...temporary]) buffer.destroy();
    return Object.fromEntries(answer);
  }

  /** The shader of a node, the size of what it makes, and the numbers that belong to it. */
  _shader({ op, attributes }, one, two, fixed) {
    if (op !== "Conv") {
      const size = SIZES[op]?.(one, attributes, two) ?? { c: one.c, h: one.h, w: one.w };
      if (op === "Pad") Object.assign(size, { h: one.h + 2 * Number(fixed[0].data[2]), w: one.w + 2 * Number(fixed[0].data[3]) });
      return { code: each(VALUES[op](attributes)), size, constant: op === "PRelu" ? fixed[0].data : null };
    }
    const [weight, bias] = fixed, [outputs, inputs, side] = weight.dims, { strides: [stride], pads: [pad], dilations: [dilation], group } = attributes;
    const out = (length) => Math.floor((length + 2 * pad - dilation * (side - 1) - 1) / stride) + 1;
    return { code: convolution({ inputs, outputs, side, stride, pad, dilation, parts: group }), size: { c: outputs, h: out(one.h), w: out(one.w) }, constant: () => arranged(weight, bias) };
  }

  _dispatch(encoder, code, buffers, count) {
    if (!this.pipelines.has(code)) {
      const module = this.device.createShaderModule({ code });
      this.pipelines.set(code, this.device.createComputePipeline({ layout: "auto", compute: { module, entryPoint: "main" } }));
    }
    const pipeline = this.pipelines.get(code), pass = encoder.beginComputePass(), groups = Math.ceil(count / GROUP);
    pass.setPipeline(pipeline);
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    pass.setBindGroup(0, this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.min(groups, ROW / GROUP), Math.ceil(groups / (ROW / GROUP)));
    pass.end();
  }

  /** A buffer of at least so many bytes: one that is free, or a new one. */
  _taken(bytes) {
    const at = this.free.findIndex(({ size }) => size >= bytes && size <= 2 * bytes);
    if (at >= 0) return this.free.splice(at, 1)[0];
    return this.device.createBuffer({ size: bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  }

  _uniform(values, temporary) {
    const buffer = this.device.createBuffer({ size: 4 * values.length, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.device.queue.writeBuffer(buffer, 0, Uint32Array.from(values));
    temporary.push(buffer);
    return buffer;
  }

  /** Let go of the older half of what stays: what the graph at hand needs was just touched. */
  _forget() {
    for (const [key, buffer] of [...this.weights].slice(0, MOST_KEPT / 2)) {
      this.weights.delete(key);
      buffer.destroy();
    }
  }

  /** The numbers of a node, which stay on the card. */
  _kept(key, numbers) {
    const found = this.weights.get(key) ?? this._sent(typeof numbers === "function" ? numbers() : numbers);
    this.weights.delete(key);
    if (this.weights.size >= MOST_KEPT) this._forget();
    this.weights.set(key, found);
    return found;
  }

  _sent(data) {
    const buffer = this.device.createBuffer({ size: data.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    this.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }
}
