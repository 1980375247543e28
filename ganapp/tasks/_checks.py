"""Checks that requests share: each puts the field back in its one form, or raises a UserError that says what to send."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ganapp.base.errors import UserError
from ganapp.pictures import images

SEEDS = 2**32 - 1
REACH = 8.0  # farthest coordinate a slider can be asked for, in standard deviations
FAR = 50.0  # largest entry of a latent
BROKEN = re.compile(r"[\x00\ud800-\udfff]")  # what no file, row or answer can hold: NUL, half of a surrogate pair
CLASSES = 1000  # most classes a generator may have; how many this one has is known when it is loaded


def keep(request: object, name: str, value: object) -> None:
    """Set a field of a frozen request while it is being made."""
    object.__setattr__(request, name, value)


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise UserError("number_between", name=name, low=f"{low:g}", high=f"{high:g}")
    return float(value)


def whole(request: object, name: str, low: int, high: int, *, optional: bool = False) -> None:
    """The field is a whole number from `low` to `high` (2.0 counts as 2), or None where that is allowed."""
    value = getattr(request, name)
    if optional and value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or value != int(value):
        raise UserError("whole_between", name=name, low=low, high=high)
    keep(request, name, int(value))


def number(request: object, name: str, low: float, high: float, *, optional: bool = False) -> None:
    """The field is a finite number from `low` to `high`, or None where that is allowed."""
    value = getattr(request, name)
    if optional and value is None:
        return
    keep(request, name, _number(value, name, low, high))


def numbers(request: object, name: str, limit: float, *, longest: int = 4096, gaps: bool = False) -> None:
    """The field is a list of finite numbers from -limit to limit, at most `longest` of them; with `gaps` some may be None."""
    value = getattr(request, name)
    if not isinstance(value, list | tuple) or len(value) > longest:
        raise UserError("list_of_numbers", name=name, longest=longest)
    keep(request, name, tuple(None if gaps and item is None else _number(item, name, -limit, limit) for item in value))


def latent(request: object, name: str, *, optional: bool = True) -> None:
    """The field is a latent: a list of numbers, or None where that is allowed."""
    if getattr(request, name) is None and optional:
        return
    numbers(request, name, FAR)


def kind(request: object, name: str, *, optional: bool = False) -> None:
    """The field is the number of a class, from 0; that the model has so many is checked when it is loaded."""
    whole(request, name, 0, CLASSES - 1, optional=optional)


def choice(request: object, name: str, known: Iterable[str]) -> None:
    """The field is one of `known`."""
    options, value = tuple(known), getattr(request, name)
    if not any(type(value) is type(option) and value == option for option in options):  # True is no 1
        raise UserError("one_of", name=name, known=", ".join(options))


def flag(request: object, name: str) -> None:
    """The field is true or false."""
    if not isinstance(getattr(request, name), bool):
        raise UserError("true_or_false", name=name)


def text(request: object, name: str, longest: int = 200) -> None:
    """The field is a text of at most `longest` whole characters, not empty."""
    value = getattr(request, name)
    if not isinstance(value, str) or not value or len(value) > longest or BROKEN.search(value):
        raise UserError("text_needed", name=name, longest=longest)


def optional_text(request: object, name: str, longest: int = 200) -> None:
    """The field is such a text, or "" for none."""
    if getattr(request, name) != "":
        text(request, name, longest)


def picture(request: object, name: str = "picture") -> None:
    """The field is a data URI of a picture, no longer than a picture may be. It is opened when the task runs."""
    value: Any = getattr(request, name)
    if not isinstance(value, str) or not value.startswith("data:") or not value.isascii():
        raise UserError("not_a_data_uri")
    if len(value) > images.MAX_BYTES * 3 // 2:
        raise UserError("picture_bytes", megabytes=images.MAX_BYTES // 2**20)
