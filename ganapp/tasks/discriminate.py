"""Ask the discriminator what it thinks of a digit.

The discriminator learned beside the generator to tell its work from real handwriting. Its score has no scale of its own; a
logistic curve, fitted on real digits it never saw and on new generated ones, turns it into the probability that a person
wrote the digit. The map shows which pixels would have to be darker or lighter for the score to rise.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import model_validator
from torch import Tensor

from ganapp import models
from ganapp.base.kinds import Share
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.tasks import _result, _sliders, _subject
from ganapp.tasks._fields import Class, Latent, Name, Picture

VALUE = "discriminator"


@request_class
class Request:
    """A picture of a digit, or the latent of a drawn one, and which digit it is meant to be."""

    picture: Picture | None = about("a picture of one digit", default=None, kind="picture")
    latent: Latent | None = about("the latent of a drawn digit, in place of a picture", default=None)
    digit: Class = about("the digit it is meant to be, 0 to 9", default=3)
    digit_to: Class | None = about("the second digit of a blend", default=None)
    blend: Share = about("how far towards the second digit, 0 to 1", default=0.0)
    model: Name = about("which generator's discriminator", default=_sliders.MODEL)

    _one_subject = model_validator(mode="after")(_subject.one)


@dataclass(frozen=True)
class Result(_result.Table):
    """score: the discriminator's, unbounded; probability: that a person wrote it, 0 to 1; gradient (size, size): how much the
    score rises with the ink of each pixel; signed is false where colours have no one sense, and it is how much they count."""

    score: float
    probability: float
    gradient: Array
    signed: bool = True

    def report(self) -> dict[str, Any]:
        """The numbers, and the map as base64 of signed bytes, row by row: -127 to 127 times `scale` / 127."""
        levels, scale = quantised(self.gradient)
        coded = base64.b64encode(levels.tobytes()).decode("ascii")
        facts = {"scale": scale, "size": len(self.gradient), "signed": self.signed}
        return {"score": self.score, "probability": self.probability, "gradient": coded, **facts}


def quantised(values: Array) -> tuple[NDArray[np.int8], float]:
    """Values as whole numbers from -127 to 127, and the greatest size, which 127 stands for."""
    scale = float(np.abs(values).max())
    levels = np.round(values / scale * 127) if scale else np.zeros_like(values)
    return levels.astype(np.int8), scale


def attend(score_of: Callable[[Tensor, Tensor], Tensor], shown: Array, y: Array) -> tuple[float, Array]:
    """Score of a picture (h, w) or (h, w, 3) in [0, 1] under class weights y (classes,), and d score / d picture (h, w); of colours
    the length of their slopes."""
    x = images.to_tensor(shown).requires_grad_(True)
    score = score_of(x * 2 - 1, torch.from_numpy(y)[None])
    (slope,) = torch.autograd.grad(score.sum(), x)
    return float(score.item()), (slope[0, 0] if shown.ndim == 2 else slope[0].norm(dim=0)).numpy()


def probability(score: float, y: Array, fitted: dict[str, Any]) -> float:
    """The fitted logistic curve: one slope, an offset for each class (or the only one, where there are none)."""
    logit = fitted["slope"] * score + float(np.dot(y if len(y) else [1.0], np.array(fitted["offsets"], np.float64)))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))


def run(request: Request) -> Result:
    """Return the discriminator's score for a picture or for what a latent draws, the probability that a person wrote it, and the
    map of what it would change.

    A probability above 0.5 for a drawn digit means that the discriminator is fooled.
    """
    sampler = models.load(request.model, "sample")
    fitted = sampler.value(VALUE)
    y = sampler.weights(request.digit, request.digit_to, request.blend)
    score, gradient = attend(sampler.score, _subject.picture(request, sampler, y), y)
    return Result(round(score, 4), round(probability(score, y, fitted), 4), gradient, sampler.channels == 1)
