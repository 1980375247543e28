"""Zip files as other programs write them: names in any encoding, damage, locks, links, bombs."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path


class Entry(zipfile.ZipInfo):
    """An entry whose name is these very bytes."""

    raw = b""
    flags = 0

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own
        return self.raw, self.flag_bits | self.flags


def named(path: Path, files: Mapping[bytes, bytes], flags: int = 0, extra: bytes = b"") -> Path:
    """A zip file of entries with these bytes as names; flags: of all entries (0x800: the names are UTF-8)."""
    with zipfile.ZipFile(path, "w") as archive:
        for raw, blob in files.items():
            entry = Entry(raw.decode("cp437"))
            entry.raw, entry.flags, entry.extra = raw, flags, extra
            archive.writestr(entry, blob)
    return path


def packed(path: Path, files: Mapping[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip file of files by name."""
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, blob in files.items():
            archive.writestr(zipfile.ZipInfo(name), blob, kind)
    return path


def damaged(path: Path, name: str, count: int = 20) -> Path:
    """The contents of one entry spoilt in the middle."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
    blob = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(name.encode()) + info.compress_size // 2
    for i in range(start, start + count):
        blob[i] ^= 0x5A
    path.write_bytes(blob)
    return path


def locked(path: Path, name: str) -> Path:
    """One entry marked as encrypted, in its own header and in the list of contents."""
    blob = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        local = archive.getinfo(name).header_offset
    central = blob.rindex(b"PK\x01\x02", 0, blob.rindex(name.encode()))
    blob[local + 6] |= 1
    blob[central + 8] |= 1
    path.write_bytes(blob)
    return path


def link(path: Path, name: str, target: str) -> Path:
    """One entry more, a symbolic link."""
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, target)
    return path
