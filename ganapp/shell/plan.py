"""Which photo makes which file: no two share one, none takes the place of an input or of a file that was not made here, and a run that was
cut short knows what it has made.

`Plan.of` looks at what is named, `place` reads --out, `existing` says what is there already, `keep` writes a result.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from ganapp.base import filenames
from ganapp.base.errors import UserError
from ganapp.pictures.archives import Refusal
from ganapp.pictures.photo_file import File
from ganapp.shell import files
from ganapp.shell.record import Record
from ganapp.shell.sources import Source, gather, many

NOTHING = "data:,"  # stands for the picture in a request that is only to be checked
FORMS = {".png": "png", ".webp": "webp", **dict.fromkeys(filenames.JPEGS, "jpeg")}  # of the file that --out names
ALIKE = (filenames.JPEGS, filenames.TIFFS)  # endings of one kind of file


@dataclass(frozen=True)
class Naming:
    """How a command calls its results. named: a photo's stem -> its result's; endings: that its results may have; beside: what is added
    to a result that would lie beside its photo under the photo's own name; parted: what comes between a stem and the ending that tells
    a.png from a.jpg; file: whether `--out` of one photo is a file even without an ending."""

    named: Callable[[str], str]
    endings: tuple[str, ...]
    beside: str = ""
    parted: str = "."
    file: bool = False


@dataclass(frozen=True)
class Arguments:
    """What the command line names: its inputs, --out, other files it reads (masks, paintings), and --overwrite."""

    inputs: Sequence[Path]
    out: Path
    others: Sequence[Path] = ()
    overwrite: bool = False


@dataclass(frozen=True)
class Job:
    """One photo. folder: of its result; stem: of the result's name, but for what the task adds; label: the photo's name in words."""

    source: Source
    folder: Path
    stem: str
    label: PurePosixPath


def place(out: str) -> Path:
    """Where --out says. What ends with a slash is a folder, which is made, whatever its name looks like. UserError when it cannot be."""
    path = Path(out)
    if out.endswith(("/", os.sep)):
        files.try_folder(path)
    return path


def packed(out: Path) -> bool:
    """Whether the results become a zip file."""
    return out.suffix.lower() == ".zip" and not out.is_dir()


def single(arguments: Arguments, naming: Naming) -> bool:
    """Whether --out names the very file of the one photo."""
    if len(arguments.inputs) != 1 or many(arguments.inputs[0]) or packed(arguments.out) or arguments.out.is_dir():
        return False
    return naming.file or arguments.out.suffix.lower() in filenames.PICTURES


def form_of_the_file(inputs: Sequence[Path], out: Path, fields: dict[str, Any], forms: dict[str, str] | None = None) -> None:
    """Set the field `form`, where it is not given, to what the ending of the file in --out asks for."""
    form = (FORMS if forms is None else forms).get(out.suffix.lower())
    if form and len(inputs) == 1 and not many(inputs[0]) and not out.is_dir():
        fields.setdefault("form", form)


def digest(*parts: object) -> str:
    """A short name of settings, masks and the like."""
    whole = json.dumps([part if not isinstance(part, bytes) else hashlib.sha256(part).hexdigest() for part in parts], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def content(source: Source, photo: bytes | None = None) -> str:
    """What the content of a photo's file is called; photo: the file, where it was read already."""
    if source.content:
        return digest("content", source.content)
    return digest(source.read() if photo is None else photo)


@dataclass
class Plan:
    """The files that a command is going to make. folder: where they lie; file: the one that --out names; archive: the zip file they become;
    jobs, left_out: photos, and files that are none; inputs: files that are never replaced, others among them by no --overwrite either,
    but for the file that --out names; taken: names that are given away; by_name: photos whose result was known by its name alone."""

    naming: Naming
    folder: Path
    file: Path | None
    archive: Path | None
    overwrite: bool
    jobs: list[Job] = field(default_factory=list)
    left_out: list[Refusal] = field(default_factory=list)
    inputs: set[Path] = field(default_factory=set)
    others: set[Path] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    by_name: dict[PurePosixPath, Path] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.record = Record(self.folder)
        self.recorded = bool(self.record.results)
        self.new = not self.folder.exists()

    @classmethod
    def of(cls, arguments: Arguments, naming: Naming) -> Plan:
        """The plan for what was given. UserError when there is no photo, the folder cannot be written to, or --out is a file that is not to
        be replaced."""
        archive = arguments.out if packed(arguments.out) else None
        file = arguments.out if single(arguments, naming) else None
        folder = arguments.out.with_name(f"{arguments.out.stem}.partial") if archive else arguments.out.parent if file else arguments.out
        plan = cls(naming, folder, file, archive, arguments.overwrite)
        away = [folder] if all(folder.resolve() != path.resolve() for path in arguments.inputs) else []
        found = gather(arguments.inputs, [*away, *arguments.others, *([archive] if archive else [])])
        results = {id(photo) for photo in plan._results_among([photo for photo in found.photos if photo.path not in arguments.inputs])}
        photos = [photo for photo in found.photos if id(photo) not in results]
        if not photos:
            raise UserError("shell_results", name=folder)
        plan.others = {path.resolve() for path in arguments.others}
        plan.inputs = {path.resolve() for path in (*arguments.inputs, *arguments.others, *(photo.path for photo in photos)) if path}
        plan.jobs, plan.left_out = _jobs(photos, folder, naming.parted), found.left_out
        plan._check()
        return plan

    def _results_among(self, photos: Sequence[Source]) -> list[Source]:
        """Those that an earlier run of this command has made: by the record of their folder, or, without one, by their names."""
        here = [photo for photo in photos if photo.path and photo.path.parent.resolve().is_relative_to(self.folder.resolve())]
        if self.recorded:
            return [photo for photo in here if photo.path and self.record.holds(photo.path)]
        names = {(photo.name.parent, f"{self.naming.named(filenames.safe(photo.name.stem))}{self.naming.beside}") for photo in here}
        return [photo for photo in here if (photo.name.parent, filenames.safe(photo.name.stem)) in names]

    def _check(self) -> None:
        """UserError before any work is done for what would only fail afterwards."""
        target = self.archive or self.file
        if target and not self.overwrite:
            if target.resolve() in self.inputs:
                raise UserError("shell_input", name=target)
            before = self.record.holds(target)
            own = before and not before.by_name and before.photo == content(self.jobs[0].source)
            own = self.recorded if self.archive else own
            if target.exists() and not own:
                raise UserError("shell_exists", name=target)
        files.try_folder(self.folder)

    def existing(self, job: Job, photo: str, wish: str) -> Path | None:
        """What was made before from a photo's file with the settings `wish`, None for nothing. Each result stands for one photo."""
        if self.overwrite or self.file:
            return None
        there = self.record.find(photo, wish)
        if not self.recorded:
            by_name = [job.folder / f"{self._stem(job)}.{ending}" for ending in self.naming.endings]
            there += [path for path in by_name if path.is_file() and path.resolve() not in self.inputs and not self.record.holds(path)]
        for path in there:
            if self._key(path) not in self.taken:
                self.taken.add(self._key(path))
                if not self.record.holds(path):
                    self.record.add(path, photo, wish, by_name=True)
                if (before := self.record.holds(path)) and before.by_name:
                    self.by_name[job.label] = path
                return path
        return None

    def keep(self, job: Job, photo: str, wish: str, result: File) -> Path:
        """Write a result under the first name that is free; where it is now. UserError when it cannot be written."""
        for path in self._names(job, result.ending):
            before = self.record.holds(path)
            own = before is not None and not before.by_name and before.photo == photo
            replaced = self._replaced(path)
            again = replaced or (own and before is not None and (self._named(path) or before.wish == wish))
            taken = self._key(path) in self.taken or (path.resolve() in self.inputs and not replaced)
            if not taken and files.write(path, result.blob, replace=again):
                self.taken.add(self._key(path))
                self.record.add(path, photo, wish)
                return path
        raise AssertionError("there is always a number more")

    def _named(self, path: Path) -> bool:
        """Whether a file is the one that --out names, which may leave its ending open."""
        ended = self.file is not None and filenames.ending(self.file.name) in filenames.PICTURES
        return self.file is not None and (path == self.file if ended else path.resolve() not in self.inputs)

    def _replaced(self, path: Path) -> bool:
        """Whether --overwrite speaks of this file: of the one that is named, and else of all but masks and paintings."""
        whole = path.resolve()
        return self.overwrite and (self._named(path) if self.file else self.others.isdisjoint((whole, *whole.parents)))

    def _names(self, job: Job, ending: str) -> Iterator[Path]:
        """Names for a result, the wished one first, then numbered ones."""
        folder, stem = job.folder, self._stem(job)
        if self.file:
            folder, stem, own = self.file.parent, self.file.name, filenames.ending(self.file.name)
            if own == f".{ending}" or any(own in alike and f".{ending}" in alike for alike in ALIKE):
                ending = self.file.suffix[1:]
            if own in filenames.PICTURES:
                stem = self.file.stem
        for number in itertools.count(1):
            yield folder / (f"{stem}.{ending}" if number == 1 else f"{stem}-{number}.{ending}")

    def _stem(self, job: Job) -> str:
        stem = self.naming.named(job.stem)
        beside = job.source.path is not None and job.source.path.parent.resolve() == job.folder.resolve() and not self.overwrite
        return f"{stem}{self.naming.beside}" if beside else stem

    def _key(self, path: Path) -> str:
        return filenames.key(str(path.parent.resolve() / path.name))

    def finish(self, failed: int) -> None:
        """Make the zip file that was asked for. The folder of its files goes away, but for a run that is to be tried again. UserError when
        it cannot be written."""
        results = sorted({*self.record.own(), *self.by_name.values()})
        if self.archive and results:
            files.pack(results, self.folder, self.archive)
        if self.archive and results and not failed:
            for path in results:
                if (result := self.record.holds(path)) and not result.by_name:
                    path.unlink(missing_ok=True)
            self.record.forget()
        if self.archive or self.new:
            files.remove_empty(self.folder)


def _jobs(photos: Sequence[Source], folder: Path, parted: str) -> list[Job]:
    """The photos with folders and stems of their own, where they can be told apart: by the input they come from, then by their ending."""
    places = [(PurePosixPath(*map(filenames.safe, photo.name.parent.parts)), filenames.safe(photo.name.stem)) for photo in photos]
    origins: dict[str, set[Path]] = {}
    for photo, (parent, stem) in zip(photos, places):
        origins.setdefault(filenames.key(str(parent / stem)), set()).add(photo.origin.resolve())
    labels = [photo.name for photo in photos]
    for i, (photo, (parent, stem)) in enumerate(zip(photos, places)):
        if len(origins[filenames.key(str(parent / stem))]) > 1 and (called := _called(photo.origin)):
            places[i], labels[i] = (called / parent, stem), called / photo.name
    stems = Counter(filenames.key(str(parent / stem)) for parent, stem in places)
    for i, (photo, (parent, stem)) in enumerate(zip(photos, places)):
        if stems[filenames.key(str(parent / stem))] > 1:
            places[i] = (parent, f"{stem}{parted}{photo.name.suffix[1:].lower()}".rstrip("."))
    return [Job(photo, folder / parent, stem, label) for photo, (parent, stem), label in zip(photos, places, labels)]


def _called(origin: Path) -> PurePosixPath | None:
    """An input in the names of its results."""
    name = origin.stem if origin.is_file() else origin.resolve().name
    return PurePosixPath(filenames.safe(name)) if name else None
