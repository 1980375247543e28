"""The picture at other sizes, as further sources for a deep hole: what leads away from the viewer repeats itself smaller and smaller.

Stairs, railings and planks in perspective are like themselves about the point where they vanish: what lies nearer, reduced, continues
what lies farther, and one move of the reduced picture is right for all of it (p goes to v + (p - v) s, for a vanishing point v and a
scale s: another scale of He and Sun's offsets; Darabi et al. 2012, "Image Melding", search scaled patches one by one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.repairing import offsets
from ganapp.repairing.offsets import Layer

SCALES = (0.8, 0.9, 1.1, 1.25)  # of the picture's size: a quarter farther or nearer at most, since more would be blurred or coarse
EACH = 6  # offsets of each scale at most
POINTS = 2  # vanishing points that each of the outermost scales names
QUERIES = 600  # patches that look for their likest at each scale
LEAST = 16  # pixels of the shorter side below which a layer is of no use


@dataclass(frozen=True)
class Sources:
    """Layers of any sizes, pixel by pixel, one layer after another. layers: the first is the picture itself; colours (3, n); void (n,)
    bool; sizes (layers, 2): rows and columns; starts (layers,): number of each layer's first pixel."""

    layers: tuple[Layer, ...]
    colours: Tensor
    void: Tensor
    sizes: Tensor
    starts: Tensor

    def places(self, moves: Tensor, at: Tensor) -> tuple[Tensor, Tensor]:
        """Pixels `at` (..., 2), moved by `moves` (..., 3) of layer, rows and columns -> their numbers (...), and whether they lie in the
        layer (...); the number of one that does not is that of a pixel at the edge."""
        y, x = at[..., 0] + moves[..., 1], at[..., 1] + moves[..., 2]
        if len(self.layers) == 1:
            h, w = self.layers[0].void.shape
            return y.clamp(0, h - 1) * w + x.clamp(0, w - 1), (y >= 0) & (x >= 0) & (y < h) & (x < w)
        high, wide = self.sizes[moves[..., 0]].unbind(-1)
        inside = (y >= 0) & (x >= 0) & (y < high) & (x < wide)
        y, x = torch.minimum(y.clamp(min=0), high - 1), torch.minimum(x.clamp(min=0), wide - 1)
        return self.starts[moves[..., 0]] + y * wide + x, inside


def sources(layers: tuple[Layer, ...]) -> Sources:
    """The layers in one row."""
    colours = torch.cat([layer.picture.flatten(1) for layer in layers], 1)
    void = torch.cat([layer.void.flatten() for layer in layers])
    sizes = torch.tensor([layer.void.shape for layer in layers])
    areas = sizes.prod(1)
    return Sources(layers, colours, void, sizes, areas.cumsum(0) - areas)


def layers(picture: Tensor, hole: Tensor) -> tuple[Layer, ...]:
    """picture (3, h, w), its hole (h, w) bool -> the picture at each of SCALES; none of a picture too small for it."""
    h, w = hole.shape
    near = functional.max_pool2d(hole[None, None].float(), 5, 1, 2)  # as far as the cubic kernel reaches
    made = []
    for scale in SCALES:
        size = (round(h * scale), round(w * scale))
        if min(size) < LEAST:
            continue
        resized = functional.interpolate(picture[None], size, mode="bicubic", align_corners=False, antialias=True)[0].clamp(0, 1)
        void = functional.interpolate(near, size, mode="bilinear", align_corners=False, antialias=True)[0, 0] > 0
        made.append(Layer(resized, void, scale))
    return tuple(made)


def dominant(picture: Tensor, hole: Tensor, scaled: tuple[Layer, ...], on: Callable[[], None]) -> Tensor:
    """picture (3, h, w), its hole (h, w) bool, and layers of it -> offsets (n, 3), each once: number of the layer, counted from 1, rows and
    columns, by which most patches of the picture find their likest in the layer, EACH a layer at most; and those by which the commonest of
    them go on in the other layers."""
    itself, unique = Layer(picture, hole), dict[tuple[int, ...], None]()
    peaks = [offsets.between(itself, layer, EACH, on, QUERIES) for layer in scaled]
    for number, moves in enumerate(peaks, 1):
        unique |= dict.fromkeys((number, y, x) for y, x in moves.tolist())
    for layer, moves in zip(scaled, peaks):
        if layer.scale in (SCALES[0], SCALES[-1]):  # the farther from 1, the more exact is the point
            unique |= dict.fromkeys(_about(moves[:POINTS] / (layer.scale - 1), scaled))
    return torch.tensor(list(unique), dtype=torch.long).view(-1, 3)


def _about(points: Tensor, scaled: tuple[Layer, ...]) -> list[tuple[int, int, int]]:
    """The offset of every layer about each vanishing point (n, 2)."""
    found = []
    for number, layer in enumerate(scaled, 1):
        found += [(number, y, x) for y, x in (points * (layer.scale - 1)).round().long().tolist()]
    return found
