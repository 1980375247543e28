"""Which file in a folder of results was made from which photo, with which settings.

A run that was cut short goes on by it, and a result is never taken for a photo, nor a file of the same name for a result. The record lies
with the runs of this machine and not among the results: a folder of pictures holds pictures only.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ganapp import paths


@dataclass(frozen=True)
class Made:
    """A result. photo, wish: digests of the photo's file and of the settings; size, changed: bytes and time of the result, by which it is
    known again."""

    photo: str
    wish: str
    size: int
    changed: int


@dataclass
class Record:
    """What is known of the results in `folder`, by their path below it."""

    folder: Path
    results: dict[str, Made] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()
        self.file = paths.shell_records() / f"{hashlib.sha256(bytes(self.folder)).hexdigest()[:32]}.jsonl"
        try:
            lines = self.file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return
        for line in lines:
            with suppress(ValueError, TypeError, KeyError):  # the last line of a run that was killed may be torn
                name, *values = json.loads(line)
                self.results[str(name)] = Made(*values)

    @property
    def known(self) -> bool:
        """Whether anything is known of the folder."""
        return bool(self.results)

    def holds(self, path: Path) -> Made | None:
        """What a file was made from; None for one that was not made here, or was changed since."""
        path = path.parent.resolve() / path.name
        if not path.is_relative_to(self.folder):
            return None
        made = self.results.get(path.relative_to(self.folder).as_posix())
        try:
            status = path.stat()
        except OSError:
            return None
        return made if made and (made.size, made.changed) == (status.st_size, status.st_mtime_ns) else None

    def made(self, photo: str, wish: str) -> list[Path]:
        """The files in the folder that were made from a photo with these settings."""
        alike = [self.folder / name for name, made in self.results.items() if (made.photo, made.wish) == (photo, wish)]
        return [path for path in alike if self.holds(path)]

    def own(self) -> list[Path]:
        """All files in the folder that were made here."""
        return sorted(path for path in (self.folder / name for name in self.results) if self.holds(path))

    def add(self, path: Path, photo: str, wish: str) -> None:
        """Note a new result. Without a place to note it a later run knows it by its name only."""
        with suppress(OSError):
            path = path.parent.resolve() / path.name
            status = path.stat()
            name = path.relative_to(self.folder).as_posix()
            self.results[name] = Made(photo, wish, status.st_size, status.st_mtime_ns)
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([name, photo, wish, status.st_size, status.st_mtime_ns]) + "\n")

    def forget(self) -> None:
        """The folder is no more."""
        self.results.clear()
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
