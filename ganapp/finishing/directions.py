"""Sliders with meaning: directions of the latent space along which what a person sees changes.

Named directions: samples are drawn and measured (`attributes`), and each attribute is regressed on the latent by ridge regression. Slant,
weight, width and height are regressed within classes, so that one direction serves every digit; forms such as a bend or a loop lie
elsewhere in each digit and are regressed in each by itself, on what those common directions leave. The weight vectors of a digit are
made orthonormal all at once, each moved as little as can be (Lowdin 1950), so that no order favours one and the leakage is shared.
Each is then tried (`trials`): what does not move what it names, steadily and without changing the digit, is left out.

Raw directions: where the picture changes most at the first layer (Shen & Zhou 2021, "Closed-Form Factorization of Latent
Semantics in GANs", SeFa), orthogonal to the common ones. They have no name because nobody knows what they mean beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.metrics import attributes, trials
from ganapp.metrics.trials import CLASSES, Bench, Trial, within

LEAST_R2 = 0.2  # of a common direction, to be tried at all
PENALTY = 20.0  # of a regression on one class alone, which has a tenth of the samples
RAW = 6
LEAKS = 3


@dataclass(frozen=True)
class Samples:
    """z (n, latent), labels (n,), the attributes measured (n, all), and how sure the judge is of the label (n,), in logits."""

    z: Tensor
    labels: Tensor
    measured: Tensor
    sure: Tensor

    def share(self, name: str, vector: Tensor, kind: int | None = None) -> float:
        """Share of an attribute's variance within classes, or within one, that the coordinate along a vector (latent,) accounts for."""
        own = slice(None) if kind is None else self.labels == kind
        values = self.measured[:, [list(attributes.MEASURES).index(name)]]
        return trials.correlated(self.z[own] @ vector, within(values, self.labels)[0][own, 0])


@torch.no_grad()
def draw(net: nn.Module, judge: nn.Module, latent: int, count: int) -> Samples:
    """`count` random digits, as many of each class, measured; of a generator without classes the labels are what the judge says."""
    z = torch.randn(count, latent, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(count) % CLASSES
    ink = trials.painted(net, z, labels)
    scores = trials.scores(judge, ink)
    labels = scores.argmax(1) if trials.classless(net) else labels
    chance = scores.softmax(1).gather(1, labels[:, None])[:, 0].clamp(1e-4, 1 - 1e-4)
    return Samples(z, labels, attributes.measured(ink), (chance / (1 - chance)).log())


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


def written(vector: Tensor) -> list[float]:
    """A vector as directions.json holds it."""
    return [round(float(v), 6) for v in vector]


def common(drawn: Samples) -> dict[str, Tensor]:
    """Orthonormal directions (latent,) of the attributes that all digits have alike, as far as a linear fit within classes, held out, finds
    them at all."""
    names = list(attributes.MEASURES)
    columns = [names.index(name) for name in attributes.COMMON]
    centred, _ = within(drawn.measured[:, columns], drawn.labels)
    targets = centred / centred.std(0).clamp(min=1e-6)
    cut = len(drawn.z) * 4 // 5
    scores = r2(drawn.z[cut:], targets[cut:], ridge(drawn.z[:cut], targets[:cut]))
    kept = [i for i, score in enumerate(scores) if score >= LEAST_R2]
    if not kept:
        return {}
    vectors = orthonormal(ridge(drawn.z, targets).T[kept])
    return {attributes.COMMON[i]: vector for i, vector in zip(kept, vectors, strict=True)}


def of_class(drawn: Samples, kind: int, names: list[str], taken: list[Tensor]) -> dict[str, Tensor]:
    """Orthonormal directions (latent,) of attributes of one digit, orthogonal to those taken already and to the one along which the judge
    becomes surer or less sure of the digit."""
    own = drawn.labels == kind
    every = list(attributes.MEASURES)
    measured = drawn.measured[own][:, [every.index(name) for name in names]]
    spread = measured.std(0)
    seen = [i for i in range(len(names)) if float(spread[i]) > 1e-6]
    if not seen:
        return {}
    targets = ((measured - measured.mean(0)) / spread.clamp(min=1e-6))[:, seen]
    weights = ridge(drawn.z[own], targets, PENALTY).T  # (seen, latent)
    doubt = ridge(drawn.z[own], (drawn.sure[own] - drawn.sure[own].mean())[:, None], PENALTY).T  # (1, latent)
    aside = [*taken, doubt[0]] if float(doubt.norm()) > 1e-6 else taken
    if aside:
        known = orthonormal(torch.stack(aside))
        weights = weights - weights @ known.T @ known
    return {names[i]: vector for i, vector in zip(seen, orthonormal(weights), strict=True)}


def forms(drawn: Samples, on: Bench, kind: int, names: list[str], taken: list[Tensor]) -> tuple[dict[str, Tensor], dict[str, Trial]]:
    """Of one digit: the directions that hold, and the trials of all. What fails leaves, and the rest are fitted again without it."""
    own = on.of(kind)
    done: dict[str, Trial] = {}
    found = of_class(drawn, kind, names, taken) if int((drawn.labels == kind).sum()) > drawn.z.shape[1] else {}
    while found:
        results = {name: trials.tried(own, name, vector, drawn.share(name, vector, kind)) for name, vector in found.items()}
        done |= results
        holding = [name for name in found if results[name].holds]
        if len(holding) == len(found):
            break
        found = of_class(drawn, kind, holding, taken) if holding else {}
    return found, done


def leakage(drawn: Samples, name: str, vectors: Sequence[Tensor | None]) -> dict[str, float]:
    """What a slider moves beside its own: the LEAKS attributes that change most along it, over its own change, each in its spread within
    classes; by linear fits on the samples."""
    every = list(attributes.MEASURES)
    centred, _ = within(drawn.measured, drawn.labels)
    slopes = torch.zeros(len(every))
    for kind, vector in enumerate(vectors):
        own = slice(None) if len(vectors) == 1 else drawn.labels == kind
        if vector is not None:
            places = drawn.z[own] @ vector
            slopes += (places @ centred[own]) / places.square().sum() / centred[own].std(0).clamp(min=1e-6)
    shares = slopes / slopes[every.index(name)]
    most = [i for i in shares.abs().argsort(descending=True).tolist() if every[i] != name][:LEAKS]
    return {every[i]: round(float(shares[i]), 4) for i in most}


def fitted(net: nn.Module, judge: nn.Module, latent: int, samples: int = 20000, tried: int = 3000) -> dict[str, Any]:
    """The contents of directions.json for a generator: the named ones, and SeFa's."""
    table, shared = named(net, judge, latent, samples, tried)
    more = [{"name": f"raw {i + 1}", "vector": written(vector)} for i, vector in enumerate(raw(net, shared))]
    return {"attributes": table["attributes"], "raw": more, "left_out": table["left_out"], "fit": table["fit"]}


def named(net: nn.Module, judge: nn.Module, latent: int, samples: int, tried: int) -> tuple[dict[str, Any], Tensor]:
    """directions.json for a generator but for the raw ones, and the common directions that were fitted (k, latent). Without classes in the
    generator the judge says which digit is which, and there are common directions alone.

    Of each attribute the measures of `trials.Trial`, by class ("by_class", null where there is no such slider) and the worst of them.
    """
    drawn = draw(net, judge, latent, samples)
    on = trials.bench(net, judge, latent, tried, seed=1)
    readable = float(on.known.float().mean()) >= trials.KNOWN
    shared = common(drawn) if readable else {}
    fit = {"samples": samples, "tried": tried, "values": list(trials.VALUES)}
    if trials.classless(net):
        results = {name: trials.tried(on, name, vector, drawn.share(name, vector)) for name, vector in shared.items()}
        entries = [_entry(name, [shared[name]], [trial], drawn) for name, trial in results.items() if trial.holds]
        left = [
            _left(name, [], [results[name]] if name in results else [])
            for name in attributes.COMMON
            if name not in results or not results[name].holds
        ]
    elif readable:
        entries, left = _by_class(drawn, on, shared)
    else:  # the judge can't tell what is drawn, nor whether a slider changes it
        entries, left = [], [_left(name, [], []) for name in attributes.COMMON]
    vectors = torch.stack(list(shared.values())) if shared else torch.zeros(0, latent)
    return {"attributes": entries, "left_out": left, "fit": fit}, vectors


def _by_class(drawn: Samples, on: Bench, shared: dict[str, Tensor]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries of the named directions of a generator with classes, and of what is left out. A common direction serves the digits for
    which it holds, the others get their own."""
    vectors: dict[str, list[Tensor | None]] = {name: [None] * CLASSES for name in attributes.MEASURES}
    done: dict[str, list[Trial | None]] = {name: [None] * CLASSES for name in attributes.MEASURES}
    for kind in range(CLASSES):
        own = on.of(kind)
        alike = {name: trials.tried(own, name, vector, drawn.share(name, vector, kind)) for name, vector in shared.items()}
        serving = {name: shared[name] for name, trial in alike.items() if trial.holds}
        wanted = [name for name in dict.fromkeys((*attributes.COMMON, *attributes.SEEN[kind])) if name not in serving]
        found, tries = forms(drawn, on, kind, wanted, list(serving.values()))
        for name, vector in {**serving, **found}.items():
            vectors[name][kind] = vector
        for name, trial in {**alike, **tries}.items():
            done[name][kind] = trial
    entries, left = [], []
    for name in attributes.MEASURES:
        there = [vector is not None for vector in vectors[name]]
        holding = [trial if here else None for trial, here in zip(done[name], there, strict=True)]
        if any(there):
            same = name in shared and all(vector is shared[name] for vector in vectors[name])
            entries.append(_entry(name, [shared[name]] if same else vectors[name], holding, drawn))
        failed = {kind: trial for kind, trial in enumerate(done[name]) if trial and not there[kind]}
        if failed:
            left.append(_left(name, list(failed), list(failed.values())))
    return entries, left


def _entry(name: str, vectors: Sequence[Tensor | None], results: Sequence[Trial | None], drawn: Samples) -> dict[str, Any]:
    """A named direction as directions.json holds it: `vector` for one that serves every class, else `vectors`."""
    one = len(vectors) == 1
    told = [None if vector is None else written(vector) for vector in vectors]
    measures = trials.least(trial for trial in results if trial)
    by_class = [trial and trial.written() for trial in results] if len(results) > 1 else []
    where = {"vector": told[0]} if one else {"vectors": told}
    told_apart = {"by_class": by_class} if by_class else {}
    return {"name": name, **where, "unit": attributes.UNITS[name], **measures, "leakage": leakage(drawn, name, vectors), **told_apart}


def _left(name: str, kinds: list[int], results: list[Trial]) -> dict[str, Any]:
    """What is left out: for which digits (all when empty), and the worst of the trials."""
    return {"name": name, **({"digits": kinds} if kinds else {}), **(trials.least(results) if results else {})}
