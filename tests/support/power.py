"""A disk whose power is cut: what was not synced may be gone, and what was renamed may have its old name.

    with Disk(folder, cut=17) as disk:          # at the 17th act on the disk PowerCut is raised
        loop.train(order, folder)
    disk.after(random, other)                   # one state that a journalling file system may leave

A file keeps what it held when it was last synced, and any part of what was added since (nothing at all, for a file that was written
anew). A rename is there when its folder was synced after it; of later ones any number, in their order, may be there.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest


class PowerCut(BaseException):  # noqa: N818 - nothing in the program may catch it
    """The machine is off."""


class Disk:
    """cut: at which act (a file synced, renamed or deleted) the power goes."""

    def __init__(self, folder: Path, cut: int) -> None:
        self.folder, self.cut, self.acts = folder, cut, 0
        self.synced: dict[int, bytes] = {}  # by inode
        self.names: dict[Path, int] = {}  # inode by name, as on the disk
        self.renamed: list[tuple[Path, Path | None, int]] = []  # not on the disk yet; to None: deleted
        self.left: dict[Path, bytes] | None = None  # what the program saw when the power went

    def __enter__(self) -> Disk:
        self.patch = pytest.MonkeyPatch()
        fsync, replace, unlink = os.fsync, os.replace, os.unlink

        def synced(handle: Any) -> None:
            fsync(handle)
            self._synced(Path(f"/proc/self/fd/{handle if isinstance(handle, int) else handle.fileno()}").readlink())
            self._act()

        def replaced(source: Any, target: Any, **more: Any) -> None:
            inode = Path(source).stat().st_ino
            replace(source, target, **more)
            self._renamed(Path(source), Path(target), inode)

        def deleted(path: Any, **more: Any) -> None:
            inode = Path(path).stat().st_ino
            unlink(path, **more)
            self._renamed(Path(path), None, inode)

        for name, act in (("fsync", synced), ("replace", replaced), ("unlink", deleted)):
            self.patch.setattr(os, name, act)
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> bool:
        self.patch.undo()
        return isinstance(problem, PowerCut)

    def _act(self) -> None:
        self.acts += 1
        if self.acts == self.cut and self.left is None:
            files = {path: path for path in self.folder.rglob("*") if path.is_file()}
            self.left = {path: path.read_bytes() for path in files}
            self.inodes = {path: path.stat().st_ino for path in files}
            self.pending = list(self.renamed)
            raise PowerCut

    def _synced(self, path: Path) -> None:
        if self.left is not None or self.folder not in (path, *path.parents):
            return
        if path.is_dir():
            for source, target, inode in [each for each in self.renamed if each[0].parent == path]:
                self._name(self.names, source, target, inode)
            self.renamed = [each for each in self.renamed if each[0].parent != path]
            self.names |= {each: each.stat().st_ino for each in path.iterdir() if each.is_file()}
        else:
            self.synced[path.stat().st_ino] = path.read_bytes()
            self.names.setdefault(path, path.stat().st_ino)

    def _renamed(self, source: Path, target: Path | None, inode: int) -> None:
        if self.left is None and self.folder in source.parents:
            self.renamed.append((source, target, inode))
            self._act()

    @staticmethod
    def _name(names: dict[Path, int], source: Path, target: Path | None, inode: int) -> None:
        names.pop(source, None)
        if target is not None:
            names[target] = inode

    def after(self, chance: random.Random, place: Path) -> Path:
        """Write one state that the disk may have into `place`."""
        assert self.left is not None, "the power was not cut"
        names = dict(self.names)
        for source, target, inode in self.pending[: chance.randint(0, len(self.pending))]:
            self._name(names, source, target, inode)
        seen = {self.inodes[path]: content for path, content in self.left.items()}
        for path in self.left:  # new files whose names nobody synced
            if path not in names and chance.random() < 0.5:
                names[path] = self.inodes[path]
        for path, inode in names.items():
            known, now = self.synced.get(inode, b""), seen.get(inode, b"")
            grown = now[: chance.randint(len(known), len(now))] if now.startswith(known) else known
            target = place / path.relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(grown)
        place.mkdir(parents=True, exist_ok=True)
        return place
