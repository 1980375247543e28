"""What results of tasks share: how they are told as JSON, and which file they make in the shell."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import ganapp
from ganapp.base import locales, paths
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


class Worded(Facts):
    """A result that is read as text: its file is `words()`, and the shell prints that where no file is named."""

    def words(self) -> str:
        """The text, without a line's end at its end."""
        raise NotImplementedError

    def save(self, path: Path) -> None:
        """Write the text, and under it, where a network wrote it, a line that says so with what writes it again."""
        recipe: dict[str, Any] | None = getattr(self, "recipe", None)
        told = "\n".join([self.words(), *(["", _origin(recipe)] if recipe and paths.provenance() else [])])
        path.write_text(told + "\n", encoding="utf-8")


def _origin(recipe: dict[str, Any]) -> str:
    line = json.dumps(recipe, ensure_ascii=False, separators=(",", ":"))
    return locales.text("shell.by_machine", paths.language(), version=ganapp.__version__, recipe=line)


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
