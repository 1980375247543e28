"""Folders and zip files of pictures, file by file: the one reader for the shell, for training and for what visitors send.

A zip file is never unpacked to the disk. Its entries are read into memory, one at a time and never beyond what a picture may have, whatever
their headers say. What is no picture, is a link, leads outside or lies in a further archive is named with its reason and never opened; what
is locked, damaged or a bomb says so when it is read, and the others can still be used.
"""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import TracebackType

from ganapp.base import filenames, name_encodings
from ganapp.base.errors import UserError
from ganapp.pictures import images

ENTRIES = 400_000  # in a zip file's list of contents
TOTAL = 8 * 2**30  # bytes unpacked from one zip file, beyond its own size
RATIO = 200  # pictures hardly shrink at all
LONGEST = 1000  # characters of a name
CENTRAL, LOCAL, HEAD = b"PK\1\2", b"PK\3\4", 30  # how an entry begins in the list of contents, and before its bytes; bytes of that head
UTF8, LOCKED = 0x800, 0x1  # bits of an entry's flags
DRIVE = re.compile("[A-Za-z]:")  # a place on Windows, where other systems take a colon in a name
UNICODE_PATH = 0x7075  # extra field: the name in UTF-8, beside one in another encoding
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, RuntimeError, KeyError)


@dataclass(frozen=True)
class Entry:
    """A picture on offer: its name with forward slashes, and `read`, which returns its bytes or raises UserError. path: where it lies as a
    file of its own, None for what is inside of another."""

    name: str
    read: Callable[[], bytes]
    path: Path | None = None


@dataclass(frozen=True)
class Refusal:
    """A file that was left out. name: as the person knows it; key, values: of the sentence that says why."""

    name: str
    key: str
    values: tuple[tuple[str, object], ...] = ()

    def sentence(self, language: str = "en") -> str:
        """Why, in `language`."""
        return UserError(self.key, **dict(self.values)).sentence(language)


@dataclass(frozen=True)
class Wanted:
    """endings: of the files that are wanted; most: bytes of one; other, large, broken: keys of the sentences about a file of another kind,
    one that is larger, and one that is damaged; ratio: an entry that says it shrank more than this is a bomb."""

    endings: tuple[str, ...]
    most: int
    other: str
    large: str
    broken: str
    ratio: int = RATIO

    def too_large(self) -> UserError:
        """What is said of a file with more bytes than one may have."""
        return UserError(self.large, megabytes=self.most // 2**20)


PICTURES = Wanted(filenames.PICTURES, images.MAX_BYTES, "not_a_picture", "picture_bytes", "picture_broken")


def in_folder(root: Path, links: bool = False, wanted: Wanted = PICTURES) -> Iterator[Entry | Refusal]:
    """All files below a folder, in the order of their names, but for what systems leave behind. links: whether pictures are followed to
    where a link says they lie, which only their owner may ask for."""
    for path in sorted(root.rglob("*")):
        name = name_on_disk(path.relative_to(root).as_posix())
        if filenames.litter(name):
            continue
        if path.is_symlink() and not (links and path.is_file()):
            yield Refusal(name, "data_link")
        elif path.is_file():
            yield accepted(Entry(name, lambda path=path: content(path, wanted), path), path.stat().st_size, wanted)  # type: ignore[misc]


def name_on_disk(name: str) -> str:
    """A path's name as text: on Linux a name is bytes, and old ones are not UTF-8."""
    return filenames.composed(name if name.isprintable() else name_encodings.decoded([os.fsencode(name)])[0])


def content(path: Path, wanted: Wanted = PICTURES) -> bytes:
    """What a picture's file holds. UserError when it cannot be read, or is larger than a picture may be."""
    try:
        if path.stat().st_size > wanted.most:
            raise wanted.too_large()
        return path.read_bytes()
    except OSError as problem:
        raise UserError("file_unreadable", name=path.name) from problem


def accepted(entry: Entry, size: int, wanted: Wanted = PICTURES) -> Entry | Refusal:
    """The entry, or why a file of that name and of `size` bytes cannot be a picture, or what else is wanted."""
    ending = filenames.ending(entry.name)
    if ending in filenames.ARCHIVES:
        return Refusal(entry.name, "data_nested")
    if ending not in wanted.endings:
        return Refusal(entry.name, wanted.other)
    if size > wanted.most:
        return Refusal(entry.name, wanted.large, tuple(wanted.too_large().values.items()))
    return entry


@dataclass
class Zip:
    """An opened zip file, to be used as a context or for as long as its entries are. UserError when it cannot be opened."""

    path: Path
    archive: zipfile.ZipFile = field(init=False)
    left: int = field(init=False)  # bytes that may still be unpacked

    def __post_init__(self) -> None:
        self.archive = _opened(self.path)
        self.left = TOTAL + self.path.stat().st_size
        if len(self.archive.infolist()) > ENTRIES:
            self.archive.close()
            raise UserError("data_full", most=ENTRIES)

    def __enter__(self) -> Zip:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.archive.close()

    def __reduce__(self) -> tuple[type[Zip], tuple[Path]]:
        return Zip, (self.path,)  # in another process it is opened anew

    def entries(self, wanted: Wanted = PICTURES) -> Iterator[Entry | Refusal]:
        """All files in it, in the order of their names, but for what systems leave behind."""
        for name, info in sorted(zip(_names(self.archive), self.archive.infolist()), key=lambda pair: pair[0]):
            if name and (name.endswith("/") or filenames.litter(name)):
                continue
            key = _trick(name, info)
            if key:
                yield Refusal(name[:200], key)
                continue
            plain = "/".join(part for part in PurePosixPath(name).parts if part != ".")
            yield accepted(Entry(plain, lambda info=info: self._read(info, wanted)), 0, wanted)  # type: ignore[misc]

    def _read(self, info: zipfile.ZipInfo, wanted: Wanted) -> bytes:
        """An entry's bytes. UserError for one that is locked, damaged, larger than what is wanted may be, or a bomb."""
        if info.flag_bits & LOCKED:
            raise UserError("data_encrypted")
        if info.file_size > wanted.ratio * max(info.compress_size, 64):
            raise UserError("data_bomb")
        if info.file_size > wanted.most:
            raise wanted.too_large()
        try:
            with self.archive.open(info) as stream:
                blob = stream.read(wanted.most + 1)
        except NotImplementedError as problem:
            raise UserError("data_method") from problem
        except BROKEN as problem:
            raise UserError(wanted.broken) from problem
        self.left -= len(blob)
        if len(blob) > wanted.most:
            raise wanted.too_large()
        if self.left < 0:
            raise UserError("data_bomb")
        return blob


class _Unmarked(io.FileIO):
    """A zip file in which no name is called UTF-8 that is not, neither in its list of contents nor before the entries."""

    def read(self, size: int | None = -1, /) -> bytes:
        """See FileIO; zipfile reads the list at once, and the head of an entry without its name."""
        held = super().read(size)
        if held[:4] == CENTRAL:
            return _unmarked(held)
        if held[:4] == LOCAL and size == HEAD:
            place, name = self.tell(), super().read(int.from_bytes(held[26:28], "little"))
            self.seek(place)
            return held if _is_utf8(name) else held[:6] + _flags(held[6:8]) + held[8:]
        return held


def _unmarked(listed: bytes) -> bytes:
    whole, place = bytearray(listed), 0
    while whole[place : place + 4] == CENTRAL and place + 46 <= len(whole):
        name, extra, comment = (int.from_bytes(whole[place + at : place + at + 2], "little") for at in (28, 30, 32))
        if not _is_utf8(listed[place + 46 : place + 46 + name]):
            whole[place + 8 : place + 10] = _flags(listed[place + 8 : place + 10])
        place += 46 + name + extra + comment
    return bytes(whole)


def _flags(two: bytes) -> bytes:
    return (int.from_bytes(two, "little") & ~UTF8).to_bytes(2, "little")


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        try:
            return zipfile.ZipFile(path)
        except UnicodeDecodeError:  # some programs mark every name as UTF-8
            return zipfile.ZipFile(_Unmarked(path))  # type: ignore[arg-type]
    except (FileNotFoundError, PermissionError) as problem:
        raise UserError("file_unreadable", name=path) from problem
    except BROKEN as problem:
        cut = _begins_as_zip(path)
        raise UserError("data_zip_cut" if cut else "data_not_a_zip", name=path.name) from problem


def _begins_as_zip(path: Path) -> bool:
    """Whether a file that cannot be opened was once a zip file: it begins with an entry's signature."""
    try:
        with path.open("rb") as file:
            return file.read(4) == LOCAL
    except OSError:
        return False


def _names(archive: zipfile.ZipFile) -> list[str]:
    """The names of all entries, with forward slashes and in Unicode's form NFC."""
    infos = archive.infolist()
    raw = {i: info.orig_filename.encode("cp437") for i, info in enumerate(infos) if not info.flag_bits & UTF8}  # as zipfile decoded it
    guessed = dict(zip(raw, name_encodings.decoded(list(raw.values()))))
    for i, name in raw.items():
        guessed[i] = _unicode_path(infos[i].extra, name) or guessed[i]
    names = [guessed.get(i, info.orig_filename) for i, info in enumerate(infos)]
    return [filenames.composed(name.replace("\\", "/")) for name in names]


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name in UTF-8 that Info-ZIP keeps beside the other (APPNOTE.TXT, 4.6.9); "" without one, or one of another name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(body) > 5 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
    return ""


def _trick(name: str, info: zipfile.ZipInfo) -> str:
    """The key of the sentence that says why an entry is not even looked at, "" for nothing."""
    parts = PurePosixPath(name).parts
    if not name or name.startswith("/") or ".." in parts or "\0" in name or DRIVE.match(name) or len(name) > LONGEST:
        return "data_path"
    return "" if stat.S_IFMT(info.external_attr >> 16) in (0, stat.S_IFREG) else "data_link"
