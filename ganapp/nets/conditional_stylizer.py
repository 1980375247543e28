"""Conditional stylizer: repaints a photograph in any of many styles, each told by a few numbers, its code.

Dumoulin et al. 2017, "A Learned Representation for Artistic Style": all styles share the convolutions, and a style is a scale and a
shift for each normalised channel. Here these are a linear function of the code: for a net of n styles their shares, (n,), one of them 1 or
a mixture; for the net of Ghiasi et al. 2017, "Exploring the Structure of a Real-time, Arbitrary Neural Artistic Stylization Network", the
100 numbers that its predictor tells of a picture. So what lies between two styles is what lies between their codes.

Each layer normalises over the whole picture (instance norm). `look` takes these statistics once, and with them the net is convolutions
alone: tiles of one picture are as the whole of it. It mirrors what it lacks at the borders, layer by layer, so it leaves no frame.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import DEEPEST, Whole, Width
from ganapp.base.validation import settings_class

MULTIPLE = 8  # of a picture's sides; at half of it the innermost layers had nothing to mirror
TINY = 1e-5  # beside a variance
WIDE = 9  # pixels a side of the first and of the last convolution

Look = tuple[Tensor, ...]  # for each normalised layer (2, c): means, and one by the standard deviations


@settings_class
class Config:
    """codes: numbers of a style's code; full, half, inner: channels at full, half and a quarter of the size on the way in; normed: whether
    these layers are normalised too, or have biases; blocks: of two convolutions, at a quarter of the size; wide, fine: channels at half and
    at full size on the way out."""

    codes: Width
    full: Width = 32
    half: Width = 32
    inner: Width = 32
    normed: bool = True
    blocks: Annotated[int, Whole(0, DEEPEST)] = 6
    wide: Width = 8
    fine: Width = 4


class Layer(nn.Module):
    """A convolution of what is mirrored at its borders, then normalised, scaled and shifted; or with a bias, where it is not normalised."""

    def __init__(self, before: int, after: int, kernel: int = 3, stride: int = 1, normed: bool = True) -> None:
        super().__init__()
        self.conv, self.normed = nn.Conv2d(before, after, kernel, stride, bias=not normed), normed

    def forward(self, x: Tensor, tune: Tensor | None, norm: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """x (1, before, h, w); tune (2, after): scales and shifts, None for a layer that is not normalised; norm (2, after): statistics to
        use, None = those of x, which are returned with the result."""
        rim = self.conv.kernel_size[0] // 2
        x = functional.pad(x, (rim, rim, rim, rim), mode="reflect")
        if tune is None:
            return self.conv(x), None
        scale, shift = tune
        if norm is None:
            y, mean, inverse = torch.native_batch_norm(self.conv(x), scale, shift, None, None, True, 0.0, TINY)  # over one picture
            return y, torch.stack([mean, inverse])
        factor = scale * norm[1]
        weight = self.conv.weight * factor.view(-1, 1, 1, 1)
        return functional.conv2d(x, weight, shift - norm[0] * factor, self.conv.stride), None


class Net(nn.Module):
    """A picture x (1, 3, h, w) in [-1, 1], h and w multiples of 8, and the code (codes,) of a style -> (1, 3, h, w) in [-1, 1].

    look: of the whole picture that x is a tile of, in that style; None = of x itself."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        full, half, inner, normed = config.full, config.half, config.inner, config.normed
        layers = [Layer(3, full, WIDE, 1, normed), Layer(full, half, 3, 2, normed), Layer(half, inner, 3, 2, normed)]
        layers += [Layer(config.inner, config.inner) for _ in range(2 * config.blocks)]
        layers += [Layer(config.inner, config.wide), Layer(config.wide, config.fine), Layer(config.fine, 3, WIDE)]
        self.layers = nn.ModuleList(layers)
        self.tell = nn.Linear(config.codes, self.numbers)

    @property
    def receptive(self) -> int:
        """How far, in pixels, a pixel of the result looks at most, beside the look of the whole; less than 8 too much."""
        outer = 2 * (WIDE // 2) + 1 + 2 + 2 + 1  # the widest two, both halvings, both doublings
        return outer + 4 * 2 * self.config.blocks + MULTIPLE

    @property
    def numbers(self) -> int:
        """How many numbers tell a style: a scale and a shift for each normalised channel, layer by layer, all scales of a layer first."""
        return 2 * sum(self._widths())

    def _widths(self) -> list[int]:
        return [layer.conv.out_channels for layer in self.layers if layer.normed]  # type: ignore[union-attr, misc]

    def look(self, x: Tensor, code: Tensor) -> Look:
        """What the net takes from a whole picture in that style."""
        statistics: list[Tensor] = []
        self._painted(x, code, None, statistics)
        return tuple(statistics)

    def forward(self, x: Tensor, code: Tensor, look: Look | None = None) -> Tensor:
        return self._painted(x, code, look, [])

    def _painted(self, x: Tensor, code: Tensor, look: Look | None, statistics: list[Tensor]) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            tunes = iter(torch.split(self.tell(code), [2 * width for width in self._widths()]))
        norms: Iterator[Tensor] = iter(look or ())
        layers = iter(self.layers)

        def through(x: Tensor) -> Tensor:
            layer = next(layers)
            tune = next(tunes).view(2, -1) if layer.normed else None
            y, own = layer(x, tune, next(norms, None) if layer.normed else None)
            if own is not None:
                statistics.append(own)
            result: Tensor = y
            return result

        x = functional.relu(through(x * 0.5 + 0.5))  # (1, full, h, w)
        x = functional.relu(through(functional.relu(through(x))))  # (1, inner, h/4, w/4)
        for _ in range(self.config.blocks):
            x = x + through(functional.relu(through(x)))
        x = functional.relu(through(_doubled(x)))  # (1, wide, h/2, w/2)
        x = functional.relu(through(_doubled(x)))  # (1, fine, h, w)
        return torch.sigmoid(through(x).float()) * 2 - 1  # in half precision whites would be a level apart


@torch.no_grad()
def tuned(net: Net, code: Tensor) -> Net:
    """The net of one style, whose code is one number, 1, that paints as `net` does by a code (codes,); its weights are its own."""
    made, numbers = Net(dataclasses.replace(net.config, codes=1)), net.tell(code)
    bare = {"tell.weight": torch.zeros(len(numbers), 1), "tell.bias": numbers}
    made.load_state_dict({**net.state_dict(), **bare})
    return made.eval().requires_grad_(False)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="nearest")
