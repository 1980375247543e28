"""What commands on one photo or many share: which files there are, a bar that grows, and a zip file in the end."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from ganapp import images, paths
from ganapp.errors import UserError

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")
FORMS = {"png": ("png", "tif"), "jpeg": ("jpg",), "webp": ("webp",)}  # form -> endings that its files may have
BAR = 24  # characters


Masks = Callable[[PurePosixPath], bytes]  # a photo's name -> the file of its mask


@dataclass(frozen=True)
class Source:
    """A photo or mask to be read. name: its path inside the folder or zip."""

    name: PurePosixPath
    read: Callable[[], bytes]


def one(path: Path) -> Source:
    """A file as a source of its own."""
    return Source(PurePosixPath(path.name), lambda: content(path))


def content(path: Path) -> bytes:
    """What a file holds. UserError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UserError("file_unreadable", name=path) from problem


def many(path: Path) -> bool:
    """Whether a path stands for several files: a folder or a zip."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def sources(path: Path) -> Iterator[Source]:
    """The pictures of a folder or zip, by name."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() in ENDINGS and file.is_file():
                yield Source(PurePosixPath(file.relative_to(path).as_posix()), lambda file=file: content(file))  # type: ignore[misc]
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as problem:
        raise UserError("data_not_a_zip", name=path.name) from problem
    for entry in sorted(archive.infolist(), key=lambda each: each.filename):
        name = PurePosixPath(entry.filename.replace("\\", "/"))
        if name.suffix.lower() not in ENDINGS or entry.is_dir() or name.is_absolute() or ".." in name.parts or name.name.startswith("."):
            continue
        yield Source(name, lambda entry=entry: _unzipped(archive, entry))  # type: ignore[misc]


@dataclass(frozen=True)
class Job:
    """One photo. place: the folder of its result; name: what the task is told the photo's file is called."""

    source: Source
    place: Path
    name: str


def jobs(inputs: Sequence[Path], folder: Path) -> list[Job]:
    """Every photo with the folder and name of its result. Photos that would take each other's name keep their ending in it.

    UserError for a folder or zip without pictures, and a zip that is none.
    """
    found = []
    for path in inputs:
        photos = list(sources(path)) if many(path) else [one(path)]
        if not photos:
            raise UserError("shell_none", name=path)
        found += photos
    stems = Counter(photo.name.with_suffix("") for photo in found)
    return [
        Job(photo, folder / photo.name.parent, photo.name.name if stems[photo.name.with_suffix("")] == 1 else f"{photo.name.name}.")
        for photo in found
    ]


def masks(path: Path) -> Masks:
    """The mask of the photo of each name: the file itself for all of them, or, of a folder or zip, the one of the photo's name, whatever
    its ending. UserError, also of what is returned, when there is none or it cannot be read."""
    if not many(path):
        blob = content(path)
        return lambda _: blob
    held = list(sources(path))
    named = {each.name.with_suffix(""): each for each in held} | {each.name: each for each in held}

    def found(name: PurePosixPath) -> bytes:
        mask = named.get(name) or named.get(name.with_suffix(""))
        if mask is None:
            raise UserError("shell_no_mask")
        return mask.read()

    return found


def _unzipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > images.MAX_BYTES:
        raise UserError("picture_bytes", megabytes=images.MAX_BYTES // 2**20)
    try:
        return archive.read(entry)
    except (OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as problem:
        raise UserError("file_unreadable", name=entry.filename) from problem


def write(target: Path, blob: bytes) -> None:
    """Write a file whole or not at all, and the folders it lies in. UserError when that cannot be done."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(blob)
        partial.replace(target)
    except OSError as problem:
        raise UserError("file_unwritable", file=target) from problem


@dataclass
class Bar:
    """A bar on a terminal; a line a photo where there is none."""

    total: int
    out: TextIO
    done: int = 0
    name: str = ""

    def tell(self, done: int, total: int) -> None:
        """See progress.Watcher: parts of the present photo."""
        self._draw(done / total if total else 0.0)

    def go_on(self) -> None:
        """See progress.Watcher: a shell is stopped by Ctrl+C."""

    def show(self, draw: Callable[[], bytes]) -> None:
        """See progress.Watcher: a shell shows no pictures."""

    def next(self, name: str) -> None:  # noqa: A003 - of the photos
        """Begin with another photo."""
        self.name = name
        if name and not self.out.isatty():
            print(f"{self.done + 1}/{self.total} {name}", file=self.out)
        self._draw(0.0)

    def _draw(self, part: float) -> None:
        if self.out.isatty():
            filled = int(BAR * (self.done + part) / max(1, self.total))
            line = f"[{'#' * filled}{'.' * (BAR - filled)}] {self.done}/{self.total} {self.name[:50]}"
            print(f"\r\x1b[K{line}", end="", file=self.out, flush=True)


Work = tuple[PurePosixPath, Callable[[Bar], dict[str, Any] | None]]  # a photo's name, and what is done with it


def place(out: Path) -> Path:
    """The folder that results go into: `out`, or one beside the zip file that it names, packed once all is done."""
    return out.with_name(f"{out.stem}.partial") if packed(out) else out


def packed(out: Path) -> bool:
    """Whether the results become a zip file."""
    return out.suffix.lower() == ".zip"


def carry_out(works: list[Work], out: Path, told: bool, say: Callable[..., str]) -> int:
    """Do all works, each named by its photo; what one of them refuses does not stop the others. told: whether reports are printed as JSON;
    say: the command's words. Returns 0 when all was done, 1 when something was refused."""
    bar, failed = Bar(len(works), sys.stderr), 0
    for name, work in works:
        bar.next(str(name))
        try:
            report = work(bar)
            if told and report:
                print(json.dumps(report, ensure_ascii=False), flush=True)
        except UserError as problem:
            failed += 1
            print(f"\r{name}: {problem.sentence(paths.language())}", file=sys.stderr)
        bar.done += 1
    bar.next("")
    if packed(out) and not failed:
        pack(place(out), out)
    print(f"\n{say('batch', done=len(works) - failed, total=len(works), out=place(out) if failed else out)}", file=sys.stderr)
    return 1 if failed else 0


def pack(folder: Path, target: Path) -> None:
    """The folder as a zip file, and no folder any more."""
    partial = target.with_name(f".{target.name}.partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:  # pictures are packed already
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                archive.write(file, file.relative_to(folder).as_posix())
    partial.replace(target)
    shutil.rmtree(folder)
