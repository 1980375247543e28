"""What evaluations of spoken words share: the recordings, the judge, and what it says of log-mel pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.evaluation.subject import Options
from ganapp.models import folder
from ganapp.models.classifier import Classifier
from ganapp.sounds import pictured
from ganapp.training.data import spoken
from ganapp.training.data.spoken import Spoken

JUDGE, BLOCK = "speech-judge", 100


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
