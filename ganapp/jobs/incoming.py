"""A file that a visitor sends, on its way into an upload."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.jobs import quota, uploads
from ganapp.jobs.visitor import Visitor


@dataclass
class Incoming:
    """A file on its way in: `write` what comes, as a context; it is put in its place when it is whole, and leaves nothing otherwise.

    Its bytes count as soon as they come, so that files sent side by side share one limit.
    """

    visitor: Visitor
    number: str
    relative: str

    def __enter__(self) -> Incoming:
        self.visitor.must_train()
        self.upload, self.bytes, self.files = uploads.name(self.visitor, self.number), 0, 0
        folder = paths.uploads() / self.upload
        self.target = folder / "pictures" / uploads.place(self.relative)
        self._check_disk()
        self._take(0, 1)
        try:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            if not (folder / uploads.NOTE).is_file():
                uploads.remember(self.upload, owner=self.visitor.owner, address=self.visitor.origin)
            with ExitStack() as stack:
                self._file = stack.enter_context(stack.enter_context(writing.replacing(self.target, within=folder)).open("wb"))
                self._place = stack.pop_all()
        except OSError as problem:
            self._take(0, -1)
            if isinstance(problem, FileExistsError | NotADirectoryError | IsADirectoryError):  # a file where a folder is to be
                raise UserError("upload_path", name=self.relative[:80]) from problem
            raise UserError("disk_full") from problem
        return self

    def _take(self, more: int, files: int = 0) -> None:
        uploads.count(self.upload, more, files)
        self.bytes += more
        self.files += files

    def _check_disk(self) -> None:
        """UserError when visitor, address or machine have no more room."""
        quota.disk_room(self.visitor.owner, self.visitor.origin, "upload_disk")

    def write(self, chunk: bytes) -> None:
        """Take in what came. UserError when the upload becomes too large or the disk is full."""
        self._take(len(chunk))  # counted from here on, in the checks of all who send
        self._check_disk()
        try:
            self._file.write(chunk)
        except OSError as problem:
            raise UserError("disk_full") from problem

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        before = self.target.stat().st_size if self.target.is_file() else None
        kept = False
        try:
            self._place.__exit__(kind, problem, trace)
            kept = kind is None
        except OSError as refused:
            raise UserError("disk_full" if writing.disk_full(refused) else "upload_path", name=self.relative[:80]) from refused
        finally:
            if not kept:
                self._take(-self.bytes, -self.files)
        if kept and before is not None:
            uploads.count(self.upload, -before, -1)
