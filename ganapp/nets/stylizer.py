"""Stylizer: repaints a photograph in one style, feed-forward; plain convolutions that a CPU runs fast.

Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer", with two changes. There is no instance norm, which costs more on a
CPU than its convolutions and gives every tile another look: instead the net is told the colours of the whole picture once, as the
matrix that whitens them (`Look`). And it starts from a plain transfer of colours: the whitened photograph in the palette of the style
(Li et al. 2017, "Universal Style Transfer via Feature Transforms", for the pixels alone), to which it adds the brush strokes; so an
untrained net is a colour transfer.

A style is a scale and a shift for each channel of each convolution (Dumoulin et al. 2017, "A Learned Representation for Artistic
Style") and a palette. `tuned` puts them into the weights, so that a net of any style is as plain and as quick as any other, and `between`
two styles of one body lies the net of their mixture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

MULTIPLE = 4  # of a picture's sides
SLOPE = 0.2  # of the leaky ReLU
THUMBNAIL = 256  # most pixels of a side of the copy that the colours of a picture are taken from
LEAST = 0.1  # standard deviation below which a picture's colours are not stretched further, of [-1, 1]; grain would show


class Look(NamedTuple):
    """The colours of whole pictures: mean (b, 3), and matrix (b, 3, 3), which turns colours less their mean into ones of covariance one."""

    mean: Tensor
    matrix: Tensor


class Style(NamedTuple):
    """Styles. numbers (b, n): for each tunable convolution in order its channels' scales, less one, then their shifts; mean (b, 3) and
    matrix (b, 3, 3): the palette, see `palette`."""

    numbers: Tensor
    mean: Tensor
    matrix: Tensor


@dataclass(frozen=True)
class Config:
    """width: channels at a quarter of the size; half, fine: at half and at full size; dilations: of the residual blocks, one each."""

    width: int = 64
    half: int = 16
    fine: int = 8
    dilations: tuple[int, ...] = (1, 2, 1, 2, 1, 1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dilations", tuple(self.dilations))
        if min(self.width, self.half, self.fine, *self.dilations) < 1:
            raise ValueError("width, half, fine and dilations must be positive")


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (b, 3) and covariance (b, 3, 3) of the colours of x (b, 3, h, w); of a copy of at most 256 pixels each way."""
    shrink = max(1, -(-max(x.shape[-2:]) // THUMBNAIL))
    pixels = functional.avg_pool2d(x, shrink, ceil_mode=True).flatten(2) if shrink > 1 else x.flatten(2)  # (b, 3, n)
    mean = pixels.mean(2)
    apart = pixels - mean.unsqueeze(2)
    return mean, apart @ apart.transpose(1, 2) / pixels.shape[2]


def _power(covariance: Tensor, exponent: float, least: float) -> Tensor:
    """The symmetric power of covariances (b, 3, 3); a standard deviation below `least` counts as that."""
    values, vectors = torch.linalg.eigh(covariance.double())
    scaled = (values.clamp(min=least**2)) ** exponent
    power: Tensor = (vectors * scaled.unsqueeze(1)) @ vectors.transpose(1, 2)
    return power.to(covariance.dtype)


def look(x: Tensor) -> Look:
    """The look of whole pictures x (b, 3, h, w) in [-1, 1]."""
    mean, covariance = moments(x)
    return Look(mean, _power(covariance, -0.5, LEAST))


whole = look  # the argument of the same name hides it in the net


def palette(x: Tensor) -> tuple[Tensor, Tensor]:
    """The palette of style pictures x (b, 3, h, w) in [-1, 1]: mean (b, 3) and matrix (b, 3, 3), which spreads whitened colours like it."""
    mean, covariance = moments(x)
    return mean, _power(covariance, 0.5, 0.0)


def _conv(before: int, after: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    padding = dilation * (kernel // 2)
    conv = nn.Conv2d(before, after, kernel, stride, padding, dilation)
    nn.init.kaiming_normal_(conv.weight, SLOPE, nonlinearity="leaky_relu")
    nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    return conv


class Block(nn.Module):
    """Two 3 x 3 convolutions, the first dilated, which `Net.forward` puts beside the identity."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.wide, self.back = _conv(width, width, dilation=dilation), _conv(width, width)
        with torch.no_grad():
            self.back.weight *= 0.3  # the blocks in a row add up


class Net(nn.Module):
    """Pictures x (b, 3, h, w) in [-1, 1], h and w multiples of 4 -> (b, 3, h, w), about [-1, 1], not clamped.

    look: of the whole pictures that x are tiles of, None = of x itself; style: of each picture, None = the one `tuned` put into the net."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        width, half, fine = config.width, config.half, config.fine
        self.in_half = _conv(24, half)
        self.in_quarter = _conv(half, width, 4, 2)
        self.in_quarter.padding = (1, 1)
        self.body = nn.ModuleList(Block(width, dilation) for dilation in config.dilations)
        self.up_half = _conv(width, 4 * half, 1)
        self.out_half = _conv(half, half)
        self.up_fine = _conv(half, 4 * fine, 1)
        self.paint = _conv(fine + 3, 3)
        self.base = nn.Conv2d(3, 3, 1)
        with torch.no_grad():
            self.paint.weight *= 0.02  # an untrained net leaves the colours as the palette makes them
            self.base.weight.zero_()
            for channel in range(3):
                self.base.weight[channel, channel] = 0.5
            self.base.bias.zero_()  # type: ignore[union-attr]

    @property
    def receptive(self) -> int:
        """How far, in pixels, a pixel of the result looks, beside the colours of the whole."""
        quarter = sum(dilation + 1 for dilation in self.config.dilations)
        return MULTIPLE * quarter + 4 * 2 + 2 * 3 + 4  # the body; at half size before and after; at full size

    def tunable(self) -> list[nn.Conv2d]:
        """The convolutions that a style scales and shifts, in order."""
        blocks = [conv for block in self.body for conv in (block.wide, block.back)]
        return [self.in_half, self.in_quarter, *blocks, self.up_half, self.out_half, self.up_fine]  # type: ignore[list-item]

    @property
    def numbers(self) -> int:
        """How many numbers tell a style: two for each channel of the tunable convolutions."""
        return 2 * sum(conv.out_channels for conv in self.tunable())

    def whitened(self, x: Tensor, look: Look) -> Tensor:
        """x in colours of mean 0 and unit covariance over the whole picture: (b, 3, h, w)."""
        flat = look.matrix @ (x.flatten(2) - look.mean.unsqueeze(2))
        return flat.view_as(x)

    def forward(self, x: Tensor, look: Look | None = None, style: Style | None = None) -> Tensor:
        look = look or whole(x)
        white = self.whitened(x.contiguous(), look)
        scaled = iter(self._scaled(style))
        half = functional.leaky_relu(next(scaled)(functional.pixel_unshuffle(torch.cat([x, white], 1), 2)), SLOPE)
        y = next(scaled)(half)  # (b, width, h/4, w/4)
        for _ in self.body:
            inner = functional.leaky_relu(next(scaled)(functional.leaky_relu(y, SLOPE)), SLOPE)
            y = y + next(scaled)(inner)
        y = functional.pixel_shuffle(next(scaled)(functional.leaky_relu(y, SLOPE)), 2) + half
        y = functional.leaky_relu(next(scaled)(functional.leaky_relu(y, SLOPE)), SLOPE)
        y = functional.leaky_relu(functional.pixel_shuffle(next(scaled)(y), 2), SLOPE)  # (b, fine, h, w)
        painted: Tensor = self._ground(white, style) + self.paint(torch.cat([y, white], 1))
        return painted

    def _scaled(self, style: Style | None) -> list[Callable[[Tensor], Tensor]]:
        """The tunable convolutions in order, as each picture's own style scales and shifts them."""
        convolutions = self.tunable()
        if style is None:
            return list(convolutions)
        found: list[Callable[[Tensor], Tensor]] = []
        for conv, part in zip(convolutions, torch.split(style.numbers, [2 * conv.out_channels for conv in convolutions], 1)):
            scale, shift = part[..., None, None].chunk(2, 1)
            found.append(partial(_modulated, conv, scale, shift))
        return found

    def _ground(self, white: Tensor, style: Style | None) -> Tensor:
        """The picture in the colours of the style."""
        if style is None:
            ground: Tensor = self.base(white)
            return ground
        return (style.matrix @ white.flatten(2) + style.mean.unsqueeze(2)).view_as(white)


def _modulated(conv: nn.Conv2d, scale: Tensor, shift: Tensor, x: Tensor) -> Tensor:
    y: Tensor = conv(x)
    return y + y * scale + shift


def style(numbers: Tensor, picture: Tensor) -> Style:
    """The styles of pictures (b, 3, h, w) in [-1, 1], whose numbers (b, n) an encoder or a table gave."""
    return Style(numbers, *palette(picture))


@torch.no_grad()
def tuned(net: Net, style: Style) -> Net:
    """The plain net that paints as `net` does in that one style (its tensors with b = 1)."""
    made = Net(net.config)
    made.load_state_dict(net.state_dict())
    convolutions = made.tunable()
    for conv, part in zip(convolutions, torch.split(style.numbers[0], [2 * conv.out_channels for conv in convolutions])):
        scale, shift = part.chunk(2)
        conv.weight.mul_(1 + scale.view(-1, 1, 1, 1))
        conv.bias.mul_(1 + scale).add_(shift)  # type: ignore[union-attr]
    made.base.weight.copy_(style.matrix[0, :, :, None, None])
    made.base.bias.copy_(style.mean[0])  # type: ignore[union-attr]
    return made.eval().requires_grad_(False)


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
