"""The files that a run writes about itself, read as untrusted input.

They may come from a rented machine, from another version, or from a process that was killed while writing. Only values of the right type
and within bounds are passed on, and no file is read beyond the size that a run can need.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ganapp.base import locales

STATES = ("starting", "running", "done", "stopped", "paused", "between", "failed")
STATUS_BYTES, ORDER_BYTES, DIAGNOSES_BYTES = 1 << 18, 1 << 18, 64 << 20
UNKNOWN_YET = ("step", "seconds", "rate")  # of a run that is still getting ready
WHOLE = 2**53 - 1  # the greatest whole number that every page reads exactly
TEXT, ENTRIES, DEPTH = 400, 200, 6  # longest text, largest list or object, deepest nesting
UNKNOWN: dict[str, Any] = {"key": "errors.reason_unknown", "values": {}}


def load(path: Path, most: int) -> Any:
    """The JSON in a file of at most `most` bytes; None for one that is missing, larger, or no JSON."""
    try:
        with path.open("rb") as handle:
            blob = handle.read(most + 1)
        return json.loads(blob) if len(blob) <= most else None
    except (OSError, ValueError, RecursionError):
        return None


def plain(value: Any, depth: int = DEPTH) -> Any:
    """A value read from JSON as every page can take it: numbers finite and at most 2**53, texts whole and not endless, lists and objects
    neither endless nor deep. What is not so becomes None, or is cut short."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= WHOLE else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return text(value)
    if depth and isinstance(value, list | tuple):
        return [plain(each, depth - 1) for each in value[:ENTRIES]]
    if depth and isinstance(value, dict):
        return {text(str(key)): plain(each, depth - 1) for key, each in list(value.items())[:ENTRIES]}
    return None


def text(value: str) -> str:
    """`value` without half characters (lone surrogates), which no answer can carry, and at most 400 characters long."""
    return value[:TEXT].encode("utf-8", "replace").decode("utf-8")


def reason(value: Any) -> dict[str, Any] | None:
    """A reason {"key", "values"} whose sentence can be said, the one for "unknown" in place of any other; None for none."""
    if value is None or value == "":
        return None
    key = value.get("key") if isinstance(value, dict) else None
    given = value.get("values", {}) if isinstance(value, dict) else None
    if not isinstance(key, str) or not isinstance(given, dict) or len(given) > ENTRIES:
        return dict(UNKNOWN)
    values = {text(str(name)): text(_shown(each)) for name, each in given.items()}
    try:
        for language in locales.LANGUAGES:
            locales.words(language)[key].format(**values)
    except (KeyError, ValueError, IndexError, AttributeError, TypeError):
        return dict(UNKNOWN)
    return {"key": key, "values": values} if key.startswith("errors.") else dict(UNKNOWN)


def _shown(value: Any) -> str:
    try:
        return value if isinstance(value, str) else str(value)
    except ValueError:  # a number of more than 4,300 digits
        return "?"


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high  # false for NaN too


def _whole(high: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high


def _words(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT and text(value) == value


def is_values(value: Any) -> bool:
    """Whether a value is an object of numbers by name."""
    number = _number(-math.inf, math.inf)
    return isinstance(value, dict) and len(value) <= ENTRIES and all(_words(k) and (v is None or number(v)) for k, v in value.items())


SECONDS = _number(0, 1e11)
is_whole = _whole(WHOLE)
STATUS: dict[str, Callable[[Any], bool]] = {
    "state": lambda value: value in STATES if isinstance(value, str) else False,
    "pid": _whole(2**31 - 1),
    "identity": _words,
    "boot": _words,
    "memory_kills": is_whole,
    "step": is_whole,
    "steps": is_whole,
    "seconds": SECONDS,
    "rate": SECONDS,
    "eta": SECONDS,
    "memory_mb": is_whole,
    "device": _words,
    "latest": is_values,
    "fetched": lambda value: isinstance(value, list) and len(value) == 2 and all(map(is_whole, value)),
    "held": lambda value: isinstance(value, bool),
    "heartbeat": SECONDS,
}


def status(folder: Path) -> dict[str, Any]:
    """What the run in `folder` last said about itself, {} when it has said nothing: each key of `STATUS` that holds what it should, and
    "reason" (see `reason`) where there is one."""
    values = load(folder / "status.json", STATUS_BYTES)
    if not isinstance(values, dict):
        return {}
    believed = {key: values[key] for key, fits in STATUS.items() if key in values and fits(values[key])}
    if "latest" in believed:
        believed["latest"] = plain(believed["latest"])
    if believed.get("state") == "starting":  # it says 0, and may go on from a checkpoint
        believed = {name: value for name, value in believed.items() if name not in UNKNOWN_YET}
    ended = reason(values.get("reason"))
    return {**believed, "reason": ended} if ended else believed


def order(folder: Path) -> dict[str, Any]:
    """The order of the job in `folder` as a page may be shown it; {} for none."""
    values = load(folder / "order.json", ORDER_BYTES)
    shown: Any = plain(values)
    if not isinstance(shown, dict):
        return {}
    return shown if isinstance(shown.get("settings", {}), dict) else {**shown, "settings": {}}


def diagnoses(folder: Path, since: int = 0, most: int = 300) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """The diagnoses of a run from step `since` on, every n-th of them where there are more than `most`; and the last, {} without one.

    A line that is torn or is no diagnosis is left out: the run writes on after it.
    """
    lines = _lines(folder / "diagnostics.jsonl")
    last = next(filter(None, map(_diagnosis, reversed(lines))), {})
    if since:
        return tuple(_from(lines, since, most)), last
    spread = [*lines[:-1][:: 1 + len(lines) // most], *lines[-1:]]
    return tuple(entry for line in spread if (entry := _diagnosis(line))), last


def recent(folder: Path, most: int) -> tuple[dict[str, Any], ...]:
    """The last diagnoses of a run, at most so many, the newest last."""
    return tuple(_from(_lines(folder / "diagnostics.jsonl"), 0, most))


def _from(lines: list[bytes], since: int, most: int) -> list[dict[str, Any]]:
    """The diagnoses from step `since` on, read from the end."""
    newest: list[dict[str, Any]] = []
    for entry in filter(None, map(_diagnosis, reversed(lines))):
        if entry["step"] < since or len(newest) >= most:
            break
        newest.append(entry)
    return newest[::-1]


def _lines(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as handle:
            size = os.fstat(handle.fileno()).st_size
            handle.seek(max(0, size - DIAGNOSES_BYTES))
            return handle.read(DIAGNOSES_BYTES).splitlines()
    except OSError:
        return []


def _diagnosis(line: bytes) -> dict[str, Any]:
    """One line of diagnostics.jsonl, {} for what is none."""
    try:
        values = plain(json.loads(line)) if line.endswith(b"}") else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict) or not is_whole(values.get("step")):
        return {}
    return {name: entry for name, entry in values.items() if name == "step" or isinstance(entry, dict)}


def advice(lamp: Any) -> Iterator[dict[str, Any]]:
    """The advice {"key", "changes"} of a lamp, as far as it is some."""
    given = lamp.get("advice", []) if isinstance(lamp, dict) else []
    for entry in given if isinstance(given, list) else []:
        if isinstance(entry, dict) and _words(entry.get("key")) and isinstance(entry.get("changes"), dict):
            yield {"key": entry["key"], "changes": entry["changes"]}
