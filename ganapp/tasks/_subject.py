"""The digit, or other picture, that a task is asked about: someone's own, or what a latent makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
from PIL import Image
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.digits import digit
from ganapp.digits.latent import Vector
from ganapp.models.sampler import Sampler
from ganapp.pictures import images
from ganapp.pictures.images import Array


class Subject(Protocol):
    """The fields of such a request; exactly one of picture and latent is given."""

    @property
    def picture(self) -> str | None: ...  # noqa: D102
    @property
    def latent(self) -> Sequence[float] | None: ...  # noqa: D102


S = TypeVar("S", bound=Subject)


def one(request: S) -> S:
    """The request, when exactly one of picture and latent is given. Else UserError."""
    if (request.picture is None) == (request.latent is None):
        raise UserError("picture_or_latent")
    return request


def like_mnist(sampler: Sampler) -> bool:
    """Whether the model's pictures are MNIST's, but for the width of their margin."""
    return sampler.digits and sampler.channels == 1 and digit.FRAME <= sampler.size <= digit.FRAME + 8


def framed(ink: Array, size: int) -> Array:
    """Ink (h, h) of a digit with margin added or taken away, so that it measures (size, size); both from 28 to 36 pixels."""
    change = size - len(ink)
    before, after = abs(change) // 2, (abs(change) + 1) // 2
    if change >= 0:
        return np.pad(ink, (before, after))
    return ink[before : len(ink) - after, before : len(ink) - after]


def drawn(uri: str) -> Array:
    """Ink (32, 32) from a data URI of someone's digit."""
    return digit.from_picture(images.read(images.from_data_uri(uri)))


def prepared(uri: str, sampler: Sampler) -> Array:
    """Someone's picture as the model's training pictures are: (size, size), 1 = dark, or (size, size, 3) in [0, 1].

    A digit is centred and scaled as MNIST was; of any other picture the square in its middle is taken.
    """
    if not sampler.digits:
        levels = images.square(images.read(images.from_data_uri(uri)), sampler.size, sampler.channels)
        shares = np.asarray(levels / 255, np.float32)  # (channels, size, size)
        return shares[0] if sampler.channels == 1 else shares.transpose(1, 2, 0)
    ink = drawn(uri)
    if digit.FRAME <= sampler.size <= digit.FRAME + 8:
        ink = framed(ink, sampler.size)
    else:
        ink = np.asarray(Image.fromarray(ink).resize((sampler.size, sampler.size), Image.Resampling.BILINEAR))
    return ink if sampler.channels == 1 else np.repeat(ink[..., None], 3, axis=2)


def picture(request: Subject, sampler: Sampler, y: Vector) -> Array:
    """What the request is about, (size, size) or (size, size, 3) in [0, 1]: its picture as the model knows pictures, or what its latent
    draws under class weights y (classes,)."""
    if request.picture is not None:
        return prepared(request.picture, sampler)
    z = sampler.base(0, 1.0, request.latent)
    return np.asarray(sampler.paint(z[None], y[None])[0], np.float32)


def tensor(shown: Array) -> Tensor:
    """(h, w) or (h, w, 3) in [0, 1] -> (1, channels, h, w) in [-1, 1]."""
    return images.to_tensor(shown) * 2 - 1
