"""Pictures that a page has sent, so that the next request can name one instead of sending its megabytes again.

A name is the digest of what was sent: only who has the picture can know it. They are held in memory for a while, and only so many; a page
that names one that was forgotten is refused, and sends it again.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterable
from typing import Any

from ganapp.base.errors import UserError

PREFIX = "sent:"
LEAST = 200_000  # characters of a data URI that is worth it
MOST = 128 * 2**20  # characters held at once
SECONDS = 900.0  # since a picture was last named

_held: dict[str, tuple[float, str]] = {}  # by name, the one named last at the end
_lock = threading.Lock()


def with_pictures(values: dict[str, Any], pictures: Iterable[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a request with pictures for their names, and the names of those fields that were sent in full and are held now.

    UserError("picture_forgotten") for a name that is held no longer.
    """
    made, names = dict(values), dict[str, str]()
    for field in pictures:
        value = values.get(field)
        if not isinstance(value, str):
            continue
        if value.startswith(PREFIX):
            made[field] = _named(value)
        elif len(value) >= LEAST:
            names[field] = _keep(value)
    return made, names


def _named(name: str) -> str:
    with _lock:
        _drop()
        if name not in _held:
            raise UserError("picture_forgotten")
        _held[name] = (time.monotonic(), _held.pop(name)[1])
        return _held[name][1]


def _keep(text: str) -> str:
    name = PREFIX + hashlib.sha256(text.encode()).hexdigest()
    with _lock:
        _held.pop(name, None)
        _held[name] = (time.monotonic(), text)
        _drop()
    return name


def forget() -> None:
    """Drop what was not named for long. Without it, the last pictures of the day would stay until the next comes."""
    with _lock:
        _drop()


def _drop() -> None:
    """Drop what was not named for long, and the oldest of too much."""
    now, total = time.monotonic(), sum(len(text) for _, text in _held.values())
    for name, (named, text) in list(_held.items()):
        if now - named > SECONDS or total > MOST:
            del _held[name]
            total -= len(text)


def characters(values: Any) -> int:
    """Characters of all texts inside of texts, lists and objects, however deep: what they take in memory, nearly."""
    total, left = 0, [values]
    while left:
        value = left.pop()
        if isinstance(value, str):
            total += len(value)
        elif isinstance(value, dict | list | tuple):
            left += value.values() if isinstance(value, dict) else value
    return total
