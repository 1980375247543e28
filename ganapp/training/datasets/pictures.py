"""A folder or a zip file of pictures. Folders in it are classes.

A zip file is read entry by entry into memory, never unpacked: an entry that is a link, leaves the archive by its name, is
encrypted, or grows beyond its due is left out and named.
"""

from __future__ import annotations

import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ganapp import images, paths
from ganapp.errors import UserError
from ganapp.training.datasets import Pictures, Refusal, Wanted
from ganapp.training.datasets.collection import SUFFIXES, Entry, collect, litter

NAME = "pictures"
ENTRIES = 400_000  # in a zip file's list of contents
TOTAL = 8 * 2**30  # bytes unpacked from one zip file
RATIO = 200  # an entry that says it shrank more than this is a bomb: pictures hardly shrink at all
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)


def load(wanted: Wanted) -> Pictures:
    """The good pictures in `wanted.source`, a folder or a zip file. UserError when it is neither, or too few are good."""
    source = paths.pictures(wanted.source)
    if not wanted.source or not source.exists():
        raise UserError("data_source_missing", name=source.name or "-")
    if source.is_dir():
        return collect(in_folder(source), wanted, _title(source) if wanted.source.startswith(paths.UPLOAD) else source.name)
    with opened(source) as archive:
        return collect(in_archive(archive), wanted, source.stem)


def _title(sent: Path) -> str:
    """What pictures that were sent are called: as the one folder they came in."""
    held = list(sent.iterdir())
    return held[0].name if len(held) == 1 and held[0].is_dir() else "Pictures"


def in_folder(root: Path) -> Iterator[Entry | Refusal]:
    """All files below a folder, in the order of their names; links are not followed."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if litter(name):
            continue
        if path.is_symlink():
            yield Refusal(name, "data_link")
        elif path.is_file():
            yield by_suffix(Entry(name, path.read_bytes), path.stat().st_size)


def by_suffix(entry: Entry, size: int) -> Entry | Refusal:
    """The entry, or why a file of that name and of `size` bytes cannot be a picture."""
    if not entry.name.lower().endswith(SUFFIXES):
        return Refusal(entry.name, "not_a_picture")
    if size > images.MAX_BYTES:
        return Refusal(entry.name, "picture_bytes", (("megabytes", images.MAX_BYTES // 2**20),))
    return entry


def opened(path: Path) -> zipfile.ZipFile:
    """The zip file at `path`. UserError when it is none, is damaged, or lists more than 400,000 entries."""
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as problem:
        raise UserError("data_not_a_zip", name=path.name) from problem
    if len(archive.infolist()) > ENTRIES:
        archive.close()
        raise UserError("data_full", most=ENTRIES)
    return archive


@dataclass
class _Budget:
    """Bytes that may still be unpacked."""

    left: int = TOTAL


def in_archive(archive: zipfile.ZipFile) -> Iterator[Entry | Refusal]:
    """All files of a zip file, in the order of their names."""
    budget = _Budget()
    for info in sorted(archive.infolist(), key=lambda info: info.filename):
        if info.filename and (info.is_dir() or litter(info.filename)):
            continue
        key = _trick(info)
        if key:
            yield Refusal(info.filename[:200], key)
            continue
        name = "/".join(part for part in PurePosixPath(info.filename).parts if part != ".")
        yield by_suffix(Entry(name, lambda info=info: _unpacked(archive, info, budget)), info.file_size)  # type: ignore[misc]


def _trick(info: zipfile.ZipInfo) -> str:
    """The key of the sentence that says what is wrong with an entry before it is read, "" for nothing."""
    name = info.filename
    parts = PurePosixPath(name).parts
    if not name or name.startswith("/") or ".." in parts or "\\" in name or "\0" in name or (parts and ":" in parts[0]) or len(name) > 1000:
        return "data_path"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "data_link"
    if info.flag_bits & 0x1:
        return "data_encrypted"
    return "data_bomb" if info.file_size > RATIO * max(info.compress_size, 64) else ""


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """An entry's bytes, whatever its header says about their number. UserError beyond 20 MB, for a damaged entry, or past 8 GB in all."""
    try:
        with archive.open(info) as stream:
            blob = stream.read(images.MAX_BYTES + 1)
    except BROKEN as problem:
        raise UserError("picture_broken") from problem
    budget.left -= len(blob)
    if len(blob) > images.MAX_BYTES:
        raise UserError("picture_bytes", megabytes=images.MAX_BYTES // 2**20)
    if budget.left < 0:
        raise UserError("data_bomb")
    return blob
