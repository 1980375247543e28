"""What fields of requests share, so that the same word means the same in every task; ganapp/base/kinds.py says how they are checked."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator

from ganapp.base.errors import UserError
from ganapp.base.kinds import Items, Number, Text, Whole
from ganapp.pictures import images

SEEDS = 2**32 - 1
REACH = 8.0  # farthest coordinate a slider can be set to, in standard deviations
FAR = 50.0  # largest entry of a latent
CLASSES = 1000  # most classes a generator may have; how many this one has is known when it is loaded


def within(low: int, high: int) -> Whole:
    """A whole number from `low` to `high`; 2.0 counts as 2, since a page knows no other numbers."""
    return Whole(low, high, exact=False)


def _data_uri(value: Any) -> str:
    """A data URI of a picture, no longer than a picture may be. It is opened when the task runs."""
    if not isinstance(value, str) or not value.startswith("data:") or not value.isascii():
        raise UserError("not_a_data_uri")
    if len(value) > images.MAX_BYTES * 3 // 2:
        raise UserError("picture_bytes", megabytes=images.MAX_BYTES // 2**20)
    return value


Seed = Annotated[int, within(0, SEEDS)]
Class = Annotated[int, within(0, CLASSES - 1)]  # that the model has so many is checked when it is loaded
Truncation = Annotated[float, Number(0, 2)]
Coordinate = Annotated[float, Number(-REACH, REACH)]
Latent = Annotated[tuple[Annotated[float, Number(-FAR, FAR)], ...], Items(4096)]
Name = Annotated[str, Text(200)]
OptionalName = Annotated[str, Text(200, least=0)]
Picture = Annotated[str, PlainValidator(_data_uri)]
OptionalPicture = Annotated[str, PlainValidator(lambda value: "" if value == "" else _data_uri(value))]
