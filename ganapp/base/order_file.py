"""A training order as its file: the bounds of its numbers, and reading it, which people write in any editor."""

from __future__ import annotations

import dataclasses
import json
import re
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationInfo

from ganapp.base import members, name_encodings, validation
from ganapp.base.errors import UserError
from ganapp.base.validation import settings_class

BILLION = 10**9
NUMBERS = {  # of an order, the least and the most of each
    "steps": (1, BILLION),
    "seed": (-(2**63), 2**63 - 1),
    "every": (1, BILLION),
    "threads": (0, 1024),
    "processes": (1, 256),
    "previews": (0, BILLION),
}
DEVICE = re.compile(r"|cpu|mps|cuda(:[0-9]{1,3})?")
LESSON = re.compile(r"[a-z_]{0,40}")
LONGEST_OLD = 2**20  # bytes of a file whose code page is looked for


def _number(value: Any, info: ValidationInfo) -> int:
    low, high = NUMBERS[str(info.field_name)]
    if type(value) is not int or value < low:
        raise UserError("order_numbers")
    if value > high:
        raise UserError("whole_between", name=info.field_name, low=low, high=high)
    return value


def _recipe(value: Any) -> str:
    if not isinstance(value, str):
        raise UserError("unknown_recipe", recipe=str(value)[:80])
    return value


def _device(value: Any) -> str:
    if not isinstance(value, str) or not DEVICE.fullmatch(value):
        raise UserError("order_device", device=str(value)[:40])
    return value


def _lesson(value: Any) -> str:
    if not isinstance(value, str) or not LESSON.fullmatch(value):
        raise UserError("lesson_unknown", lesson=str(value)[:40], known=", ".join(members.names("lessons")))
    return value


Amount = Annotated[int, PlainValidator(_number)]


@settings_class
class Order:
    """What a training job is to do. recipe: a file of training/recipes; steps: optimiser steps in all; seed: of every random choice;
    every: steps between sample grids and checkpoints; threads: CPU threads, 0 leaves torch's choice;
    settings: the recipe's own, checked by its `Settings`; device: "cpu", "mps", "cuda" or "cuda:1", "" for the best there is;
    processes: how many share every batch; previews: steps between further sample grids, 0 for none; lesson: the lesson it belongs to."""

    recipe: Annotated[str, PlainValidator(_recipe)]
    steps: Amount
    seed: Amount = 0
    every: Amount = 250
    threads: Amount = 0
    settings: dict[str, Any] = field(default_factory=dict)
    device: Annotated[str, PlainValidator(_device)] = ""
    processes: Amount = 1
    previews: Amount = 0
    lesson: Annotated[str, PlainValidator(_lesson)] = ""

    def write(self, folder: Path) -> None:
        """Write order.json into `folder`."""
        (folder / "order.json").write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n")


def read(folder: Path) -> Order:
    """The order in `folder`/order.json."""
    return validation.read(Order, load(folder / "order.json"), "order.json")


def load(path: Path) -> dict[str, Any]:
    """The JSON object in a file of UTF-8, UTF-16 or UTF-32, with or without a byte order mark (Windows' editors and PowerShell write one),
    or in the code page of an older Windows.

    UserError that names the file: for one that is not there, and for one that is not whole JSON, with the place where it breaks.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as problem:
        raise UserError("order_missing", name=_name(path)) from problem
    except OSError as problem:
        raise UserError("file_unreadable", name=_name(path)) from problem
    try:
        values = json.loads(_decoded(content))
    except json.JSONDecodeError as problem:
        raise UserError("order_broken", name=_name(path), line=problem.lineno, column=problem.colno) from problem
    except UnicodeDecodeError as problem:
        line, start = content.count(b"\n", 0, problem.start) + 1, content.rfind(b"\n", 0, problem.start) + 1
        raise UserError("order_broken", name=_name(path), line=line, column=problem.start - start + 1) from problem
    except (ValueError, RecursionError) as problem:  # a number of too many digits, brackets without end
        raise UserError("order_broken", name=_name(path), line=1, column=1) from problem
    if not isinstance(values, dict):
        raise UserError("order_no_object", name=_name(path))
    return values


def _decoded(content: bytes) -> bytes:
    """What is whole JSON in an old code page, in UTF-8; everything else as it is."""
    try:
        content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        text = name_encodings.decoded([content])[0] if len(content) <= LONGEST_OLD else ""
        with suppress(ValueError, RecursionError):
            json.loads(text)
            return text.encode("utf-8")
    return content


def _name(path: Path) -> str:
    """What the file is called, and whose it is where all are called order.json."""
    return f"{path.parent.name}/{path.name}" if path.name == "order.json" and path.parent.name else path.name
