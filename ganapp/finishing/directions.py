"""Sliders with meaning: directions of the latent space along which what a person sees changes.

Named directions: samples are drawn and measured (`attributes`), and each attribute is regressed on the latent by ridge
regression, within classes, so that a direction changes the hand and not the digit. Their weight vectors are made orthonormal
all at once, each moved as little as can be (Lowdin 1950), so that no order favours one and the leakage is shared.

Raw directions: where the picture changes most at the first layer (Shen & Zhou 2021, "Closed-Form Factorization of Latent
Semantics in GANs", SeFa), orthogonal to the named ones. They have no name because nobody knows what they mean beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.finishing import attributes

CLASSES = 10
LEAST_R2 = 0.2
RAW = 6
VALUES = tuple(-2 + 0.5 * i for i in range(9))  # coordinates at which a direction is tried
BLOCK = 500


@dataclass(frozen=True)
class Samples:
    """z (n, latent), labels (n,), and the attributes measured (n, 6)."""

    z: Tensor
    labels: Tensor
    measured: Tensor


@torch.no_grad()
def painted(net: nn.Module, z: Tensor, labels: Tensor) -> Tensor:
    """Ink (n, 1, h, w) in [0, 1] of latents (n, latent) as digits (n,); a generator without classes draws what it likes."""
    free = getattr(getattr(net, "config", None), "classes", CLASSES) == 0
    classes = torch.zeros(len(labels), 0) if free else torch.eye(CLASSES)[labels]
    blocks = [net(z[i : i + BLOCK], classes[i : i + BLOCK]) for i in range(0, len(z), BLOCK)]
    return (torch.cat(blocks) + 1) / 2


@torch.no_grad()
def draw(net: nn.Module, latent: int, count: int, seed: int = 0, judge: nn.Module | None = None) -> Samples:
    """`count` random digits, as many of each class, measured; with a judge the labels are what it says they are."""
    generator = torch.Generator().manual_seed(seed)
    z = torch.randn(count, latent, generator=generator)
    labels = torch.arange(count) % CLASSES
    ink = painted(net, z, labels)
    if judge is not None:
        labels = torch.cat([judge(ink[i : i + BLOCK] * 2 - 1).argmax(1) for i in range(0, count, BLOCK)])
    return Samples(z, labels, attributes.measured(ink))


def within(values: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Values (n, k) less the mean of their class (10, k), and those means."""
    counts = torch.bincount(labels, minlength=CLASSES).clamp(min=1)[:, None]
    means = torch.zeros(CLASSES, values.shape[1]).index_add_(0, labels, values) / counts
    return values - means[labels], means


def ridge(z: Tensor, targets: Tensor, penalty: float = 1.0) -> Tensor:
    """Weights (latent, k) that minimise |z w - targets|^2 + penalty |w|^2: Hoerl & Kennard 1970."""
    wide = z.double()
    gram = wide.T @ wide + penalty * torch.eye(z.shape[1], dtype=torch.float64)
    weights: Tensor = torch.linalg.solve(gram, wide.T @ targets.double())
    return weights.float()


def r2(z: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """The share of the variance of targets (n, k) that z @ weights accounts for, (k,): at most 1, below 0 for worse than the mean, and 0
    for a target that never changes."""
    missed = (targets - z @ weights).square().sum(0)
    whole = (targets - targets.mean(0)).square().sum(0)
    return torch.where(whole > 1e-6, 1 - missed / whole.clamp(min=1e-6), 0.0)


def orthonormal(vectors: Tensor) -> Tensor:
    """The orthonormal rows nearest to the directions of the rows of vectors (k, latent), which must be independent: with U the rows at
    length 1, (U U^T)^(-1/2) U (Lowdin's symmetric orthogonalisation)."""
    unit = functional.normalize(vectors.double(), dim=1)
    values, axes = torch.linalg.eigh(unit @ unit.T)
    straight: Tensor = axes @ torch.diag(values.clamp(min=1e-12).rsqrt()) @ axes.T @ unit
    return straight.float()


def raw(net: nn.Module, named: Tensor, count: int = RAW) -> Tensor:
    """SeFa's directions (count, latent), orthogonal to the rows of `named` (k, latent), those of the greatest change first."""
    stem, norm = net.stem, net.stem_norm
    latent = named.shape[1]
    weights = stem.weight[:, :latent].detach().double()  # type: ignore[index, union-attr, operator]
    scale = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach().double()  # type: ignore[operator, union-attr, arg-type]
    weights = weights * scale.repeat_interleave(len(weights) // len(scale))[:, None]  # what batch norm leaves of them
    known = named.double()
    rest = torch.eye(latent, dtype=torch.float64) - known.T @ known
    _, vectors = torch.linalg.eigh(rest @ weights.T @ weights @ rest)
    best: Tensor = vectors.flip(1).T[: min(count, latent - len(known))]  # those of `named` have the eigenvalue 0 and come last
    return best.float()


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


@dataclass(frozen=True)
class Trial:
    """What moving along one direction did. walked (n, values, 6): attributes; kept: share of digits at both ends that the judge
    still takes for the same."""

    walked: Tensor
    kept: float


@torch.no_grad()
def walk(net: nn.Module, judge: nn.Module, direction: Tensor, samples: Samples) -> Trial:
    """Move the samples' latents to the coordinates `VALUES` along a direction (latent,) and measure."""
    along = (samples.z @ direction)[:, None]
    rows, kept = [], []
    for value in VALUES:
        ink = painted(net, samples.z + (value - along) * direction, samples.labels)
        rows.append(attributes.measured(ink))
        if value in (VALUES[0], VALUES[-1]):
            kept.append((judge(ink * 2 - 1).argmax(1) == samples.labels).float().mean())
    return Trial(torch.stack(rows, dim=1), float(torch.stack(kept).mean()))


def written(vector: Tensor) -> list[float]:
    """A vector as directions.json holds it."""
    return [round(float(v), 8) for v in vector]


def _entry(name: str, vector: Tensor, trial: Trial, spread: Tensor) -> dict[str, Any]:
    """A named direction as directions.json holds it."""
    names = list(attributes.MEASURES)
    own = names.index(name)
    change = (trial.walked[:, -1] - trial.walked[:, 0]).mean(0)  # (6,)
    shares = change / spread
    return {
        "name": name,
        "vector": written(vector),
        "unit": attributes.UNITS[name],
        "effect": round(float(change[own]) / (VALUES[-1] - VALUES[0]), 4),
        "spearman": round(spearman(trial.walked[:, :, own]), 4),
        "leakage": {other: round(float(shares[j] / shares[own]), 4) for j, other in enumerate(names) if j != own},
        "class_kept": round(trial.kept, 4),
    }


def fitted(net: nn.Module, judge: nn.Module, latent: int, samples: int = 20000, tried: int = 300) -> dict[str, Any]:
    """The contents of directions.json for a generator: the named ones, and SeFa's."""
    table, vectors = named(net, judge, latent, samples, tried)
    more = [{"name": f"raw {i + 1}", "vector": written(vector)} for i, vector in enumerate(raw(net, vectors))]
    return {"attributes": table["attributes"], "raw": more, "left_out": table["left_out"], "fit": table["fit"]}


def named(net: nn.Module, judge: nn.Module, latent: int, samples: int, tried: int) -> tuple[dict[str, Any], Tensor]:
    """directions.json for a generator but for the raw ones, and the named directions (k, latent). Without classes in the generator the
    judge says which digit is which.

    Per attribute: r2, held out, of a linear fit within classes; effect: its change per standard deviation, in `unit`; spearman:
    how steadily it rises from -2 to 2; leakage: the others' change over its own, each in its spread within classes; class_kept:
    how often the judge still sees the same digit at -2 and 2. Attributes with r2 below `LEAST_R2` are in left_out.
    """
    examiner = judge if getattr(getattr(net, "config", None), "classes", CLASSES) == 0 else None
    drawn = draw(net, latent, samples, judge=examiner)
    centred, _ = within(drawn.measured, drawn.labels)
    spread = centred.std(0).clamp(min=1e-6)
    cut = samples * 4 // 5
    scores = r2(drawn.z[cut:], (centred / spread)[cut:], ridge(drawn.z[:cut], (centred / spread)[:cut]))
    weights = ridge(drawn.z, centred / spread)  # (latent, 6)
    names = list(attributes.MEASURES)
    kept = [i for i in range(len(names)) if scores[i] >= LEAST_R2]
    vectors = orthonormal(weights.T[kept]) if kept else torch.zeros(0, latent)
    held = draw(net, latent, tried, seed=1, judge=examiner)
    entries = []
    for i, vector in zip(kept, vectors, strict=True):
        entry = _entry(names[i], vector, walk(net, judge, vector, held), spread)
        entries.append({**entry, "r2": round(float(scores[i]), 4)})
    table = {
        "attributes": entries,
        "left_out": [{"name": names[i], "r2": round(float(scores[i]), 4)} for i in range(len(names)) if i not in kept],
        "fit": {"samples": samples, "held_out": samples - cut, "tried": tried, "values": VALUES},
    }
    return table, vectors
