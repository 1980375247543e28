"""How far what VGG16 finds in repainted pictures is from what it finds in paintings; see recipes/stylize.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.losses import moments, sliced
from ganapp.losses.moments import Moments
from ganapp.training.data.paintings import Seen
from ganapp.training.run.randomness import mixed

COARSE = (1, 3, 6, 8)  # relu1_2, relu2_2, relu3_3, relu4_2: of the picture in half its size
FINE = (1, 3, 5)  # relu1_2, relu2_2, relu3_2: of a piece of it


class Lines(NamedTuple):
    """What a sliced Wasserstein distance is taken along: how many lines, 0 for no such distance; how many places of a layer at most; the
    seed that both follow from; and the row of the batch that the first picture is."""

    number: int
    places: int
    seed: int
    row: int = 0


@dataclass(frozen=True)
class Content:
    """Crops x (b, 3, side, side) in [-1, 1], their content (b, c, h, w), see `placed`, and how much it counts."""

    x: Tensor
    features: Tensor
    weight: float

    def moved(self, found: Tensor) -> Tensor:
        """How far features (b, c, h, w) are from the content, as a share of its size; the mean over the pictures."""
        apart = (placed(found) - self.features).square().mean((1, 2, 3))
        return (apart / self.features.square().mean((1, 2, 3)).clamp(min=1e-8)).mean()


def halved(x: Tensor) -> Tensor:
    """Pictures (b, c, h, w) at half their size; an odd last row or column is dropped."""
    return functional.avg_pool2d(x, 2)


def placed(features: Tensor) -> Tensor:
    """Features (b, c, h, w) with the mean of each channel removed, divided by one standard deviation for the whole picture."""
    variance, mean = torch.var_mean(features, (2, 3), correction=0, keepdim=True)
    return (features - mean) / (variance.mean(1, keepdim=True) + 1e-4).sqrt()


def apart_from(found: list[Tensor], seen: list[Seen], lines: Lines) -> tuple[Tensor, Tensor]:
    """How far features, (b, c, h, w) of each layer, are from those of b paintings: by moments, and by the sliced Wasserstein distance; each
    the mean over the layers and the pictures."""
    random = torch.Generator().manual_seed(lines.seed)
    like, apart = [], []
    for depth, features in enumerate(found):
        wanted = [each.moments[depth] for each in seen]
        goal = Moments(torch.cat([each.mean for each in wanted]), torch.cat([each.covariance for each in wanted]))
        like.append(moments.distance(moments.of(features), goal).mean())
        if lines.number:
            apart.append(_sliced(features.flatten(2), [each.features[depth] for each in seen], lines, random))
    return torch.stack(like).mean(), torch.stack(apart).mean() if apart else torch.zeros_like(like[0])


def _sliced(mine: Tensor, wanted: list[Tensor], lines: Lines, random: torch.Generator) -> Tensor:
    """The sliced Wasserstein distance of features (b, c, n) from those of paintings, (c, m) each. Which places are compared follows from
    a picture's row alone, whatever else is in the batch or in this part of it."""
    along = sliced.directions(mine.shape[1], lines.number, random).to(mine.device)
    order = torch.randperm(mine.shape[2], generator=random).to(mine.device)
    apart = []
    for row, (one, other) in enumerate(zip(mine, wanted, strict=True), lines.row):
        own = torch.Generator().manual_seed(mixed(lines.seed, row))
        count = min(lines.places, one.shape[1], other.shape[1])
        theirs = other[:, torch.randperm(other.shape[1], generator=own)[:count].to(mine.device)].float()
        apart.append(sliced.distance(one[None, :, order[:count]], theirs[None], along))
    return torch.cat(apart).mean()
