"""Every field of every task with values of every other kind: taken in its one form, or refused with a sentence, and never anything else."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import math
import typing
from typing import Any

import pytest

from ganapp.base.errors import UserError
from ganapp.models import folder
from ganapp.pictures import images
from ganapp.tasks import _checks
from ganapp.ui import binding

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
ODD: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, 2**31, 2**63, 2**70, -(2**70), 10**400, math.nan, math.inf, -math.inf, 1e308, "", "x", "x" * 100_000,
    "\ud800", "a\x00b", "file:x", "../../x", "data:image/png;base64,!!!", "data:,x", "data:\ud800", [], [None], [math.nan], [[1]], [True],
    [10**400], {}, {"a": 1}, [{"a": math.nan}], (), b"x", object(),
]  # fmt: skip
TASKS = [name for name in binding.names() if binding._packages()[name].__name__ == "ganapp.tasks"]
NEEDED = {"picture": PICTURE, "mask": PICTURE, "latents": [[0.0]], "classes": [[]], "width": 10, "height": 10, "model": "photo"}
EITHER = {"discriminate": {"latent": [0.0]}, "nearest": {"latent": [0.0]}}  # tasks that need one of two fields


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
            assert folder._suits(made, kinds[entry.name]), f"{entry.name} is {made!r:.60} for {value!r:.60}"
            if isinstance(made, str):
                made.encode()
                assert len(made) <= images.MAX_BYTES * 3 // 2


def test_checks_take_no_flag_for_a_number_and_no_half_of_a_character() -> None:
    @dataclasses.dataclass(frozen=True)
    class Asked:
        value: Any

    whole, number = (functools.partial(each, name="value", low=0, high=9) for each in (_checks.whole, _checks.number))
    for check in (whole, number, functools.partial(_checks.choice, name="value", known=("0", "2"))):
        for wrong in (True, False, math.nan, 10**400, "1", None, [1]):
            with pytest.raises(UserError):
                check(Asked(wrong))
    for wrong in ("\ud800", "a\x00", "", "x" * 201, 5, None):
        with pytest.raises(UserError):
            _checks.text(Asked(wrong), "value")
