/* The experiment as a PyTorch file: the same settings, the same chance in the same order, so the same losses. */

import { dataOf } from "../parts/engine/data.js";
import { LOSSES } from "../parts/engine/losses.js";
import { UNITS } from "../parts/engine/net.js";

const ACTIVATION = { leaky: `nn.LeakyReLU(${UNITS.leaky.leak})`, relu: "nn.ReLU()", tanh: "nn.Tanh()", swish: "nn.SiLU()" };
const D_LOSS = {
  minimax: "-(logsigmoid(real) + logsigmoid(-fake)).mean()",
  non_saturating: "-(logsigmoid(real) + logsigmoid(-fake)).mean()",
  least_squares: "0.5 * (real - 1).square().mean() + 0.5 * fake.square().mean()",
  hinge: "relu(1 - real).mean() + relu(1 + fake).mean()",
  wasserstein: "fake.mean() - real.mean()",
  relativistic: "-logsigmoid(real - fake).mean()",
};
const G_LOSS = {
  minimax: "logsigmoid(-fake).mean()",
  non_saturating: "-logsigmoid(fake).mean()",
  least_squares: "0.5 * (fake - 1).square().mean()",
  hinge: "-fake.mean()",
  wasserstein: "-fake.mean()",
  relativistic: "-logsigmoid(fake - real).mean()",
};

/** A number as Python writes one that is not whole: Adam takes no whole beta beside a broken one. */
const float = (value) => (Number.isInteger(value) ? `${value}.0` : String(value));
const list = (values) => `[${values.join(", ")}]`;

/** The text of the file. `link`: where the experiment stands. */
export function python(settings, link) {
  const s = settings, { centres, spread, dims } = dataOf(s.data, s.drawn), paired = Boolean(LOSSES[s.loss].paired);
  const gain = UNITS[s.unit].leak === undefined ? 1 : 2 / (1 + UNITS[s.unit].leak ** 2);
  const optimizer = (net, who) =>
    s.optimizer === "adam" ? `torch.optim.Adam(${net}.parameters(), ${float(s[`rate${who}`])}, (${float(s[`beta1${who}`])}, ${float(s[`beta2${who}`])}))` : `torch.optim.SGD(${net}.parameters(), ${float(s[`rate${who}`])}, momentum=${float(s[`beta1${who}`])})`;
  return `"""A GAN on points, exported from ${link}

Run it with Python and PyTorch: python experiment.py [steps]. It prints the losses of every step; the first ones are those of the page.
"""

import math
import sys

import torch
from torch import nn
from torch.nn.functional import logsigmoid, relu

torch.set_default_dtype(torch.float64)

CENTRES = ${list(centres.map(list))}
SPREAD, DIMS, BATCH, NOISE_DIMS = ${spread}, ${dims}, ${s.batch}, ${s.dims}
R1, R2, GP = ${s.r1}, ${s.r2}, ${s.gp}
GRID = 1.5 * 2**26


class Random:
    """mulberry32, and normal numbers from it by Box and Muller."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((self.state ^ (self.state >> 15)) * (self.state | 1)) & 0xFFFFFFFF
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF
        return ((t ^ (t >> 14)) + 0.5) / 4294967296

    def pair(self):
        length, angle = math.sqrt(-2 * math.log(self.uniform())), 2 * math.pi * self.uniform()
        return length * math.cos(angle), length * math.sin(angle)


@torch.no_grad()
def onto_grid(net):
    """Round the weights to multiples of 2 ** -26, as the page does after every step: the last digits, which depend on the order in which a
    program sums, would soon grow into another game."""
    for p in net.parameters():
        p.add_(GRID).sub_(GRID)


def network(sizes, random):
    layers = []
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        layer, last = nn.Linear(inputs, outputs), i + 2 == len(sizes)
        spread = math.sqrt((1 if last else ${gain}) / inputs)
        weights = [spread * random.pair()[0] for _ in range(inputs * outputs)]
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(weights).reshape(outputs, inputs))
            layer.bias.zero_()
        layers += [layer] if last else [layer, ${ACTIVATION[s.unit]}]
    net = nn.Sequential(*layers)
    onto_grid(net)
    return net


def data(random):
    points = []
    for _ in range(BATCH):
        centre = CENTRES[int(random.uniform() * len(CENTRES))]
        pair = random.pair()
        points.append([centre[i] + SPREAD * pair[i] for i in range(DIMS)])
    return torch.tensor(points)


def noise(random):
    rows = [${s.noise === "uniform" ? "[2 * random.uniform() - 1 for _ in range(NOISE_DIMS)]" : "random.pair()[:NOISE_DIMS]"} for _ in range(BATCH)]
    return torch.tensor(rows)


def slopes(score, points):
    (gradient,) = torch.autograd.grad(score.sum(), points, create_graph=True)
    return gradient.square().sum(1)


def step_d(random):
    x, z = data(random).requires_grad_(), noise(random)
    made = G(z).detach().requires_grad_()
    real, fake = D(x).squeeze(1), D(made).squeeze(1)
    loss = ${D_LOSS[s.loss]}
    total = loss
    if R1:
        total = total + R1 / 2 * slopes(real, x).mean()
    if R2:
        total = total + R2 / 2 * slopes(fake, made).mean()
    if GP:
        share = torch.tensor([[random.uniform()] for _ in range(BATCH)])
        between = (share * x + (1 - share) * made).detach().requires_grad_()
        length = (slopes(D(between).squeeze(1), between) + 1e-12).sqrt()
        total = total + GP * (length - 1).square().mean()
    optimizer_d.zero_grad()
    total.backward()
    optimizer_d.step()
    onto_grid(D)
    return loss.item()


def step_g(random):
    made = G(noise(random))
    ${paired ? "real = D(data(random)).squeeze(1)\n    " : ""}fake = D(made).squeeze(1)
    loss = ${G_LOSS[s.loss]}
    optimizer_g.zero_grad()
    loss.backward()
    optimizer_g.step()
    onto_grid(G)
    return loss.item()


random = Random(${s.seed})
G = network([NOISE_DIMS, ${s.g.join(", ")}, DIMS], random)
D = network([DIMS, ${s.d.join(", ")}, 1], random)
optimizer_d = ${optimizer("D", "D")}
optimizer_g = ${optimizer("G", "G")}
${s.ema ? "mean = [p.detach().clone() for p in G.parameters()]  # a running mean of G's weights, which the page draws with\n" : ""}for step in range(1, int(sys.argv[1] if len(sys.argv) > 1 else 5000) + 1):
    for _ in range(${s.k}):
        loss_d = step_d(random)
    loss_g = step_g(random)
${s.ema ? `    with torch.no_grad():\n        for kept, now in zip(mean, G.parameters()):\n            kept.mul_(${s.ema}).add_(now, alpha=1 - ${s.ema})\n` : ""}    print(step, loss_d, loss_g)
`;
}
