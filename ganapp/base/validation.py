"""The one check of values that come from outside: fields of a request, settings of an order, config.json of a model folder.

A class under `request_class` or `settings_class` is a frozen dataclass that pydantic checks: an instance that exists is valid.
Annotations say what a field may hold (kinds.py, or a plain bool, int, float, str). Rules between fields are methods under pydantic's
`model_validator(mode="after")`; they raise ValueError or UserError. What pydantic finds wrong becomes a sentence in the reader's language
here, and nowhere else.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Callable
from dataclasses import field
from functools import cache, wraps
from typing import Annotated, Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ArgsKwargs

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Number, Text, Whole

C = TypeVar("C")
CONFIG = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class UnfitError(UserError, ValueError):
    """Why there is no instance of a class. problem: what pydantic found; kind: the class."""

    def __init__(self, problem: ValidationError, kind: type[Any], where: str) -> None:
        key, values = _sentence(problem, kind, where)
        super().__init__(key, **values)
        self.problem, self.kind = problem, kind


def about(text: str, *, default: Any = dataclasses.MISSING, default_factory: Any = dataclasses.MISSING, kind: str = "") -> Any:
    """A field of a request, with what its documentation says; kind: "picture" for one."""
    metadata = {"help": text, "kind": kind} if kind else {"help": text}
    return dataclasses.field(default=default, default_factory=default_factory, metadata=metadata)


@dataclass_transform(frozen_default=True, field_specifiers=(field, about))
def request_class(kind: type[C]) -> type[C]:
    """A frozen dataclass of a request's fields; an instance that cannot be is a UserError that names the field and what to send."""
    return _checked(kind, "")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def settings_class(kind: type[C]) -> type[C]:
    """A frozen dataclass of values as they stand in a file: `read` gives it. Made by hand it refuses with the same words."""
    return _checked(kind, f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}")


def _checked(kind: type[C], where: str) -> type[C]:
    checked: Any = dataclasses.dataclass(frozen=True)(kind)

    @cache
    def validator() -> Any:
        return TypeAdapter(checked).validator

    @wraps(checked.__init__)
    def begin(self: C, *values: Any, **named: Any) -> None:
        try:
            validator().validate_python(ArgsKwargs(values, named), self_instance=self)
        except ValidationError as problem:
            raise UnfitError(problem, checked, where) from None

    checked.__init__, checked.__pydantic_config__ = begin, CONFIG
    return kind


def read(kind: type[C], values: Any, where: str) -> C:
    """`kind(**values)` for values of a file called `where`. UserError names an unknown key, a missing key or a value that cannot be."""
    if not isinstance(values, dict):
        raise UserError("bad_value", where=where, **_clauses("object"))
    checked: Callable[..., C] = _known(kind)  # type: ignore[arg-type]
    try:
        return checked(**values)
    except UnfitError as unfit:
        key, sentence = _sentence(unfit.problem, unfit.kind, where)
        raise UserError(key, **sentence) from None


@cache
def _known(kind: type[Any]) -> Any:
    """The class itself, or one like it that checks, for a plain dataclass."""
    return kind if "__pydantic_config__" in vars(kind) else settings_class(type(kind.__name__, (kind,), {"__module__": kind.__module__}))


def check(name: str, value: Any, entry: dict[str, Any]) -> None:
    """UserError for a value called `name` that does not fit an entry of assets/training.json."""
    try:
        _adapter(json.dumps(entry)).validate_python(value)
    except ValidationError as problem:
        key, values = _sentence(problem, None, "")
        raise UserError(key, **{**values, "name": name}) from None


@cache
def _adapter(entry: str) -> TypeAdapter[Any]:
    given = json.loads(entry)
    if given["kind"] == "flag":
        return TypeAdapter(bool, config=CONFIG)
    kinds: dict[str, Callable[[], Any]] = {
        "integer": lambda: Whole(given["low"], given["high"]),
        "number": lambda: Number(given["low"], given["high"]),
        "text": lambda: Text(given.get("longest", 200), 0),
        "choice": lambda: Choice(tuple(given["choices"])),
        "choices": lambda: Choice(tuple(given["choices"]), several=True),
    }
    return TypeAdapter(Annotated[Any, kinds[given["kind"]]()])


def entries(kind: type[Any]) -> dict[str, dict[str, Any]]:
    """The fields of a class as assets/training.json has them: {name: {"default", "kind", "low", "high", "choices", "longest"}}."""
    described = {}
    hints = typing.get_type_hints(kind, include_extras=True)
    for each in dataclasses.fields(kind):
        notes = [note.entry() for note in getattr(hints[each.name], "__metadata__", ()) if hasattr(note, "entry")]
        default = list(each.default) if isinstance(each.default, tuple) else each.default
        described[each.name] = {"default": default, **(notes[0] if notes else {"kind": "flag"})}
    return described


def _sentence(problem: ValidationError, kind: type[Any] | None, where: str) -> tuple[str, dict[str, Any]]:
    """Key and values of the sentence about the first fault, in a file called `where` or, where that is "", in a request."""
    first = {"unexpected_keyword_argument": 0, "missing": 1}
    fault = min(problem.errors(include_url=False), key=lambda each: first.get(each["type"], 2))
    types = {each.name: each.type for each in dataclasses.fields(kind)} if kind else {}
    place = [list(types)[each] if i == 0 and isinstance(each, int) and types else each for i, each in enumerate(fault["loc"])]
    name, values = ".".join(each for each in place if isinstance(each, str))[:80], fault.get("ctx", {})
    if fault["type"] == "unexpected_keyword_argument":
        key, known = "unknown_key" if where else "field_unknown", ", ".join(types)
        return key, {"key": name, "name": name, "where": where, "known": known}
    if fault["type"] == "missing":
        return "missing_key" if where else "field_missing", {"key": name, "name": name, "where": where}
    key = "true_or_false" if fault["type"] == "bool_type" else fault["type"]
    if not where:
        return (key if f"errors.{key}" in locales.words("en") else "value_unfit"), {**values, "name": name}
    if key == "value_error":
        inner = values["error"].values if isinstance(values["error"], UnfitError) else {"problem": values["error"]}
        return "bad_value", {**inner, "where": where}
    key, given = key if f"values.{key}" in locales.words("en") else "kind", json.dumps(fault["input"], default=str)[:60]
    return "bad_value", {"where": where, **_clauses(key, **{"kind": types.get(name, ""), "value": given, **values, "name": name})}


def _clauses(key: str, **values: Any) -> dict[str, str]:
    """What is wrong, in both languages, as a part of a longer sentence."""
    return {"problem": locales.text(f"values.{key}", "en", **values), "problem_zh": locales.text(f"values.{key}", "zh", **values)}
