"""The photos and masks that a command is to work on: files, folders, zip files and data sets of the Hub, and which mask belongs to which
photo."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

from ganapp.base import filenames
from ganapp.base.errors import UserError
from ganapp.pictures import archives
from ganapp.pictures.archives import Refusal
from ganapp.shell import hub_sets

Masks = Callable[[PurePosixPath], bytes]  # a photo's name -> the file of its mask


@dataclass(frozen=True)
class Source:
    """A photo or mask to be read. name: its path inside of what was named; origin: the folder, zip file or data set, of a file its folder;
    path: the file itself, None inside of a zip file and on the Hub; content: what its content is called where that is known unread."""

    name: PurePosixPath
    read: Callable[[], bytes]
    origin: Path
    path: Path | None = None
    content: str = ""


@dataclass
class Gathered:
    """photos, and the files beside them that are none of a kind that can be used."""

    photos: list[Source] = field(default_factory=list)
    left_out: list[Refusal] = field(default_factory=list)


def many(path: Path) -> bool:
    """Whether a path stands for several files: a folder, a zip file or a data set of the Hub."""
    return hub_sets.named(path) or path.is_dir() or path.suffix.lower() == ".zip"


def one(path: Path) -> Source:
    """A file as a source of its own."""
    return Source(PurePosixPath(archives.name_on_disk(path.name)), partial(content, path), path.parent, path)


def content(path: Path) -> bytes:
    """What a file holds. UserError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise UserError("file_unreadable", name=path) from problem


def within(path: Path) -> Iterator[Source | Refusal]:
    """The pictures of a folder, zip file or data set, in the order of their names, and what else lies there. UserError for a zip that is
    none, and for whatever the Hub says."""
    if hub_sets.named(path):
        for each in hub_sets.entries(path):
            yield each if isinstance(each, Refusal) else Source(PurePosixPath(each[0].name), each[0].read, path, content=each[1])
        return
    entries = archives.in_folder(path, links=True) if path.is_dir() else archives.Zip(path).entries()
    for entry in entries:
        yield entry if isinstance(entry, Refusal) else Source(PurePosixPath(entry.name), entry.read, path, entry.path)


def gather(inputs: Sequence[Path], away: Iterable[Path] = ()) -> Gathered:
    """Every photo of the inputs, each file once. away: files and folders that hold no photos though they lie below an input: the masks, and
    what was made before. UserError for a folder or zip file without pictures."""
    found, seen = Gathered(), set[Path]()
    apart = {path.resolve() for path in away}
    for path in inputs:
        photos = [one(path)] if not many(path) else []
        inside, refused = {place for place in apart if path.resolve() in place.parents}, []
        for each in within(path) if many(path) else ():
            if _below(path / each.name if isinstance(each, Refusal) else each.path or path, inside):
                continue
            if isinstance(each, Refusal):
                refused.append(each)
            else:
                photos.append(each)
        if not photos:
            raise UserError("shell_none", name=path)
        found.photos += [photo for photo in photos if photo.path is None or photo.path.resolve() not in seen]
        seen |= {photo.path.resolve() for photo in photos if photo.path is not None}
        found.left_out += refused
    return found


def _below(path: Path, places: set[Path]) -> bool:
    whole = Path(os.path.realpath(path))  # unlike Path.resolve, it takes links that lead in a circle
    return bool(places & {whole, *whole.parents})


def masks(path: Path, photos: Sequence[Source]) -> Masks:
    """The mask of the photo of each name: the file itself for all of them, or, of a folder or zip file, the one of the photo's name,
    whatever its ending and whatever folders all masks, or all photos, lie in. UserError, also of what is returned, when there is none or it
    cannot be read."""
    if not many(path):
        blob = content(path)
        return lambda _: blob
    worked_on = {photo.path.resolve() for photo in photos if photo.path}  # no photo is a mask, least of all its own
    held = [each for each in within(path) if isinstance(each, Source) and not (each.path and each.path.resolve() in worked_on)]
    below, above = _shared([each.name for each in held]), _shared([photo.name for photo in photos])
    alone = {stem for stem, count in Counter(filenames.key(photo.name.stem) for photo in photos).items() if count == 1}
    named = _named(held, below)

    def mask_of(name: PurePosixPath) -> bytes:
        inner = PurePosixPath(*name.parts[above:])
        by_stem = [f"//{filenames.key(name.stem)}"] if filenames.key(name.stem) in alone else []
        for wanted in (str(name), str(name.with_suffix("")), str(inner), str(inner.with_suffix("")), *by_stem):
            if (mask := named.get(filenames.key(wanted))) is not None:
                return mask.read()
        raise UserError("shell_no_mask")

    return mask_of


def _named(held: Sequence[Source], below: int) -> dict[str, Source]:
    """Masks by all names they may be asked for, the surest last, as it wins: //stem of those whose stem is theirs alone, the name without
    the folders that all lie in, the whole name; each without and with its ending."""
    stems = Counter(filenames.key(mask.name.stem) for mask in held)
    named = {f"//{filenames.key(mask.name.stem)}": mask for mask in held if stems[filenames.key(mask.name.stem)] == 1}
    for shorten in (below, 0):
        inner = {mask: PurePosixPath(*mask.name.parts[shorten:]) for mask in held}
        named |= {filenames.key(str(name.with_suffix(""))): mask for mask, name in inner.items()}
        named |= {filenames.key(str(name)): mask for mask, name in inner.items()}
    return named


def _shared(names: Sequence[PurePosixPath]) -> int:
    """How many folders all files lie in together."""
    folders = [name.parts[:-1] for name in names]
    shared = 0
    while folders and all(len(parts) > shared and parts[shared] == folders[0][shared] for parts in folders):
        shared += 1
    return shared
