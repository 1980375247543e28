"""Which file in a folder of results was made from which photo, with which settings.

A run that was cut short goes on by it, and a result is never taken for a photo, nor a file of the same name for a result. The record lies
with the runs of this machine and not among the results: a folder of pictures holds pictures only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ganapp.base import paths

COARSE = 2_000_000_000  # nanoseconds within which a disk may round the time of a file


@dataclass(frozen=True)
class Result:
    """A result. photo, wish: digests of the photo's file and of the settings; size, changed: bytes and time of the result, by which it is
    known again; by_name: whether it was only taken for one, as it was there under its name before anything was noted."""

    photo: str
    wish: str
    size: int
    changed: int
    by_name: bool = False


@dataclass
class Record:
    """What is known of the results in `folder`, by their path below it."""

    folder: Path
    results: dict[str, Result] = field(init=False, default_factory=dict)
    names: dict[tuple[str, str], list[str]] = field(init=False, default_factory=dict)  # by photo and wish

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
                self._note(str(name), Result(*values))

    def _note(self, name: str, result: Result) -> None:
        self.results[name] = result
        self.names.setdefault((result.photo, result.wish), []).append(name)

    def holds(self, path: Path) -> Result | None:
        """What a file was made from; None for one that was not made here, or was changed since."""
        path = path.parent.resolve() / path.name
        if not path.is_relative_to(self.folder):
            return None
        result = self.results.get(path.relative_to(self.folder).as_posix())
        try:
            status = path.stat()
        except OSError:
            return None
        same = result and result.size == status.st_size and abs(result.changed - status.st_mtime_ns) <= COARSE
        return result if same else None

    def find(self, photo: str, wish: str) -> list[Path]:
        """The files in the folder that were made from a photo with these settings."""
        alike = [self.folder / name for name in dict.fromkeys(self.names.get((photo, wish), []))]
        return [path for path in alike if (result := self.holds(path)) and (result.photo, result.wish) == (photo, wish)]

    def own(self) -> list[Path]:
        """All files in the folder that were made here."""
        return sorted(path for path in (self.folder / name for name in self.results) if self.holds(path))

    def add(self, path: Path, photo: str, wish: str, by_name: bool = False) -> None:
        """Note a new result. Without a place to note it a later run knows it by its name only."""
        with suppress(OSError):
            path = path.parent.resolve() / path.name
            status = path.stat()
            name = path.relative_to(self.folder).as_posix()
            result = Result(photo, wish, status.st_size, status.st_mtime_ns, by_name)
            self._note(name, result)
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps([name, *dataclasses.astuple(result)]) + "\n")

    def forget(self) -> None:
        """The folder is no more."""
        self.results.clear()
        self.names.clear()
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
