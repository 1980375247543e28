"""What a slider does, tried out: digits are moved along its direction, measured, and shown to the judge."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.metrics import attributes

CLASSES = 10
VALUES = (-2.0, -1.0, 0.0, 1.0, 2.0)  # coordinates at which a direction is tried
BLOCK = 500
WALKED = 3  # of so many digits one is taken to all of them, the others to the ends alone
RANGES = Path(__file__).with_name("ranges.json")  # written by scripts/usual_digits.py
SIZE = 32  # of the pictures that the ranges are of
R2, SPEARMAN, MOVES, KEPT = 0.6, 0.95, 0.15, 0.97
KNOWN = 0.5  # share of the digits that the judge must know for a slider to keep anything


def classless(net: nn.Module) -> bool:
    """Whether the generator draws what it likes."""
    return getattr(getattr(net, "config", None), "classes", CLASSES) == 0


@torch.no_grad()
def painted(net: nn.Module, z: Tensor, labels: Tensor) -> Tensor:
    """Ink (n, 1, h, w) in [0, 1] of latents (n, latent) as digits (n,); a generator without classes draws what it likes."""
    classes = torch.zeros(len(labels), 0) if classless(net) else torch.eye(CLASSES)[labels]
    blocks = [net(z[i : i + BLOCK], classes[i : i + BLOCK]) for i in range(0, len(z), BLOCK)]
    return (torch.cat(blocks) + 1) / 2


@torch.no_grad()
def scores(judge: nn.Module, ink: Tensor) -> Tensor:
    """The judge's logits (n, 10) of ink (n, 1, h, w)."""
    return torch.cat([judge(ink[i : i + BLOCK] * 2 - 1) for i in range(0, len(ink), BLOCK)])


def named(judge: nn.Module, ink: Tensor) -> Tensor:
    """The digits (n,) that the judge takes ink (n, 1, h, w) for."""
    return scores(judge, ink).argmax(1)


def ranks(values: Tensor) -> Tensor:
    """Ranks (n, k) along each row of values (n, k), equal ones sharing their mean rank."""
    less = (values[:, None] < values[:, :, None]).sum(2)
    same = (values[:, None] == values[:, :, None]).sum(2)
    return less + (same + 1) / 2


def spearman(values: Tensor) -> float:
    """How steadily values (n, k) rise along their rows, -1 to 1: the mean of Spearman's coefficient with the column's number over
    the rows that change at all; 0 when none does."""
    moving = values[(values.amax(1) - values.amin(1)) > 1e-6]
    if not len(moving):
        return 0.0
    own = ranks(moving)
    own = own - own.mean(1, keepdim=True)
    order = torch.arange(values.shape[1], dtype=own.dtype)
    order = order - order.mean()
    return float(((own @ order) / (own.norm(dim=1) * order.norm()).clamp(min=1e-9)).mean())


@cache
def ranges() -> dict[str, tuple[float, ...]]:
    """By attribute and digit, how far real digits differ: from the value that a twentieth of MNIST's stay below to the one that a twentieth
    go beyond."""
    table: dict[str, tuple[float, ...]] = json.loads(RANGES.read_text(encoding="utf-8"))
    return table


@dataclass(frozen=True)
class Trial:
    """What moving along a direction from -2 to 2 did to digits of one class, or of all. r2: the share of the attribute's variance that the
    coordinate accounts for (squared correlation over random digits); spearman: how steadily the attribute rises with the slider, mean over
    digits; effect: its change per standard deviation; moves: its change as a share of its range in real digits; class_kept: share of the
    digits that the judge knew before and still takes for the same at both ends."""

    r2: float
    spearman: float
    effect: float
    moves: float
    class_kept: float

    @property
    def holds(self) -> bool:
        """Whether that is enough for a slider."""
        follows = self.r2 >= R2 or self.spearman >= SPEARMAN
        return follows and self.moves >= MOVES and self.class_kept >= KEPT

    def written(self) -> dict[str, float]:
        """As directions.json and reports hold it."""
        return {name: round(value, 4) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Bench:
    """A generator and its judge, and digits to try directions on: latents z (n, latent), labels (n,), and whether the judge knows each
    as it is drawn (n,)."""

    net: nn.Module
    judge: nn.Module
    z: Tensor
    labels: Tensor
    known: Tensor

    def of(self, kind: int) -> Bench:
        """The digits of one class alone."""
        own = self.labels == kind
        return Bench(self.net, self.judge, self.z[own], self.labels[own], self.known[own])


def bench(net: nn.Module, judge: nn.Module, latent: int, count: int, seed: int) -> Bench:
    """`count` random digits, as many of each class; without classes in the generator the judge says which they are."""
    z = torch.randn(count, latent, generator=torch.Generator().manual_seed(seed))
    labels = torch.arange(count) % CLASSES
    seen = named(judge, painted(net, z, labels))
    free = classless(net)
    return Bench(net, judge, z, seen if free else labels, torch.ones(count, dtype=torch.bool) if free else seen == labels)


def correlated(places: Tensor, measured: Tensor) -> float:
    """Squared correlation of coordinates (n,) with an attribute (n,); 0 where one of them never changes."""
    pair = torch.stack([places, measured])
    pair = pair - pair.mean(1, keepdim=True)
    lengths = pair.norm(dim=1)
    return float(((pair[0] @ pair[1]) / (lengths[0] * lengths[1])).square()) if float(lengths.min()) > 1e-6 else 0.0


@torch.no_grad()
def tried(on: Bench, name: str, direction: Tensor, share: float) -> Trial:
    """Move the bench's digits to the coordinates `VALUES` along a direction (latent,), and measure one attribute. share: r2, as known from
    digits that were not moved."""
    along = (on.z @ direction)[:, None]
    steady = slice(0, None, WALKED)
    walked, ends, kept = [], [], []
    for value in VALUES:
        some = slice(None) if value in (VALUES[0], VALUES[-1]) else steady
        ink = painted(on.net, on.z[some] + (value - along[some]) * direction, on.labels[some])
        measures = attributes.measured(ink, [name])[:, 0]
        walked.append(measures[steady] if some != steady else measures)
        if some != steady:
            ends.append(measures)
            kept.append((named(on.judge, ink) == on.labels)[on.known].float().mean())
    rows = torch.stack(walked, dim=1)  # (n / WALKED, values)
    change = ends[1] - ends[0]
    scale = on.net.config.size / SIZE if attributes.UNITS[name] == "pixels" and hasattr(on.net, "config") else 1  # type: ignore[union-attr, operator]
    real = torch.tensor(ranges()[name])[on.labels] * scale
    return Trial(
        r2=share,
        spearman=spearman(rows),
        effect=float(change.mean()) / (VALUES[-1] - VALUES[0]),
        moves=float(change.sum() / real.sum().clamp(min=1e-6)),
        class_kept=float(torch.stack(kept).mean()) if on.known.float().mean() >= KNOWN else 0.0,
    )


def within(values: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Values (n, k) less the mean of their class (10, k), and those means."""
    counts = torch.bincount(labels, minlength=CLASSES).clamp(min=1)[:, None]
    means = torch.zeros(CLASSES, values.shape[1]).index_add_(0, labels, values) / counts
    return values - means[labels], means


def least(trials: Iterable[Trial]) -> dict[str, Any]:
    """Of several trials the worst of each measure: what holds for every class."""
    columns = [trial.written() for trial in trials]
    return {name: min(row[name] for row in columns) for name in columns[0]}
