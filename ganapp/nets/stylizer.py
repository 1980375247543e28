"""Stylizer: repaints a photograph in one style, feed-forward; plain convolutions that a CPU runs fast.

Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer", with instance norm (Ulyanov et al. 2017), which a CPU dislikes and
which gives every tile of a picture another look. Here its statistics are taken once, from a small copy of the whole picture (`Look`),
and go into the weights: what runs over the picture is convolutions alone, and all tiles have one look. The net starts from a plain
transfer of colours, the whitened photograph in the palette of the style (Li et al. 2017, "Universal Style Transfer via Feature
Transforms", for the pixels alone), to which it adds the brush strokes; so an untrained net is nearly a colour transfer. Where a photograph
is flat there is nothing to place strokes by; so a net may also take planes of noise (Ulyanov et al. 2016, "Texture Networks").

A style is a scale and a shift for each normalised channel (Dumoulin et al. 2017, "A Learned Representation for Artistic Style") and a
palette. `tuned` makes a net of one style from a net of many, and `between` two styles of one body lies the net of their mixture.
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import DEEPEST, Whole, Width, Widths
from ganapp.base.validation import settings_class

MULTIPLE = 4  # of a picture's sides
RIM = 32  # pixels by which a picture is continued at its borders, where it is large enough
SLOPE = 0.2  # of the leaky ReLU
THUMBNAIL = 256  # most pixels of a side of the copy that the colours of a picture are taken from
TINY = 1e-4  # of a variance, below which it is not stretched
FIRST = "layers.0.conv.weight"  # the layer that takes noise, as its last channels
BLOB = 8  # pixels between the places at which the coarser planes of noise are drawn
LEAST = 0.1  # standard deviation below which a picture's colours are not stretched further, of [-1, 1]; grain would show


class Look(NamedTuple):
    """What a net takes from whole pictures. mean (b, 3) and matrix (b, 3, 3): of their colours, the matrix turns colours less their mean
    into ones of covariance one; norms: mean and variance of each normalised layer's channels, (b, 2, c) each."""

    mean: Tensor
    matrix: Tensor
    norms: tuple[Tensor, ...]


class Style(NamedTuple):
    """Styles. numbers (b, n): for each normalised layer in order what is added to its channels' scales, then to their shifts; mean (b, 3)
    and matrix (b, 3, 3): the palette, see `palette`."""

    numbers: Tensor
    mean: Tensor
    matrix: Tensor


@settings_class
class Config:
    """width: channels at a quarter of the size; half, fine: at half and at full size; dilations: of the residual blocks, one each; noise:
    planes of it that the net takes beside a picture."""

    width: Width = 64
    half: Width = 16
    fine: Width = 8
    dilations: Widths = (1, 2, 1, 2, 1, 1)
    noise: Annotated[int, Whole(0, DEEPEST)] = 0


def noise(count: int, like: Tensor, seed: int | None = None) -> Tensor:
    """Planes of noise for pictures `like` (b, c, h, w): (b, count, h, w), each value from N(0, 1) in the first, smooth blobs some 8 pixels
    wide in the others. They follow from `seed`; None: from torch's own generator."""
    b, _, h, w = like.shape
    if not count:
        return like[:, :0]
    random = None if seed is None else torch.Generator().manual_seed(seed)
    white = torch.randn((b, 1, h, w), generator=random)
    drawn = torch.randn((b, count - 1, -(-h // BLOB) + 1, -(-w // BLOB) + 1), generator=random)
    planes = [white]
    if count > 1:
        planes.append(functional.interpolate(drawn, scale_factor=BLOB, mode="bicubic")[..., :h, :w])
    return torch.cat(planes, 1).to(like)


def noised(x: Tensor, count: int, seed: int | None = None) -> Tensor:
    """Pictures (b, c, h, w) with so many planes of noise as further channels, (b, c + count, h, w); they themselves for none."""
    return torch.cat([x, noise(count, x, seed)], 1) if count else x


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (b, 3) and covariance (b, 3, 3) of the colours of x (b, 3, h, w); of a copy of at most 256 pixels each way."""
    shrink = max(1, -(-max(x.shape[-2:]) // THUMBNAIL))
    pixels = functional.avg_pool2d(x, shrink, ceil_mode=True).flatten(2) if shrink > 1 else x.flatten(2)  # (b, 3, n)
    mean = pixels.mean(2)
    apart = pixels - mean.unsqueeze(2)
    with torch.autocast(x.device.type, enabled=False):
        return mean, apart @ apart.transpose(1, 2) / pixels.shape[2]


def _power(covariance: Tensor, exponent: float, least: float) -> Tensor:
    """The symmetric power of covariances (b, 3, 3); a standard deviation below `least` counts as that."""
    values, vectors = torch.linalg.eigh(covariance.double())
    scaled = (values.clamp(min=least**2)) ** exponent
    power: Tensor = (vectors * scaled.unsqueeze(1)) @ vectors.transpose(1, 2)
    return power.to(covariance.dtype)


def palette(x: Tensor) -> tuple[Tensor, Tensor]:
    """The palette of style pictures x (b, 3, h, w) in [-1, 1]: mean (b, 3) and matrix (b, 3, 3), which spreads whitened colours like it."""
    mean, covariance = moments(x)
    return mean, _power(covariance, 0.5, 0.0)


def whitening(x: Tensor) -> tuple[Tensor, Tensor]:
    """Of pictures x (b, 3, h, w) in [-1, 1]: mean (b, 3) and the matrix (b, 3, 3) that gives their colours unit covariance."""
    mean, covariance = moments(x)
    return mean, _power(covariance, -0.5, LEAST)


class Layer(nn.Module):
    """A convolution whose channels are normalised, then scaled and shifted, as a style has it."""

    def __init__(self, before: int, after: int, stride: int = 1, dilation: int = 1, scale: float = 1.0) -> None:
        super().__init__()
        kernel, padding = (4, 1) if stride == 2 else (3, dilation)
        self.conv = nn.Conv2d(before, after, kernel, stride, padding, dilation, bias=False)
        self.scale, self.shift = nn.Parameter(torch.full((after,), scale)), nn.Parameter(torch.zeros(after))
        nn.init.kaiming_normal_(self.conv.weight, SLOPE, nonlinearity="leaky_relu")

    def forward(self, x: Tensor, tune: Tensor | None, norm: Tensor | None, statistics: list[Tensor]) -> Tensor:
        """x (b, before, h, w); tune (b, 2, after): what is added to scales and shifts; norm (b, 2, after): mean and variance to use, None =
        those of x, (b, 2, after), which are appended to `statistics`."""
        scale, shift = self.scale.unsqueeze(0), self.shift.unsqueeze(0)
        if tune is not None:
            scale, shift = scale + tune[:, 0], shift + tune[:, 1]
        if norm is not None and len(norm) == len(scale) == 1:
            factor = scale[0] * (norm[0, 1] + TINY).rsqrt()
            weight = self.conv.weight * factor.view(-1, 1, 1, 1)
            conv = self.conv
            return functional.conv2d(x, weight, shift[0] - norm[0, 0] * factor, conv.stride, conv.padding, conv.dilation)
        y: Tensor = self.conv(x)
        if norm is None:
            variance, mean = torch.var_mean(y.float(), (2, 3), correction=0)  # of half precision they would be worth three digits
            norm = torch.stack([mean, variance], 1)
            statistics.append(norm)
        factor = scale * (norm[:, 1] + TINY).rsqrt()
        return y * factor[..., None, None] + (shift - norm[:, 0] * factor)[..., None, None]


class Net(nn.Module):
    """Pictures x (b, 3, h, w) in [-1, 1], h and w multiples of 4 -> (b, 3, h, w), about [-1, 1], not clamped. The planes of `noise` that a
    net takes are further channels of x; where x has none, new ones are drawn.

    look: of the whole pictures that x are tiles of, None = of x itself; style: of each picture, None = the one `tuned` put into the net."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width, half, fine = config.width, config.half, config.fine
        blocks = []
        for dilation in config.dilations:
            blocks += [Layer(width, width, 1, dilation), Layer(width, width, scale=0.4)]  # the blocks in a row add up
        self.layers = nn.ModuleList(
            [Layer(4 * (6 + config.noise), half), Layer(half, width, 2), *blocks, Layer(width, half), Layer(half, half), Layer(half, fine)]
        )
        self.paint, self.base = nn.Conv2d(fine + 3, 3, 3, 1, 1), nn.Conv2d(3, 3, 1)
        with torch.no_grad():
            self.paint.weight *= 0.1  # an untrained net leaves the colours nearly as the palette makes them
            self.paint.bias.zero_()  # type: ignore[union-attr]
            self.base.weight.zero_()
            for channel in range(3):
                self.base.weight[channel, channel] = 0.5
            self.base.bias.zero_()  # type: ignore[union-attr]

    @property
    def receptive(self) -> int:
        """How far, in pixels, a pixel of the result looks at most, beside the look of the whole: the body at a quarter of the size, what is
        before and after it at half, the last at full size, and the rounding of both halvings. A multiple of 4, less than 4 too much."""
        return MULTIPLE * (sum(dilation + 1 for dilation in self.config.dilations) + 1) + 2 * 3 + 2 + MULTIPLE

    @property
    def numbers(self) -> int:
        """How many numbers tell a style: two for each normalised channel."""
        return 2 * sum(self._widths())

    def _widths(self) -> list[int]:
        return [layer.conv.out_channels for layer in self.layers]  # type: ignore[union-attr, misc]

    def look(self, x: Tensor, style: Style | None = None) -> Look:
        """The look of whole pictures x (b, 3, h, w) in [-1, 1], h and w multiples of 4; of a small copy, as a rule. Equal ones have one."""
        statistics: list[Tensor] = []
        x = x[:, :3]
        mean, matrix = whitening(x)
        x = noised(x, self.config.noise, seed=0)
        self._painted(x, Look(mean, matrix, ()), style, statistics)
        return Look(mean, matrix, tuple(statistics))

    def forward(self, x: Tensor, look: Look | None = None, style: Style | None = None) -> Tensor:
        return self._painted(x, look or Look(*whitening(x[:, :3]), ()), style, [])

    def _painted(self, x: Tensor, look: Look, style: Style | None, statistics: list[Tensor]) -> Tensor:
        x, planes = x[:, :3], x[:, 3:]
        if planes.shape[1] != self.config.noise:
            planes = noise(self.config.noise, x)
        with torch.autocast(x.device.type, enabled=False):  # colours stay exact where the strokes are not
            white = (look.matrix @ (x.flatten(2) - look.mean.unsqueeze(2))).view_as(x)
            ground = self._ground(white, style)
        turns = iter(zip(self.layers, self._tunes(style), look.norms or [None] * len(self.layers)))

        def through(x: Tensor) -> Tensor:
            layer, tune, norm = next(turns)
            y: Tensor = layer(x, tune, norm, statistics)
            return y

        half = functional.leaky_relu(through(functional.pixel_unshuffle(torch.cat([x, white, planes], 1), 2)), SLOPE)
        y = through(half)  # (b, width, h/4, w/4)
        for _ in self.config.dilations:
            y = y + through(functional.leaky_relu(through(functional.leaky_relu(y, SLOPE)), SLOPE))
        y = functional.leaky_relu(through(_doubled(functional.leaky_relu(y, SLOPE))), SLOPE) + half
        y = functional.leaky_relu(through(y), SLOPE)  # (b, half, h/2, w/2)
        y = functional.leaky_relu(through(_doubled(y)), SLOPE)  # (b, fine, h, w)
        painted: Tensor = ground + self.paint(torch.cat([y, white], 1))
        return painted

    def _tunes(self, style: Style | None) -> list[Tensor | None]:
        """For each layer what each picture's style adds to its scales and shifts, (b, 2, c)."""
        if style is None:
            return [None] * len(self.layers)
        parts = torch.split(style.numbers, [2 * width for width in self._widths()], 1)
        return [part.view(len(part), 2, -1) for part in parts]

    def _ground(self, white: Tensor, style: Style | None) -> Tensor:
        """The picture in the colours of the style."""
        if style is None:
            ground: Tensor = self.base(white)
            return ground
        return (style.matrix @ white.flatten(2) + style.mean.unsqueeze(2)).view_as(white)


def _doubled(x: Tensor) -> Tensor:
    """Twice as high and wide; not by pixel shuffle, whose grids a style loss takes for brush strokes."""
    return functional.interpolate(x, scale_factor=2, mode="nearest")


def style(numbers: Tensor, picture: Tensor) -> Style:
    """The styles of pictures (b, 3, h, w) in [-1, 1], whose numbers (b, n) an encoder or a table gave."""
    return Style(numbers, *palette(picture))


def paint(net: Net, x: Tensor, look: Look | None = None, seed: int = 0) -> Tensor:
    """What the net makes of whole pictures x (b, 3, h, w), h and w multiples of 4, without the frame that zeros around them would leave:
    they are mirrored at their borders first. look: as the net's; None = of x; seed: of the noise, for a net that takes some."""
    rim = [min(RIM, side - side % MULTIPLE - MULTIPLE) for side in x.shape[-2:]]
    wide = functional.pad(x, (rim[1], rim[1], rim[0], rim[0]), mode="reflect")
    painted: Tensor = net(noised(wide, net.config.noise, seed), look or net.look(x))
    return painted[..., rim[0] : rim[0] + x.shape[-2], rim[1] : rim[1] + x.shape[-1]]


@torch.no_grad()
def tuned(net: Net, style: Style) -> Net:
    """The net that paints as `net` does in that one style (its tensors with b = 1)."""
    made = Net(net.config)
    made.load_state_dict(net.state_dict())
    for layer, tune in zip(made.layers, made._tunes(style)):
        assert isinstance(layer, Layer)
        assert tune is not None
        layer.scale.add_(tune[0, 0])
        layer.shift.add_(tune[0, 1])
    made.base.weight.copy_(style.matrix[0, :, :, None, None])
    made.base.bias.copy_(style.mean[0])  # type: ignore[union-attr]
    return made.eval().requires_grad_(False)


@torch.no_grad()
def reshaped(net: Net, config: Config) -> Net:
    """A net of that shape with the weights of another one whose convolutions are as large. Dilations may differ; for planes of noise that
    the other one does not take it has small random weights, from torch's own generator.

    ValueError when anything else differs, and for fewer planes of noise."""
    if dataclasses.replace(net.config, noise=config.noise, dilations=config.dilations) != config or net.config.noise > config.noise:
        raise ValueError("the two nets differ in more than dilations and noise")
    if len(net.config.dilations) != len(config.dilations):
        raise ValueError("the two nets differ in their number of blocks")
    made, state = Net(config), net.state_dict()
    first = state[FIRST]
    more = torch.randn(len(first), 4 * (config.noise - net.config.noise), *first.shape[2:])
    state[FIRST] = torch.cat([first, 0.5 * first.std() * more], 1)
    made.load_state_dict(state)
    return made


@torch.no_grad()
def between(one: Net, other: Net, share: float) -> Net:
    """The net at `share` in [0, 1] of the way from one to another: the mixture of two styles, when they were tuned from one body.

    ValueError for nets of different shape; whether they are of one body the nets cannot tell, their folders do."""
    if one.config != other.config:
        raise ValueError("the two nets differ in shape")
    a, b = one.state_dict(), other.state_dict()
    net = Net(one.config)
    net.load_state_dict({key: torch.lerp(a[key], b[key], share) for key in a})
    return net.eval().requires_grad_(False)
