"""A training order as its file: the bounds of its numbers, and reading it, which people write in any editor."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from ganapp.base import name_encodings
from ganapp.base.errors import UserError

BILLION = 10**9
NUMBERS = {  # of an order, the least and the most of each
    "steps": (1, BILLION),
    "seed": (-(2**63), 2**63 - 1),
    "every": (1, BILLION),
    "threads": (0, 1024),
    "processes": (1, 256),
    "previews": (0, BILLION),
}

LONGEST_OLD = 2**20  # bytes of a file whose code page is looked for


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
