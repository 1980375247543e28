"""Painting: each of our nets beside the pack's painter in the style of the same painting, and the pack's styles of unknown paintings.

The middle of every photo, painted; Frechet distance of VGG16's relu4_3, at half the size and pooled over all photos, to the painting's, in
units of the painting's own variance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ganapp.base import paths
from ganapp.evaluation import restyled, stylize
from ganapp.evaluation.repair import pictures
from ganapp.evaluation.subject import Options, find
from ganapp.evaluation.trades import Way, ids, megabytes, row, timed
from ganapp.metrics import lpips
from ganapp.metrics.frechet import frechet
from ganapp.metrics.structure_agreement import agreement
from ganapp.training.data import paintings

MEASURES = ("frechet", "lpips_photo", "agreement", "seconds", "megabytes")
SIDE = 256  # pixels of the middle of a photo whose shorter side has 384
ANY = "stylize-any"  # the pack's painter of any picture, or ours where it is not installed
RELU4_3 = 3  # the stage of VGG16 that ends with it


@torch.inference_mode()
def rows(asked: Options) -> list[dict[str, Any]]:
    """One row a way, painters of any picture one for each painting. seconds: of the processor, for SIDE x SIDE pixels."""
    photos = [stylize.middle(path, SIDE) for path in pictures(asked)]
    seen = [lpips.activations(_half(photo)) for photo in photos]
    works, found = _works(asked), []
    own = {f"stylize-{work.id}": work.id for work, _ in works}
    for way, goal in _ways(works, photos[0], own):
        if goal is not None or not asked.quick:
            found.append(row(way, _measured(way, photos, seen, goal)))
    return found


def _works(asked: Options) -> list[tuple[paintings.Painting, Tensor]]:
    """The paintings of our nets, (1, 3, h, w) in [0, 1], as far as their files are here."""
    files = {path.stem: path for path in paintings.files(asked.painting or paths.paintings())}
    return [(work, stylize._painting(files[work.file])[0]) for work in paintings.described() if work.file in files]


def _ways(works: list[tuple[paintings.Painting, Tensor]], photo: Tensor, own: dict[str, str]) -> Iterator[tuple[Way, Tensor | None]]:
    """Each way, and the painting it should come near."""
    for work, painting in works:
        yield Way(f"photo: {work.id}", "classical", None, lambda photo: photo), painting
        yield Way(f"colours: {work.id}", "classical", None, restyled.recoloured(painting)), painting
    for model, source in ids("stylize"):
        subject = find(model)
        for work, painting in works if (subject.description.values or {}).get("any") or model == ANY else []:
            yield Way(f"{model}: {work.id}", source, megabytes(model), stylize.by(subject, painting)), painting
        if own.get(model):
            painting = next(each for work, each in works if work.id == own[model])
            yield Way(model, source, megabytes(model), stylize.by(subject, painting)), painting
        elif source == "pack" and "picture" in (subject.description.values or {}):  # the 26, whose paintings nobody knows
            yield Way(model, source, megabytes(model), stylize.by(subject, photo)), None


def _measured(way: Way, photos: list[Tensor], seen: list[list[Tensor]], goal: Tensor | None) -> list[dict[str, float]]:
    """One for each photo; the Frechet distance is of all of them, and so the same in each."""
    values, pooled = [], []
    for photo, wanted in zip(photos, seen):
        made, took = timed(way.call, photo)
        look = lpips.activations(_half(made))
        pooled.append(_places(look))
        values.append({"lpips_photo": lpips.distance(look, wanted), "agreement": agreement(made[0], photo[0]), "seconds": took})
    if goal is None:
        return values
    painted = _places(lpips.activations(_half(goal)))
    distance = frechet(np.concatenate(pooled), painted) / float(painted.var(0).sum())
    return [{"frechet": distance, **each} for each in values]


def _half(picture: Tensor) -> Tensor:
    """(3, h / 2, w / 2) of a picture (1, 3, h, w)."""
    return functional.avg_pool2d(picture, 2)[0]


def _places(look: list[Tensor]) -> NDArray[np.floating[Any]]:
    """(n, 512): relu4_3 at every place."""
    found: NDArray[np.floating[Any]] = look[RELU4_3][0].flatten(1).t().numpy()
    return found
