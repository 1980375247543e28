"""Tasks as endpoints and remote procedures: names, defaults, documentation, refusals."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import gradio as gr
import pytest

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.ui import binding
from ganapp.ui.page import all_pages
from ganapp.ui.server.turns import Turns
from tests.conftest import awaited


@dataclass(frozen=True)
class Request:
    digit: int = field(metadata={"help": "the digit"})
    seed: int = field(default=7, metadata={"help": "whose hand"})
    tags: tuple[str, ...] = field(default_factory=lambda: ("a",), metadata={"help": "words"})

    def __post_init__(self) -> None:
        if not 0 <= self.digit <= 9:
            raise UserError("whole_between", name="digit", low=0, high=9)


@dataclass(frozen=True)
class Result:
    values: dict[str, Any]

    def report(self) -> dict[str, Any]:
        return self.values


def run(request: Request) -> Result:
    """Give the request back.

    Nothing is added.
    """
    return Result(dataclasses.asdict(request))


def module(**changes: Any) -> ModuleType:
    made = ModuleType("echo")
    made.__dict__.update({"Request": Request, "Result": Result, "run": run} | changes)
    return made


ECHO = binding.checked("echo", module())


class Caller:
    """What an endpoint reads of a gr.Request."""

    def __init__(self, languages: str = "") -> None:
        self.headers = {"accept-language": languages} if languages else {}
        self.client = None


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> typing.Callable[[Any], dict[str, Any]]:
    monkeypatch.setattr(binding, "task", lambda name: ECHO)
    procedure = binding.procedure("echo")
    return lambda values: awaited(procedure(values))


def test_fields_are_tied_by_name_and_keep_their_defaults(echo: typing.Callable[[Any], dict[str, Any]]) -> None:
    assert echo({"seed": 3, "digit": 4}) == {"digit": 4, "seed": 3, "tags": ("a",)}
    assert echo({"digit": 4}) == {"digit": 4, "seed": 7, "tags": ("a",)}


@pytest.mark.parametrize(
    ("values", "key", "part"),
    [
        ({"digit": 12}, "whole_between", "digit"),
        ({"seed": 1}, "field_missing", "digit"),
        ({"digit": 1, "sede": 1}, "field_unknown", "sede"),
        ([1, 2], "request_not_object", "JSON"),
        (None, "request_not_object", "JSON"),
        ("digit", "request_not_object", "JSON"),
    ],
)
def test_a_page_is_told_in_both_languages(echo: typing.Callable[[Any], dict[str, Any]], values: Any, key: str, part: str) -> None:
    error = echo(values)["error"]
    assert error["key"] == key
    assert part in error["en"]
    assert part in error["zh"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error["zh"])


def test_an_endpoint_has_named_typed_arguments() -> None:
    call = binding.endpoint(ECHO)
    first, *named = inspect.signature(call).parameters.values()
    assert first.annotation is gr.Request
    assert [(p.name, p.annotation, p.default) for p in named] == [
        ("digit", int, inspect.Parameter.empty),
        ("seed", int, 7),
        ("tags", tuple[str, ...], ("a",)),
    ]
    said, told = (call.__doc__ or "").split("\n\nArgs:\n")
    assert said == "Give the request back.\n\nNothing is added."
    assert told == "    digit: the digit\n    seed: whose hand\n    tags: words"
    assert awaited(call(Caller(), 5, 6, ("b",))) == {"digit": 5, "seed": 6, "tags": ("b",)}


@pytest.mark.parametrize(("languages", "language"), [("", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,zh;q=0.5", "en"), ("fr", "en")])
def test_an_endpoint_refuses_in_the_callers_language(languages: str, language: str) -> None:
    with pytest.raises(gr.Error) as refusal:
        awaited(binding.endpoint(ECHO)(Caller(languages), 12, 1, ()))
    assert refusal.value.message == locales.text("errors.whole_between", language, name="digit", low=0, high=9)


@pytest.mark.parametrize(
    ("header", "language"),
    [("zh", "zh"), ("ZH-tw", "zh"), ("en;q=0.2, zh;q=0.9", "zh"), ("fr, zh;q=0.3, en;q=0.4", "en"), ("zh;q=bad, en", "en"), (";;,,", "en")],
)
def test_languages_are_ranked(header: str, language: str) -> None:
    assert binding.language(Caller(header)) == language  # type: ignore[arg-type]


@dataclass
class Loose:
    digit: int = field(default=1, metadata={"help": "x"})


@dataclass(frozen=True)
class Helpless:
    digit: int = 1


@dataclass(frozen=True)
class Mute:
    values: int = 0


def undocumented(request: Request) -> Result:
    return Result({})


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"Request": Loose}, "frozen"),
        ({"Request": Helpless}, "help"),
        ({"Result": Mute}, "report"),
        ({"run": undocumented}, "docstring"),
    ],
)
def test_a_module_that_breaks_the_contract_is_refused_when_the_page_is_built(changes: dict[str, Any], missing: str) -> None:
    with pytest.raises(TypeError, match=missing):
        binding.checked("echo", module(**changes))


@pytest.mark.parametrize("part", ["Request", "Result", "run"])
def test_a_module_without_a_part_is_refused(part: str) -> None:
    made = module()
    delattr(made, part)
    with pytest.raises(TypeError, match=part):
        binding.checked("echo", made)


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(ValueError, match="no task 'nothing'"):
        binding.task("nothing")


def test_places_run_out_and_are_given_back(monkeypatch: pytest.MonkeyPatch, echo: typing.Callable[[Any], dict[str, Any]]) -> None:
    places = Turns(1, patience=0.01)
    monkeypatch.setattr(binding, "PLACES", dict.fromkeys(binding.LANES, places))

    async def taken() -> dict[str, Any]:
        async with places.turn():
            return await binding.procedure("echo")({"digit": 1})

    assert awaited(taken())["error"]["key"] == "busy"
    assert echo({"digit": 1})["digit"] == 1
    assert echo({"digit": 77})["error"]["key"] == "whole_between"  # and a refusal holds none
    assert echo({"digit": 2})["digit"] == 2


def test_a_page_s_data_is_refused_with_a_sentence_when_all_places_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    places = Turns(1, patience=0.01)
    monkeypatch.setattr(binding, "PLACES", dict.fromkeys(binding.LANES, places))
    data = binding.data_procedure(lambda: [1, 2])

    async def taken() -> Any:
        async with places.turn():
            return await data()

    assert awaited(taken())["error"]["key"] == "busy"
    assert awaited(data(None)) == [1, 2]


def test_requests_about_jobs_have_lanes_of_their_own() -> None:
    lanes = {name: binding.task(name).lane for name in binding.names()}
    assert (lanes["sample"], lanes["jobs_list"]) == ("light", "jobs")
    assert {lane for name, lane in lanes.items() if name.startswith(("job", "train", "data", "hub_"))} <= {"jobs", "measures", "far"}


def test_all_tasks_and_all_pages_keep_the_contract() -> None:
    assert binding.names()
    for name in binding.names():
        bound = binding.task(name)
        call = binding.endpoint(bound)
        assert call.__name__ == name
        assert all(p.annotation is not inspect.Parameter.empty for p in inspect.signature(call).parameters.values())
    for page in all_pages():
        assert set(page.tasks) <= set(binding.names()), page.slug
