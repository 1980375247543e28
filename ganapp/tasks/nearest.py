"""Find the training digit that is nearest to a picture: whether the generator invents, or copies.

The distance is the root of the summed squares of the differences in ink, the least over moves by up to one pixel, over all
60,000 training digits. Beside it stands how near real digits that were kept out of the training usually come.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor
from torch.nn import functional

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.base.kinds import Share
from ganapp.base.validation import about, request_class
from ganapp.digits import digit as digits
from ganapp.digits import idx
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.tasks import _result, _sliders, _subject
from ganapp.tasks._fields import Class, Latent, Name, Picture

VALUE = "nearest"
ROWS = 6000
SIDE = 256
EDGE = (digits.SIZE - digits.FRAME) // 2


@request_class
class Request:
    """A picture of a digit, or the latent of a drawn one."""

    picture: Picture | None = about("a picture of one digit", default=None, kind="picture")
    latent: Latent | None = about("the latent of a drawn digit, in place of a picture", default=None)
    digit: Class = about("the digit that the latent draws, 0 to 9", default=3)
    digit_to: Class | None = about("the second digit of a blend", default=None)
    blend: Share = about("how far towards the second digit, 0 to 1", default=0.0)
    model: Name = about("which generator", default=_sliders.MODEL)

    _one_subject = model_validator(mode="after")(_subject.one)


@dataclass(frozen=True)
class Result(_result.Drawn):
    """The nearest training digit. index: its place among the 60,000; label: the digit it is; picture: a PNG of it; distance;
    usual: the median distance of real digits kept out of the training; closer: the share of those that came nearer than this."""

    index: int
    label: int
    picture: bytes
    distance: float
    usual: float
    closer: float


@cache
def _training() -> tuple[Tensor, Tensor]:
    """The training digits (60000, 784) uint8, and their squared lengths (60000,), ink from 0 to 1."""
    pictures = torch.from_numpy(idx.load("mnist", "train").pictures.reshape(-1, digits.FRAME**2).copy())
    return pictures, torch.cat([(block.float() / 255).square().sum(1) for block in torch.split(pictures, ROWS)])  # type: ignore[no-untyped-call]


def _shifts(ink: Tensor) -> Tensor:
    """(n, 32, 32) -> (n, 9, 784): all moves by up to one pixel, inside 28 x 28."""
    frame = functional.pad(ink[:, EDGE:-EDGE, EDGE:-EDGE], (1, 1, 1, 1))  # (n, 30, 30)
    moved = [frame[:, y : y + digits.FRAME, x : x + digits.FRAME] for y in range(3) for x in range(3)]
    return torch.stack(moved, dim=1).flatten(2)


@torch.inference_mode()
def search(ink: Array) -> tuple[Array, list[int]]:
    """For each of ink (n, 32, 32): the distance (n,) to the nearest training digit, and the index of that."""
    training, lengths = _training()
    shifts = _shifts(torch.from_numpy(np.asarray(ink, np.float32)))
    n, variants, _ = shifts.shape
    own = shifts.square().sum(2)  # (n, 9)
    best, index = torch.full((n,), torch.inf), torch.zeros(n, dtype=torch.long)
    for start in range(0, len(training), ROWS):
        block = training[start : start + ROWS].float() / 255
        cross = (shifts.flatten(0, 1) @ block.T).view(n, variants, -1)
        squares = (own[:, :, None] - 2 * cross + lengths[start : start + ROWS]).amin(1)  # (n, ROWS)
        value, place = squares.min(1)
        nearer = value < best
        best[nearer], index[nearer] = value[nearer], place[nearer] + start
    # a + b - 2ab loses the last digits of a small distance, so that of the winner is measured again.
    winners = training[index].float() / 255
    exact = (shifts - winners[:, None]).square().sum(2).amin(1).sqrt()
    return np.asarray(exact.numpy(), np.float32), index.tolist()


def run(request: Request) -> Result:
    """Return the training digit nearest to a picture or to what a latent draws, how far it is, and how far real digits usually are.

    A distance well below the usual one means a copy.
    """
    sampler = models.load(request.model, "sample")
    if not _subject.like_mnist(sampler):
        raise UserError("not_like_mnist", model=request.model)
    fitted = sampler.value(VALUE)
    y = sampler.weights(request.digit, request.digit_to, request.blend)
    ink = _subject.framed(_subject.picture(request, sampler, y), digits.SIZE)
    distance, index = search(ink[None])
    data = idx.load("mnist", "train")
    found = digits.on_paper(digits.from_mnist(data.pictures[index])[0], SIDE, smooth=False)
    near = round(float(distance[0]), 4)
    closer = float(np.interp(near, fitted["quantiles"], np.linspace(0, 1, len(fitted["quantiles"]))))
    return Result(index[0], int(data.labels[index[0]]), images.png(found), near, fitted["usual"], round(closer, 4))
