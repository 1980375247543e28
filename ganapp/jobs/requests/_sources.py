"""Whose pictures an order names: those that a visitor sent are for that visitor alone, and nobody else learns their name."""

from __future__ import annotations

from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import uploads
from ganapp.jobs.visitor import Visitor

NAMED = ("source", "style")  # settings that may name pictures


def check(visitor: Visitor, settings: dict[str, Any]) -> None:
    """UserError when settings name pictures that somebody else has sent."""
    for name in NAMED:
        value = settings.get(name, "")
        if isinstance(value, str) and value.startswith(paths.UPLOAD) and not uploads.theirs(visitor, value):
            raise UserError("upload_missing")


def hidden(settings: dict[str, Any], yours: bool) -> dict[str, Any]:
    """Settings as anybody may see them: without the names of pictures that were sent, unless they are `yours`."""
    if yours:
        return settings
    return {name: _nameless(value) if name in NAMED else value for name, value in settings.items()}


def _nameless(value: Any) -> Any:
    """No more than that pictures were sent, or lie on the machine; a repository of the Hub is public."""
    if not isinstance(value, str):
        return ""
    if value.startswith(paths.UPLOAD):
        return paths.UPLOAD
    return "" if value.startswith(("/", "~", ".")) or "\\" in value else value
