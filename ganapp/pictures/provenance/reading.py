"""Reading manifests that strangers wrote: in a process of its own, with limits of time and memory, and without asking any server.

A file of a few kilobytes can make the reader ask for gigabytes. And by its defaults it would fetch a manifest from whatever address the
file names, which may be one inside the deployer's own network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from importlib import util
from typing import Any

from ganapp.base import paths

SECONDS = 20.0
LONGEST_KEPT = 65_536  # bytes of an original's manifests that go along into a result
WORDS = (b"c2pa", b"jumb")  # what stands in every file that holds a manifest
MODULE = "ganapp.pictures.provenance.reader"


@dataclass(frozen=True)
class Found:
    """What a file's manifest says. state: as the library judges it, "Trusted", "Valid" or "Invalid"; "unreadable" where it could not
    be read, "unknown" where c2pa-python is not here, "" where there is none. signer, issuer: by the certificate; trusted: whether it
    is of a known authority; problems: codes of what does not hold (C2PA 2.2, 15.2.2); generator: the program; actions: what was done,
    with the source type; recipe: ours, "" without; ingredients: what it was made from; private: whether it holds a small copy or a
    place; bytes: of the file that are manifest; count: manifests in it; regions: rectangles that an action says it changed."""

    state: str = ""
    signer: str = ""
    issuer: str = ""
    trusted: bool = False
    problems: tuple[str, ...] = ()
    generator: str = ""
    actions: tuple[dict[str, str], ...] = ()
    recipe: str = ""
    ingredients: tuple[dict[str, Any], ...] = ()
    private: bool = False
    bytes: int = 0
    count: int = 0
    regions: tuple[tuple[float, ...], ...] = field(default=())


def hinted(blob: bytes) -> bool:
    """Whether a file may hold a manifest, so that it is worth a closer look."""
    return all(word in blob for word in WORDS)


def read(blob: bytes) -> Found:
    """The manifest in a file. Never raises for what a stranger may have written."""
    if not hinted(blob):
        return Found()
    if util.find_spec("c2pa") is None:
        return Found("unknown")
    try:
        done = subprocess.run(
            [sys.executable, "-m", MODULE],
            input=blob,
            capture_output=True,
            timeout=SECONDS,
            env=paths.child_environment(),
            cwd=paths.ROOT,
            check=False,
        )
        told = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError, OSError):
        told = None
    if not isinstance(told, dict):
        return Found("unreadable")
    pairs: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    return Found(**pairs)
