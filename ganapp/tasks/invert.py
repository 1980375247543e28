"""Find the digit (or other picture) the generator can make that is closest to someone's own.

The drawing is brought into the form the networks know (`ganapp.digits.digit`), a classifier names the digit, and a search looks for
the latent whose picture fits best: first an encoder guesses, then gradient descent improves. What comes back can be moved
with the sliders like any other digit. A generator of other things is searched in the same way, from its own encoder's guess; the
class is the one whose guess fits best, unless it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp import models
from ganapp.base.validation import about, request_class
from ganapp.digits import digit as digits
from ganapp.models.sampler import Sampler
from ganapp.pictures import images
from ganapp.pictures.provenance.making import Making, settings
from ganapp.tasks import _grid, _inversion, _origin, _result, _sliders, _subject
from ganapp.tasks._fields import Class, Name, Picture

VALUE = "inversion"
SIDE = 256
HOW = _inversion.Search()


@request_class
class Request:
    """A picture of one digit: any size, dark on light or light on dark, or ink on a transparent ground."""

    picture: Picture = about("a picture of one digit", kind="picture")
    digit: Class | None = about("which digit, or class, it is, from 0; decided by its looks when not given", default=None)
    model: Name = about("which generator", default=_sliders.MODEL)


@dataclass(frozen=True)
class Result(_result.Drawn):
    """What was found. verdict: "close", "loose" or "not_a_digit"; digit: the one that was searched for; judged (10): the
    classifier's probabilities for the drawing, empty where no classifier knows it; latent, sliders, raw: of the digit found;
    residual: the share of ink that does not lie on ink, 0 to 1; typical: the share of random latents that are shorter than this
    one; seen, found: PNGs of the drawing as the networks see it and of the digit found."""

    verdict: str
    digit: int
    judged: tuple[float, ...]
    latent: tuple[float, ...]
    sliders: dict[str, float]
    raw: tuple[float, ...]
    residual: float
    typical: float
    seen: bytes
    found: bytes

    def save(self, path: Path) -> None:
        """Write the PNG of the digit found."""
        path.write_bytes(self.found)


def verdict(signs: tuple[float, float, float], fitted: dict[str, Any]) -> str:
    """How good a match is. signs: the residual, the distance of the judge's features, and its doubt, 1 less the probability of
    the digit that was searched for. Weights and limits were fitted on held-out digits and on drawings that are none."""
    if sum(weight * sign for weight, sign in zip(fitted["weights"], signs, strict=True)) > fitted["not_a_digit"]:
        return "not_a_digit"
    return "close" if signs[0] <= fitted["close"] else "loose"


def nets(sampler: Sampler) -> _inversion.Nets:
    """What a search needs; a generator without an encoder starts from the bank of latents alone."""
    known = sampler.digits and sampler.channels == 1 and sampler.size == digits.SIZE  # what the judge was trained on
    return _inversion.Nets(sampler.draw, models.load(_sliders.JUDGE, "classify") if known else None, sampler.guess, sampler.latent)


@torch.no_grad()
def _judged(judge: _inversion.Judge | None, x: Tensor) -> tuple[float, ...]:
    return () if judge is None else tuple(float(p) for p in judge(x).softmax(1)[0])


def _named(request: Request, sampler: Sampler, tools: _inversion.Nets, x: Tensor) -> tuple[int, tuple[float, ...]]:
    """The class to search for, and the judge's probabilities. UserError for one that the model does not have."""
    judged = _judged(tools.judge, x)
    if request.digit is not None:
        sampler.weights(request.digit)
        return request.digit, judged
    return (int(np.argmax(judged)) if judged else _inversion.likeliest(tools, x, sampler.classes)), judged


def run(request: Request) -> Result:
    """Find the latent whose digit is closest to a drawing, and return it with where the sliders stand, both pictures, the
    residual and a verdict.

    The verdict is "close", "loose" (the generator makes something like it) or "not_a_digit".
    """
    sampler = models.load(request.model, "sample")
    fitted = sampler.value(VALUE)
    own = _subject.prepared(request.picture, sampler)
    x = _subject.tensor(own)
    tools = nets(sampler)
    named, judged = _named(request, sampler, tools, x)
    y = sampler.weights(named)
    found = _inversion.search(tools, x, torch.from_numpy(y)[None], HOW)
    z = found.z[0].numpy()
    sliders, raw = sampler.coordinates(z, y)
    made = images.to_array((found.pictures + 1) / 2)
    signs = float(found.residual[0]), float(found.distance[0]), 1 - judged[named] if judged else 0.0
    shown = _grid.shown(made, SIDE, True, sampler.look)
    return Result(
        verdict=verdict(signs, fitted),
        digit=named,
        judged=tuple(round(p, 4) for p in judged),
        latent=tuple(float(v) for v in z),
        sliders=sliders,
        raw=tuple(raw),
        residual=round(signs[0], 4),
        typical=round(float(_inversion.typical(found.z)[0]), 4),
        seen=images.png(_grid.shown(own, SIDE, False, sampler.look)),
        found=_origin.picture(shown, Making("created", "invert", settings(request), _origin.models(sampler))),
    )
