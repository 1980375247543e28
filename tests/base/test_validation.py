"""The one validator: what it takes, what it refuses, and in which words. What each request and file may hold is tested beside them."""

from __future__ import annotations

import dataclasses
import importlib
import math
import pkgutil
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from pydantic import model_validator

import ganapp
from ganapp.base import validation
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Items, Number, Text, Whole, Worded, refused
from ganapp.base.validation import UnfitError, about, request_class, settings_class


@settings_class
class Settings:
    side: Annotated[int, Whole(8, 64, step=8)] = 8
    share: Annotated[float, Number(0, 1)] = 0.5
    manner: Annotated[str, Choice(lambda: ("calm", "wild"))] = "calm"
    several: Annotated[tuple[int, ...], Choice((1, 3), several=True)] = ()
    sizes: Annotated[tuple[Annotated[int, Whole(1, 9)], ...], Items(3)] = (1, 2)
    name: Annotated[str, Text(5, 0, signs="plain")] = ""
    on: bool = False
    free: dict[str, Any] = field(default_factory=dict)

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.on and self.share > 0.9:
            raise refused("shares_of_one")
        return self


@request_class
class Request:
    count: Annotated[int, Whole(0, 9, exact=False)] = about("how many")
    gap: Annotated[float, Number(0, 1)] | None = about("a number or none", default=None)
    pairs: Annotated[tuple[Annotated[int, Whole(0, 9)], ...], Items(2), Worded("patches_form", {"most": 2})] = about("pairs", default=())


def refusal(kind: type[Any], **values: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        kind(**values)
    assert "{" not in caught.value.sentence("en") + caught.value.sentence("zh")
    return caught.value


def test_what_fits_is_put_in_its_one_form() -> None:
    settings = Settings(16, 1, "wild", several=[3], sizes=[4, 5], free={"b": 1, "a": [2]})  # type: ignore[arg-type]
    assert (settings.several, settings.sizes, settings.free) == ((3,), (4, 5), {"b": 1, "a": [2]})
    assert type(settings.share) is float
    assert dataclasses.replace(settings, on=False) == settings
    assert Request(2.0) == Request(count=2)  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.side = 24  # type: ignore[misc]


WRONG: dict[str, tuple[Any, ...]] = {
    "side": (7, 12, 72, 16.0, True, "16", None, 10**400, math.nan),
    "share": (-0.1, 1.1, True, "0", math.nan, math.inf, 10**400, None, [0]),
    "manner": ("mild", 1, None, ["calm"], True),
    "several": ("calm", [2], [True], [1.0], 1, None, [[1]]),
    "sizes": ([0], [1.0], [True], [1, 2, 3, 4], 1, "12", None, {"a": 1}, [[1]], [10**400]),
    "name": ("123456", "a\nb", "a\x00", "\ud800", 5, None, b"a"),
    "on": (0, 1, "true", None),
    "free": ([], None, "x", 1),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_what_does_not_fit_is_named_in_the_reader_s_language(name: str, value: Any) -> None:
    problem = refusal(Settings, **{name: value})
    assert isinstance(problem, ValueError)
    assert (problem.key, problem.values["where"]) == ("bad_value", "test_validation.Settings")
    assert f"({name} must " in str(problem)
    assert f"（{name} " in problem.sentence("zh")


def test_a_file_is_named_in_the_words_about_it() -> None:
    for values, key, word in (
        ([], "bad_value", "not a JSON object"),
        ({"sides": 8}, "unknown_key", "sides"),
        ({"side": 9}, "bad_value", "multiple"),
    ):
        with pytest.raises(UserError, match=word) as caught:
            validation.read(Settings, values, "a/config.json")
        assert (caught.value.key, caught.value.values["where"]) == (key, "a/config.json")
        assert not isinstance(caught.value, ValueError), "what reads files takes a ValueError for a file that is no JSON"
    with pytest.raises(UserError, match="share"):
        validation.read(Settings, {"on": True, "share": 1.0}, "a/config.json")


def test_a_request_is_refused_with_what_to_send() -> None:
    assert refusal(Request).key == "field_missing"
    assert refusal(Request, count=1, more=1).key == "field_unknown"
    assert (refusal(Request, count=2.5).key, refusal(Request, count=True).values["name"]) == ("whole_between", "count")
    assert refusal(Request, count=1, gap=2).key == "number_between"
    assert {refusal(Request, count=1, pairs=wrong).key for wrong in (1, [10], [1, 2, 3], ["a"])} == {"patches_form"}
    assert Request.__dataclass_fields__["gap"].metadata["help"] == "a number or none"


def test_a_plain_dataclass_is_read_as_strictly() -> None:
    @dataclass(frozen=True)
    class Plain:
        width: int
        rate: float = 0.5

    assert validation.read(Plain, {"width": 3, "rate": 1}, "order").rate == 1
    for values, key in (({}, "missing_key"), ({"width": True}, "bad_value"), ({"width": 1, "rate": math.nan}, "bad_value")):
        with pytest.raises(UserError) as caught:
            validation.read(Plain, values, "order")
        assert caught.value.key == key


def test_every_class_that_is_checked_can_be() -> None:
    """What checks a class is made when it is first needed, so that a wrong annotation would show no sooner."""
    count = 0
    for module in pkgutil.walk_packages(ganapp.__path__, "ganapp."):
        if module.name.endswith("__main__") or module.name.startswith("ganapp.ui"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if (
                isinstance(kind, type)
                and kind.__module__ == module.name
                and "__pydantic_config__" in vars(kind)
                and dataclasses.is_dataclass(kind)
            ):
                count += 1
                with pytest.raises(UnfitError, match="no_such_field"):
                    kind(no_such_field=1)
    assert count > 60
