"""The digit that a task is asked about: someone's picture, or what a latent makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ganapp import digit, images
from ganapp.errors import UserError
from ganapp.latent import Vector
from ganapp.tasks import _checks, _sampler


class Subject(Protocol):
    """The fields of such a request; exactly one of picture and latent is given."""

    @property
    def picture(self) -> str | None: ...  # noqa: D102
    @property
    def latent(self) -> Sequence[float] | None: ...  # noqa: D102


def check(request: Subject) -> None:
    """Exactly one of picture and latent is given; these, digit, digit_to, blend and model are what they should be."""
    if (request.picture is None) == (request.latent is None):
        raise UserError("picture_or_latent")
    if request.picture is not None:
        _checks.picture(request)
    _checks.latent(request, "latent")
    _checks.whole(request, "digit", 0, 9)
    _checks.whole(request, "digit_to", 0, 9, optional=True)
    _checks.number(request, "blend", 0, 1)
    _checks.text(request, "model")


def require(sampler: _sampler.Sampler) -> None:
    """UserError for a generator whose digits are not of the size that people's digits are brought to."""
    if sampler.size != digit.SIZE:
        raise UserError("digit_size", model=sampler.id, size=sampler.size, wanted=digit.SIZE)


def drawn(uri: str) -> _sampler.Array:
    """Ink (32, 32) from a data URI of someone's digit."""
    return digit.from_picture(images.read(images.from_data_uri(uri)))


def ink(request: Subject, sampler: _sampler.Sampler, y: Vector) -> _sampler.Array:
    """Ink (32, 32) of the picture, brought into the form of MNIST, or of the latent under class weights y (10,)."""
    require(sampler)
    if request.picture is not None:
        return drawn(request.picture)
    z = sampler.base(0, 1.0, request.latent)
    return np.asarray(sampler.paint(z[None], y[None])[0], np.float32)
