"""What results of tasks share: how they are told as JSON, and which file they make in the shell."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from ganapp.base.errors import UserError
from ganapp.pictures import images


class Facts:
    """A result that is facts alone: there is no file."""

    def save(self, path: Path) -> None:
        """UserError: nothing can be written."""
        raise UserError("shell_nowhere")

    def report(self) -> dict[str, Any]:
        """All of it; pictures as data URIs."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}  # type: ignore[attr-defined]


class Whole:
    """A result that is one object: its first field."""

    def report(self) -> dict[str, Any]:
        """That object."""
        facts: dict[str, Any] = next(iter(vars(self).values()))
        return facts


class Table(Facts):
    """A result whose file is its report."""

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(json.dumps(self.report(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


class Drawn(Facts):
    """A result with a picture, which is its file: its first field of bytes."""

    def save(self, path: Path) -> None:
        """Write the picture."""
        path.write_bytes(next(value for value in vars(self).values() if isinstance(value, bytes)))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return images.data_uri(value, "image/gif" if value.startswith(b"GIF") else "image/png")
    if isinstance(value, tuple) and all(dataclasses.is_dataclass(each) or isinstance(each, dict) for each in value):
        return [each if isinstance(each, dict) else dataclasses.asdict(each) for each in value]
    return value
