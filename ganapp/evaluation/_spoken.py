"""What evaluations of spoken words share: the recordings, the judge, and what it says of log-mel pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.evaluation.report import Row
from ganapp.evaluation.subject import Options
from ganapp.metrics.class_accuracy import wilson
from ganapp.models import catalog, folder, vocoder
from ganapp.models.classifier import Classifier
from ganapp.sounds import mel, phase, pictured
from ganapp.training.data import spoken
from ganapp.training.data.spoken import Spoken

JUDGE, VOCODER, BLOCK = "speech-judge", "vocoder-8k", 100
Way = Callable[[Tensor], Tensor]  # samples of log-mel pictures


@dataclass(frozen=True)
class Heard:
    """What the judge says: logits (n, words), features (n, d)."""

    logits: NDArray[Any]
    features: NDArray[Any]


def recordings(asked: Options) -> Spoken:
    """The recordings that --data names. UserError without it."""
    if asked.data is None:
        raise UserError("evaluation_recordings")
    return spoken.load(str(asked.data))


def judges(description: folder.Description) -> bool:
    """Whether a classifier is one of spoken words."""
    return description.task == "classify" and isinstance(description.values.get("words"), list)


@torch.inference_mode()
def heard(judge: Classifier, pictures: Tensor) -> Heard:
    """The judge on log-mel pictures (n, bands, frames)."""
    features = torch.cat([judge.features(pictured.of_logmel(block)) for block in torch.split(pictures, BLOCK)])
    return Heard(judge.head(features).numpy(), np.asarray(features.numpy()))


def ways() -> dict[str, Way]:
    """What finds samples for a voice that is to be heard: Griffin and Lim's search, and the vocoder that is shipped."""
    return {"phase": phase.griffin_lim, "vocoder": vocoder.of_folder(catalog.load(VOCODER, "vocode"))}


def sampled(way: Way, pictures: Tensor) -> Tensor:
    """Samples of log-mel pictures (n, bands, frames)."""
    return torch.cat([way(block) for block in torch.split(pictures, BLOCK)])


def returned(pictures: Tensor) -> dict[str, Tensor]:
    """The log-mel pictures of what each of the `ways` makes of log-mel pictures: what is left when they are played."""
    return {name: mel.logmel(sampled(way, pictures)) for name, way in ways().items()}


def played(name: str, made: Tensor, right: Callable[[Tensor], float]) -> Iterator[Row]:
    """How often log-mel pictures (n, bands, frames) are heard right in their samples, by each way to these: rows called `name`, with {way}
    in it; `right` gives that share of pictures."""
    for way, pictures in returned(made).items():
        share = right(pictures)
        yield Row(name.format(way=way), share, len(made), interval=wilson(share, len(made)))
