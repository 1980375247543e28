"""What a value that comes from outside may be: the annotations of requests, settings and configurations; see validation.py.

All are strict: no flag or text stands for a number, and no number is NaN or without end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ganapp.base.errors import UserError

BROKEN = re.compile(r"[\x00\ud800-\udfff]")  # what no file, row or answer can hold: NUL, half of a surrogate pair
WIDEST, DEEPEST = 65_536, 256  # of any number of a net's settings; of its layers, which are built one by one
LONGEST_TEXT, ENTRIES, DEPTH = 1000, 200, 4  # of what is stored: characters of a text, entries of a list or object, levels of them


def refused(key: str, **values: object) -> PydanticCustomError:
    """What a check raises: a sentence of the locale sections "errors", for a request, and "values", for a file; its {name} is added."""
    return PydanticCustomError(key, key, values)  # type: ignore[arg-type]  # the sentence is in assets/locales


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high` that is a multiple of `step`; with `exact` 2.0 is none, else it counts as 2."""

    low: int
    high: int
    exact: bool = True
    step: int = 1

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        whole: CoreSchema = core_schema.int_schema(strict=True, ge=self.low, le=self.high, multiple_of=self.step)
        if not self.exact:
            whole = core_schema.no_info_before_validator_function(_rounded, whole)
        if self.step > 1:
            return _worded(whole, "multiple_between", low=self.low, high=self.high, step=self.step)
        return _worded(whole, "whole_between", low=self.low, high=self.high)

    def entry(self) -> dict[str, Any]:
        """As assets/training.json has it."""
        return {"kind": "integer", "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Number:
    """A finite number from `low` to `high`."""

    low: float
    high: float

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        number = core_schema.float_schema(strict=True, ge=self.low, le=self.high, allow_inf_nan=False)
        return _worded(number, "number_between", low=_plain(self.low), high=_plain(self.high))

    def entry(self) -> dict[str, Any]:
        """As assets/training.json has it."""
        return {"kind": "number", "low": _plain(self.low), "high": _plain(self.high)}


@dataclass(frozen=True)
class Choice:
    """One of `options`, or several in a list; a function gives them when they are first needed."""

    options: tuple[Any, ...] | Callable[[], tuple[Any, ...]]
    several: bool = False

    def known(self) -> tuple[Any, ...]:
        """The options."""
        return self.options() if callable(self.options) else self.options

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._chosen)

    def _chosen(self, value: Any) -> Any:
        known = self.known()
        values = value if self.several and isinstance(value, list | tuple) else [value]
        alike = all(any(type(each) is type(option) and each == option for option in known) for each in values)  # True is no 1
        if not alike or self.several and values is not value:
            raise refused("one_of", known=", ".join(map(str, known)))
        return tuple(values) if self.several else value

    def entry(self) -> dict[str, Any]:
        """As assets/training.json has it."""
        return {"kind": "choices" if self.several else "choice", "choices": list(self.known())}


@dataclass(frozen=True)
class Text:
    """A text of `least` to `longest` characters that a file can hold. signs: "plain", without line breaks and other control signs;
    "printed", a line that can be shown."""

    longest: int
    least: int = 1
    signs: str = "whole"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def _read(self, value: Any) -> str:
        fits = isinstance(value, str) and self.least <= len(value) <= self.longest
        if not fits:
            raise refused("text_needed", longest=self.longest)
        if BROKEN.search(value) or self.signs == "plain" and _control(value):
            raise refused("text_unfit", longest=self.longest)
        if self.signs == "printed" and not value.isprintable():
            raise refused("text_needed", longest=self.longest)
        return str(value)

    def entry(self) -> dict[str, Any]:
        """As assets/training.json has it."""
        return {"kind": "text", "longest": self.longest}


@dataclass(frozen=True)
class Items:
    """A list of at most `longest` values of the annotated kind; it becomes a tuple."""

    longest: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        items = {**handler(source), "strict": False, "fail_fast": True}  # a list stands for a tuple, but nothing else for what is in it
        return core_schema.no_info_before_validator_function(self._listed, items)  # type: ignore[arg-type]

    def _listed(self, value: Any) -> Any:
        if not isinstance(value, list | tuple) or len(value) > self.longest:
            raise refused("list_of_numbers", longest=self.longest)
        return value


@dataclass(frozen=True)
class Worded:
    """Whatever is wrong with the value, this sentence says it."""

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return _worded(handler(source), self.key, **self.values)


@dataclass(frozen=True)
class As:
    """An object that holds what `kind`, a TypedDict, says; it stays as it is."""

    kind: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_kept, handler.generate_schema(self.kind))


Width = Annotated[int, Whole(1, WIDEST)]  # of a net: channels, units, pixels of a side
Count = Annotated[int, Whole(0, WIDEST)]  # the same, or none
Depth = Annotated[int, Whole(1, DEEPEST)]  # layers
Share = Annotated[float, Number(0, 1)]
BelowOne = Annotated[float, Number(0, 0.9999)]
Widths = Annotated[tuple[Width, ...], Items(DEEPEST)]


def _worded(schema: CoreSchema, key: str, **values: Any) -> CoreSchema:
    return core_schema.custom_error_schema(schema, key, custom_error_message=key, custom_error_context=values)


def _rounded(value: Any) -> Any:
    return int(value) if type(value) is float and value.is_integer() else value


def _kept(value: Any, check: Callable[[Any], Any]) -> Any:
    check(value)
    return value


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _control(text: str) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)  # Cs: half of a character


def stored(value: Any, name: str, depth: int = DEPTH) -> None:
    """UserError for what no row, file or answer can hold: a number beyond 64 bits or not finite, half a character, a control sign, a text
    or list without end, levels without end. `name` says where it stands."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        if not -(2**63) <= value < 2**63:  # false for NaN and infinity too
            raise UserError("number_between", name=name, low=-(2**63), high=2**63 - 1)
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT or _control(value):
            raise UserError("text_unfit", name=name, longest=LONGEST_TEXT)
    elif isinstance(value, dict | list | tuple) and depth and len(value) <= ENTRIES:
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in entries:
            stored(key, f"{name}'s keys", 0)
            stored(entry, f"{name}.{key}"[:80], depth - 1)
    else:
        raise UserError("value_unfit", name=name)
