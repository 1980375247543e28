"""With whose token the Hub is asked, and where what it gave is kept: decided here alone, by who asks.

The machine's own token is for what its owner does: commands in the shell, jobs started there, and the repositories that the deployer
names. Whoever sends a request to the page is somebody else: their own token is used, or none. Files fetched with a token lie in a cache
that nobody without that token is served from, or a private model would reach strangers from the disk.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ganapp.base import paths
from ganapp.base.errors import UserError

AT_ONCE = 2  # downloads for visitors
PATIENCE = 60.0  # seconds that one waits for another
ABANDONED = 3600.0  # seconds after which a part of a file is one that nobody goes on with
_downloading = threading.BoundedSemaphore(AT_ONCE)
_tidying = threading.Lock()


@dataclass(frozen=True)
class Who:
    """Who asks the Hub. token: their own, "" for none; deployer: whether it is the owner of this machine, whose token is kept here."""

    token: str = field(default="", repr=False)
    deployer: bool = False

    def hub_token(self) -> str | Literal[False]:
        """What is sent to the Hub; False for nothing, so that the client does not look for a token by itself."""
        from huggingface_hub import get_token

        return self.token or (self.deployer and get_token()) or False

    def cache(self) -> Path:
        """Where their files lie. The deployer's is the Hub client's own, shared with every other program on the machine."""
        from huggingface_hub import constants

        if self.deployer:
            return Path(constants.HF_HUB_CACHE)
        owner = hashlib.sha256(self.token.encode()).hexdigest()[:16] if self.token else "anybody"
        return paths.hub_cache() / owner


VISITOR, DEPLOYER = Who(), Who(deployer=True)
_present: ContextVar[Who | None] = ContextVar("hub_who", default=None)


def present(repository: str = "") -> Who:
    """Who asks now, for that repository: a visitor, until `acting` or the process's environment says otherwise."""
    who = _present.get() or (DEPLOYER if paths.acts_for_deployer() else VISITOR)
    return DEPLOYER if not who.token and repository in paths.hub_repositories() else who


@contextmanager
def acting(who: Who) -> Iterator[None]:
    """Within it, in this thread, the Hub is asked by `who`."""
    token = _present.set(who)
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def downloading(who: Who, size: int) -> Iterator[None]:
    """Room and a place for a download of `size` bytes: a visitor's waits while others are under way, and what was used longest ago makes
    way for it. UserError when the places stay taken."""
    if who.deployer:
        yield
        return
    if not _downloading.acquire(timeout=PATIENCE):
        raise UserError("busy")
    try:
        make_room(who.cache().parent, size)
        yield
    finally:
        _downloading.release()


def make_room(caches: Path, size: int) -> None:
    """Delete the repositories used longest ago in any of the visitors' caches until `size` more bytes are within what they may hold."""
    from huggingface_hub import scan_cache_dir

    with _tidying:
        for part in caches.glob("*/*/blobs/*.incomplete"):
            if time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink(missing_ok=True)
        held = [repository for cache in caches.glob("*/") for repository in scan_cache_dir(cache).repos]
        total = sum(repository.size_on_disk for repository in held)
        for repository in sorted(held, key=lambda each: each.last_accessed):
            if total + size <= paths.hub_cache_mb() * 1_000_000:
                return
            shutil.rmtree(repository.repo_path, ignore_errors=True)
            total -= repository.size_on_disk
