"""Every field of every task with values of every other kind: taken in its one form, or refused with a sentence, and never anything else."""

from __future__ import annotations

import dataclasses
import importlib
import math
import types
import typing
from typing import Annotated, Any

import pytest

from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Number, Text, Whole
from ganapp.base.validation import request_class
from ganapp.pictures import images
from ganapp.ui import binding

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, 2**31, 2**63, 2**70, -(2**70), 10**400, math.nan, math.inf, -math.inf, 1e308, "", "x", "x" * 100_000,
    "\ud800", "a\x00b", "file:x", "../../x", "data:image/png;base64,!!!", "data:,x", "data:\ud800", [], [None], [math.nan], [[1]], [True],
    [10**400], {}, {"a": 1}, [{"a": math.nan}], (), b"x", object(),
]  # fmt: skip
TASKS = [name for name in binding.names() if binding._packages()[name].__name__ == "ganapp.tasks"]
NEEDED = {"picture": PICTURE, "mask": PICTURE, "latents": [[0.0]], "classes": [[]], "width": 10, "height": 10, "model": "photo"}
NEEDED |= {"file": PICTURE}
EITHER = {"discriminate": {"latent": [0.0]}, "nearest": {"latent": [0.0]}}  # tasks that need one of two fields


def suits(value: Any, kind: Any) -> bool:
    """Whether a value read from JSON may stand where a field is annotated `kind`, and all that it holds too. A whole number may stand for a
    float, an object for a dataclass, a flag for no number."""
    if kind is Any:
        return True
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return any(suits(value, option) for option in inner)
    if origin is typing.Literal:
        return any(type(value) is type(option) and value == option for option in inner)
    if dataclasses.is_dataclass(kind):
        return isinstance(value, dict)
    if origin in (list, tuple) and isinstance(value, list | tuple):
        kinds = inner if origin is tuple and inner[-1] is not Ellipsis else inner[:1] * len(value)
        return len(kinds) == len(value) and all(map(suits, value, kinds))
    if origin is dict and isinstance(value, dict):
        return all(suits(key, inner[0]) and suits(entry, inner[1]) for key, entry in value.items())
    if kind is float and isinstance(value, int | float) and not -1e300 < value < 1e300:  # NaN too
        return False
    kind = origin or kind
    if not isinstance(kind, type):
        return True
    wide = {float: (int, float), tuple: (list, tuple)}.get(kind, kind)
    return isinstance(value, wide) and (not isinstance(value, bool) or kind in (bool, object))


def needed(request: type[Any]) -> dict[str, Any]:
    """Values of the fields that must be given."""
    every = dataclasses.fields(request)
    required = [each.name for each in every if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING]
    return {name: NEEDED[name] for name in required}


@pytest.mark.parametrize("name", TASKS)
def test_no_field_takes_what_is_not_its_kind(name: str) -> None:
    request = importlib.import_module(f"ganapp.tasks.{name}").Request
    kinds = typing.get_type_hints(request)
    usual = needed(request) | EITHER.get(name, {})
    try:
        request(**usual)
    except UserError as problem:
        pytest.fail(f"the test's own values are refused: {problem}")
    for entry in dataclasses.fields(request):
        for value in ODD:
            try:
                made = getattr(request(**{**usual, entry.name: value}), entry.name)
            except UserError as refused:
                refused.sentence("zh").encode()
                continue
            assert suits(made, kinds[entry.name]), f"{entry.name} is {made!r:.60} for {value!r:.60}"
            if isinstance(made, str):
                made.encode()
                assert len(made) <= images.MAX_BYTES * 3 // 2


def test_checks_take_no_flag_for_a_number_and_no_half_of_a_character() -> None:
    @request_class
    class Request:
        whole: Annotated[int, Whole(0, 9, exact=False)] = 0
        number: Annotated[float, Number(0, 9)] = 0.0
        choice: Annotated[str, Choice(("0", "2"))] = "0"
        text: Annotated[str, Text(200)] = "x"

    for name in ("whole", "number", "choice"):
        for wrong in (True, False, math.nan, 10**400, "1", None, [1]):
            with pytest.raises(UserError):
                Request(**{name: wrong})  # type: ignore[arg-type]
    for wrong in ("\ud800", "a\x00", "", "x" * 201, 5, None):
        with pytest.raises(UserError):
            Request(text=wrong)  # type: ignore[arg-type]
    assert (Request(whole=2.0).whole, Request(number=2).number) == (2, 2.0)  # type: ignore[arg-type]
