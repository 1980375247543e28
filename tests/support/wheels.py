"""Wheels and source archives made on the spot, and pip set up to look for packages in a folder alone. Their code would end the test."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

CODE = b"raise SystemExit('code of a pack was run')"


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """SHA-256 by name."""
    return {name: hashlib.sha256(blob).hexdigest() for name, blob in files.items()}


def about(name: str, version: str) -> bytes:
    """What a package says of itself."""
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nLicense-File: LICENSE\n".encode()


def wheel(place: Path, name: str, version: str, files: Mapping[str, bytes], told: str = "", tags: str = "py3-none-any") -> Path:
    """A wheel in the folder `place`; told: the name that it says inside."""
    plain = name.replace("-", "_")
    held = {
        **files,
        f"{plain}/__init__.py": CODE,
        f"{plain}-{version}.dist-info/METADATA": about(told or name, version),
        f"{plain}-{version}.dist-info/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tags}\n".encode(),
        f"{plain}-{version}.dist-info/licenses/LICENSE": b"As you like it.",
    }
    held[f"{plain}-{version}.dist-info/RECORD"] = "".join(f"{each},,\n" for each in held).encode()
    path = place / f"{plain}-{version}-{tags}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for each, blob in held.items():
            archive.writestr(each, blob)
    return path


def source(place: Path, name: str, version: str, files: Mapping[str, bytes], told: str = "") -> Path:
    """A source archive in the folder `place`."""
    plain = name.replace("-", "_")
    path = place / f"{plain}-{version}.tar.gz"
    held = {**files, "setup.py": CODE, "PKG-INFO": about(told or name, version), "LICENSE": b"As you like it."}
    with tarfile.open(path, "w:gz") as archive:
        for each, blob in held.items():
            entry = tarfile.TarInfo(f"{plain}-{version}/{each}")
            entry.size = len(blob)
            archive.addfile(entry, io.BytesIO(blob))
    return path


def alone(patch: pytest.MonkeyPatch, **settings: str) -> None:
    """pip knows these settings and no others."""
    for name in [name for name in os.environ if name.startswith("PIP_") or name.lower().endswith("_proxy")]:
        patch.delenv(name)
    for name, value in {"PIP_CONFIG_FILE": os.devnull, **settings}.items():
        patch.setenv(name, value)
