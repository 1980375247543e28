"""What a stylizer is measured against: a plain transfer of colours, and the slow way, which optimises the pixels themselves."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ganapp.base import writing
from ganapp.losses import sliced
from ganapp.metrics import content_distance, style_distance, vgg
from ganapp.nets import stylizer

Paint = Callable[[Tensor], Tensor]  # (1, 3, h, w) in [0, 1] -> the same
LAYERS = (*style_distance.LAYERS, content_distance.LAYER)
STEPS = 300  # of the optimisation at the first weight, two thirds of them on the picture at half its size; a third more for the next weight
WEIGHTS = (0.15, 0.03)  # of the content's loss beside 1 for the style's
RATE, LEAST_RATE = 0.03, 0.002  # Adam's, of pixels in [0, 1], along half a cosine
PLACES, RENEWED = 4096, 10  # places of a layer that are compared, at most; steps until other directions are taken
SEED = 5


def seen(picture: Tensor) -> tuple[list[Tensor], Tensor]:
    """What VGG16 sees in (1, 3, h, w), [0, 1]: the features of a style's layers, and those of the content."""
    *style, content = vgg.features().layers(picture * 2 - 1, LAYERS)
    return style, content


def recoloured(painting: Tensor) -> Paint:
    """The transfer of colours alone: mean and covariance of the painting's (1, 3, h, w), [0, 1]."""
    mean, spread = stylizer.palette(painting * 2 - 1)

    def paint(photo: Tensor) -> Tensor:
        x = photo * 2 - 1
        middle, matrix = stylizer.whitening(x)
        made = spread @ matrix @ (x.flatten(2) - middle.unsqueeze(2)) + mean.unsqueeze(2)
        return (made.view_as(x) / 2 + 0.5).clamp(0, 1)

    return paint


def optimised(photo: Tensor, painting: Tensor, steps: int = STEPS) -> list[Tensor]:
    """One picture for each weight of the content: as near to the painting's style, at that price, as pixels go.

    Gatys et al. 2016, from the photo and with the losses of this evaluation: at the first weight two thirds of `steps` on the picture at
    half its size, then the rest on the whole of it; from there on to the next weight. photo, painting (1, 3, h, w) in [0, 1]; the results
    are eight-bit levels.
    """
    random = torch.Generator().manual_seed(SEED)
    coarse, more = 2 * steps // 3, steps // 3
    small = [functional.interpolate(x, scale_factor=0.5, mode="bilinear", antialias=True) for x in (photo, painting)]
    x = _descent(small[0], _Goal(small[0], small[1], random), WEIGHTS[0], coarse)
    gained = functional.interpolate(x - small[0], photo.shape[-2:], mode="bilinear")
    x, goal, made = (photo + gained).clamp(0, 1), _Goal(photo, painting, random), []
    for number, weight in enumerate(WEIGHTS):
        x = _descent(x, goal, weight, more if number else steps - coarse)
        made.append((x * 255).round() / 255)
    return made


class _Goal:
    """The losses of one photo and painting: of the style along as many directions as a layer has channels, which change now and then."""

    def __init__(self, photo: Tensor, painting: Tensor, random: torch.Generator) -> None:
        self.random = random
        with torch.no_grad():
            self.targets = [self._some(each, 4 * PLACES) for each in seen(painting)[0]]
            self.shown = seen(photo)[1]
        self.lines: list[tuple[Tensor, Tensor]] = []

    def _some(self, features: Tensor, most: int) -> Tensor:
        """(c, n): (1, c, h, w) at random places."""
        flat = features[0].flatten(1)
        return flat[:, torch.randperm(flat.shape[1], generator=self.random)[:most]]

    def loss(self, x: Tensor, weight: float, step: int) -> Tensor:
        """Of the picture x (1, 3, h, w) in [0, 1]."""
        style, content = seen(x)
        mine = [self._some(each, PLACES) for each in style]
        if step % RENEWED == 0:
            self.lines = [self._line(target, each.shape[1]) for target, each in zip(self.targets, mine)]
        gaps = [((lines @ each).sort(1).values - goal).square().mean() for each, (lines, goal) in zip(mine, self.lines)]
        apart = [gap / goal.var(1).mean() for gap, (_, goal) in zip(gaps, self.lines)]
        return torch.stack(apart).mean() + weight * content_distance.content_distance(content, self.shown)

    def _line(self, target: Tensor, count: int) -> tuple[Tensor, Tensor]:
        """Directions (k, c) through a layer, and the painting's quantiles along them, (k, count)."""
        lines = sliced.directions(len(target), len(target), self.random)
        return lines, style_distance.resampled((lines @ target).sort(1).values, count)


@torch.inference_mode(False)
def _descent(start: Tensor, goal: _Goal, weight: float, steps: int) -> Tensor:
    """`start` after so many steps of Adam."""
    x = start.clone().requires_grad_(True)
    optimiser = torch.optim.Adam([x], RATE, (0.9, 0.99))
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = LEAST_RATE + (RATE - LEAST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2
        optimiser.zero_grad(set_to_none=True)
        goal.loss(x, weight, step).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        with torch.no_grad():
            x.clamp_(0, 1)
    return x.detach()


class Kept:
    """Pictures that took long to make, in an .npz file, by what they follow from; without a file nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.of: dict[str, NDArray[np.uint8]] = {}
        if path is not None and path.is_file():
            with np.load(path, allow_pickle=False) as kept:
                self.of = {key: kept[key] for key in kept.files}

    def optimised(self, photo: Tensor, painting: Tensor, steps: int, compute: bool) -> list[Tensor]:
        """As the function `optimised`, from the file where it has them; else they are computed if `compute` says so, or there are none."""
        digest = hashlib.sha256(repr((WEIGHTS, steps, RATE, LEAST_RATE, PLACES, RENEWED, SEED)).encode())
        for picture in (photo, painting):
            digest.update(repr(tuple(picture.shape)).encode() + (picture * 255).round().byte().numpy().tobytes())
        key = digest.hexdigest()[:32]
        if key not in self.of and not compute:
            return []
        if key not in self.of:
            made = optimised(photo, painting, steps)
            self.of[key] = (torch.cat(made) * 255).round().byte().numpy()
            if self.path is not None:
                self._write(self.path)
        return [picture[None] for picture in torch.from_numpy(self.of[key]).float() / 255]

    def _write(self, path: Path) -> None:
        arrays: dict[str, Any] = dict(self.of)
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing.telling_when_full(), writing.replacing(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, **arrays)
