"""Upscaler: plain convolutions at the small size, then pixel shuffle; the shape that a CPU runs fastest.

SRVGG (Wang et al. 2021, "Real-ESRGAN") with PReLU and pixel shuffle (Shi et al. 2016, "Real-Time Single Image ... Using an
Efficient Sub-Pixel Convolutional Neural Network"). The picture itself takes a short way past the net: a 5 x 5 convolution that starts as
bicubic interpolation (Keys 1981), so an untrained net enlarges as well as bicubic and learns only what bicubic lacks.

While it is trained, every 3 x 3 kernel is a sum of branches (`BranchedConvolution`), after ECBSR (Zhang et al. 2021,
"Edge-oriented Convolution Block") and RepVGG (Ding et al. 2021): branches are added up in the kernel itself, so they cost next to nothing,
and `folded` makes the plain net of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import torch
from pydantic import model_validator
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import Choice, Count, Depth, Width, refused
from ganapp.base.validation import settings_class

SCALES = (2, 4)
REACH = 2  # pixels that the bicubic skip looks away from its centre
SHARPNESS = -0.5  # Keys's a
CLEANING = 6  # convolutions of a cleaner between its first and its last
EDGES = (
    ((1.0, 2.0, 1.0), (0.0, 0.0, 0.0), (-1.0, -2.0, -1.0)),  # Sobel
    ((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0)),
    ((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0)),  # Laplace
)


@settings_class
class Config:
    """scale: 2 or 4; width: channels; depth: convolutions between the first and the last; denoise: whether a fourth plane of the input
    says how much of noise, blur and compression is to be taken away; cleaner: channels of a `Cleaner` before all else, 0 for none; its
    answer counts by the root of that plane."""

    scale: Annotated[int, Choice(SCALES)] = 4
    width: Width = 32
    depth: Depth = 16
    denoise: bool = False
    cleaner: Count = 0

    @model_validator(mode="after")
    def _together(self) -> Config:
        if self.cleaner and not self.denoise:
            raise refused("cleaner_without_denoise")
        return self


class Net(nn.Module):
    """Pictures x (b, 3, h, w) in [-1, 1], any size -> (b, 3, scale h, scale w), about [-1, 1], not clamped.

    denoise: from 0, as it is, to 1, clean it well; a number or one for each picture (b,), read only by a net that was made for it."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width, outputs = config.width, 3 * config.scale**2
        self.head: nn.Module = nn.Conv2d(3 + config.denoise, width, 3, 1, 1)
        self.body = nn.ModuleList(nn.Conv2d(width, width, 3, 1, 1) for _ in range(config.depth))
        self.slopes = nn.ModuleList(nn.PReLU(width, 0.25) for _ in range(config.depth + 1))
        self.tail = nn.Conv2d(width, outputs, 3, 1, 1)
        self.skip = nn.Conv2d(3, outputs, 2 * REACH + 1, groups=3, bias=False)
        with torch.no_grad(), torch.device("cpu"):  # laid out on "meta", torch.arange would import half of torch for seconds
            self.tail.weight.zero_()
            self.tail.bias.zero_()  # type: ignore[union-attr]
            self.skip.weight.copy_(bicubic(config.scale).repeat(3, 1, 1).unsqueeze(1))
        if config.cleaner:
            self.cleaner = Cleaner(config.cleaner)

    @property
    def receptive(self) -> int:
        """How far, in pixels of the input, a pixel's enlargement looks."""
        return self.config.depth + 2 + (CLEANING + 2 if self.config.cleaner else 0)

    def forward(self, x: Tensor, denoise: float | Tensor = 0.0) -> Tensor:
        plane = torch.as_tensor(denoise, dtype=x.dtype, device=x.device).reshape(-1, 1, 1, 1)
        if self.config.cleaner:
            x = x + plane.sqrt() * self.cleaner(x)
        y = torch.cat([x, plane.expand(x.shape[0], 1, *x.shape[-2:])], 1) if self.config.denoise else x
        y = self.slopes[0](self.head(y))
        for convolution, slope in zip(self.body, self.slopes[1:]):  # type: ignore[arg-type]
            y = slope(convolution(y))
        with torch.autocast(x.device.type, enabled=False):  # in half precision this alone would be half a level off
            short = self.skip(functional.pad(x, (REACH,) * 4, mode="replicate"))
        return functional.pixel_shuffle(self.tail(y) + short, self.config.scale)


class Cleaner(nn.Module):
    """Pictures (b, 3, h, w) in [-1, 1] -> what has to be added to take their noise away: a small net that learns the noise itself (Zhang et
    al. 2017, "Beyond a Gaussian Denoiser"), without being told how much there is. An untrained one adds nothing."""

    def __init__(self, width: int) -> None:
        super().__init__()
        sides = [3, *[width] * (CLEANING + 1), 3]
        self.convolutions = nn.ModuleList(nn.Conv2d(before, after, 3, 1, 1) for before, after in zip(sides, sides[1:]))
        self.slopes = nn.ModuleList(nn.PReLU(width, 0.25) for _ in range(CLEANING + 1))
        for each in self.convolutions:
            nn.init.kaiming_normal_(each.weight, a=0.25)  # type: ignore[arg-type]
            nn.init.zeros_(each.bias)  # type: ignore[arg-type]
        nn.init.zeros_(self.convolutions[-1].weight)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        for convolution, slope in zip(self.convolutions, self.slopes):
            x = slope(convolution(x))
        noise: Tensor = self.convolutions[-1](x)
        return noise


def bicubic(scale: int) -> Tensor:
    """(scale^2, 5, 5): for each place of an enlarged pixel within the small one, row by row, the weights of bicubic interpolation."""
    ways = (torch.arange(scale) + 0.5) / scale - 0.5  # of the place from the small pixel's centre
    apart = (torch.arange(-REACH, REACH + 1) - ways.unsqueeze(1)).abs()  # (scale, 5)
    a = SHARPNESS
    near = (a + 2) * apart**3 - (a + 3) * apart**2 + 1
    far = a * (apart**3 - 5 * apart**2 + 8 * apart - 4)
    line = torch.where(apart <= 1, near, torch.where(apart < 2, far, torch.zeros(())))
    return torch.einsum("iy,jx->ijyx", line, line).flatten(0, 1)


class BranchedConvolution(nn.Module):
    """A 3 x 3 convolution whose kernel is a sum: one of its own, one that widens and narrows again, edge detectors behind mixtures of
    the channels, and, where there are as many channels after it as before, the channels themselves."""

    edges: Tensor

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.plain = nn.Parameter(torch.empty(after, before, 3, 3))
        self.bias = nn.Parameter(torch.zeros(after))
        self.widen = nn.Parameter(torch.empty(2 * after, before))
        self.narrow = nn.Parameter(torch.zeros(after, 2 * after, 3, 3))
        self.mixtures = nn.Parameter(torch.zeros(len(EDGES), after, before))
        self.register_buffer("edges", torch.tensor(EDGES) / 8)
        nn.init.kaiming_normal_(self.plain, a=0.25)
        nn.init.kaiming_normal_(self.widen, a=1.0)
        self.itself = before == after
        if self.itself:
            with torch.no_grad():
                self.plain.mul_(0.4)  # beside the channels themselves

    def others(self) -> Tensor:
        """(after, before, 3, 3): the sum of all branches but the plain one."""
        wide = torch.einsum("omyx,mi->oiyx", self.narrow, self.widen)
        total = wide + torch.einsum("eoi,eyx->oiyx", self.mixtures, self.edges)
        if self.itself:
            total = total + functional.pad(torch.eye(total.shape[0], device=total.device)[..., None, None], (1, 1, 1, 1))
        return total

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):  # as `folded` adds them up
            kernel = self.plain + self.others()
        return functional.conv2d(x, kernel, self.bias, padding=1)


class TrainingNet(Net):
    """The same function with opened convolutions, from fresh weights or from a plain net's."""

    def __init__(self, config: Config, start: Net | None = None) -> None:
        super().__init__(config)
        plain = [self.head, *self.body]
        if start is not None:
            self.load_state_dict(start.state_dict())
        opened = [BranchedConvolution(each.in_channels, each.out_channels) for each in plain]  # type: ignore[arg-type]
        if start is not None:
            with torch.no_grad():
                for mine, its in zip(opened, plain):
                    mine.plain.copy_(its.weight - mine.others())  # type: ignore[operator]
                    mine.bias.copy_(its.bias)  # type: ignore[arg-type]
        self.head, self.body = opened[0], nn.ModuleList(opened[1:])

    @torch.no_grad()
    def folded(self) -> Net:
        """The plain net that computes the same."""
        plain = Net(self.config)
        kept = {key: value for key, value in self.state_dict().items() if not key.startswith(("head.", "body."))}
        for name, each in [("head", self.head), *((f"body.{i}", each) for i, each in enumerate(self.body))]:
            assert isinstance(each, BranchedConvolution)
            kept |= {f"{name}.weight": each.plain + each.others(), f"{name}.bias": each.bias}
        plain.load_state_dict(kept)
        return plain.eval()


@torch.no_grad()
def started_from(config: Config, start: Net, fresh: Net | None = None) -> Net:
    """A net of `config` that takes from `start` all that fits: a net of the other scale keeps its body, a net that is to clean begins
    with a plane that it does not look at, a wider one computes the same beside channels that nothing looks at yet (Chen et al. 2016,
    "Net2Net"). What `start` lacks is that of `fresh` where it is given. ValueError when depths differ, or `start` is wider."""
    if start.config.depth != config.depth or start.config.width > config.width:
        raise ValueError("the net to start from does not fit in width or depth")
    net = Net(config)
    if fresh is not None or start.config.width < config.width:
        net.load_state_dict((fresh or TrainingNet(config).folded()).state_dict())
    weights = dict(net.state_dict())
    for key, theirs in start.state_dict().items():
        if key in weights and (start.config.scale == config.scale or not key.startswith(("tail.", "skip."))):
            weights[key][: len(theirs)] = 0.0  # what its channels would see of the fresh ones
            place = tuple(slice(min(pair)) for pair in zip(theirs.shape, weights[key].shape))
            weights[key][place] = theirs[place]
    return net


@torch.no_grad()
def between(one: Net, other: Net, share: float) -> Net:
    """The net whose weights lie at `share` in [0, 1] on the way from `one` to `other` (Wang et al. 2018, "ESRGAN", network
    interpolation). One of them may be narrower, or lack the plane for cleaning or the cleaner. ValueError for nets of different scale or
    depth, or with cleaners of different width."""
    pair = (one.config, other.config)
    if any(len(set(found) - {0}) > 1 for found in zip(*((each.scale, each.depth, each.cleaner) for each in pair))):
        raise ValueError("the two nets differ in scale, depth or cleaner")
    denoise, cleaner = any(each.denoise for each in pair), max(each.cleaner for each in pair)
    config = replace(max(pair, key=lambda each: each.width), denoise=denoise, cleaner=cleaner)
    whole = started_from(config, one if one.config.cleaner else other)
    whole = started_from(config, max((one, other), key=lambda net: net.config.width), whole)
    a, b = (started_from(config, each, whole).state_dict() for each in (one, other))
    for weights, each in ((a, one), (b, other)):
        if config.cleaner and not each.config.cleaner:  # it adds nothing
            for name in ("weight", "bias"):
                weights[f"cleaner.convolutions.{CLEANING + 1}.{name}"].zero_()
    net = Net(config)
    net.load_state_dict({key: torch.lerp(a[key], b[key], share) for key in a})
    return net.eval().requires_grad_(False)
