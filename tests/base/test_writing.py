"""Files that are whole or not there: after an error, a kill, a full disk, and among several who write at once."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ganapp.base import writing
from ganapp.base.errors import UserError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("sole", [False, True])
@pytest.mark.parametrize("content", ["ä\n", b"\0\r\n", memoryview(b"abc")])
def test_a_file_is_written_as_given_and_nothing_else_is_left(tmp_path: Path, content: str | bytes | memoryview, sole: bool) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    writing.write(path, content, sole=sole, durable=True)
    assert path.read_bytes() == (content.encode("utf-8") if isinstance(content, str) else bytes(content))
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("problem", [OSError(errno.EIO, "broken"), RuntimeError("no"), KeyboardInterrupt()])
def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path, problem: BaseException) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(type(problem)), writing.replacing(path) as partial:  # noqa: PT012 - half a file must be there
        partial.write_text("half")
        assert path.read_text() == "old"
        raise problem
    assert names(tmp_path) == ["a"]
    assert path.read_text() == "old"


def test_a_file_that_is_there_is_not_replaced_where_that_is_not_meant(tmp_path: Path) -> None:
    writing.write(tmp_path / "a", "first", exclusive=True)
    with pytest.raises(FileExistsError):
        writing.write(tmp_path / "a", "second", exclusive=True)
    assert (tmp_path / "a").read_text() == "first"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("links", [True, False])
def test_of_many_who_write_a_new_file_at_once_one_succeeds(tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refused)
    meet, written = threading.Barrier(8), []

    def work(number: int) -> None:
        meet.wait()
        try:
            writing.write(tmp_path / "a", str(number) * 100_000, exclusive=True)
            written.append(number)
        except FileExistsError:
            pass

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 1
    assert (tmp_path / "a").read_text() == str(written[0]) * 100_000
    assert names(tmp_path) == ["a"]


def test_readers_see_one_whole_file_or_the_other_while_many_write(tmp_path: Path) -> None:
    path = tmp_path / "a"
    writing.write(path, "0" * 50_000)
    ended = threading.Event()

    def work(letter: str) -> None:
        while not ended.is_set():
            writing.write(path, letter * 50_000)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "123"]
    for thread in threads:
        thread.start()
    try:
        for _ in range(300):
            seen = path.read_text()
            assert len(seen) == 50_000
            assert len(set(seen)) == 1
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert names(tmp_path) == ["a"]


def test_what_a_kill_cuts_short_is_hidden_and_the_one_who_alone_writes_it_uses_its_place_again(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    script = f"""
import os, signal
from pathlib import Path
from ganapp.base import writing
with writing.replacing(Path({str(path)!r}), sole=True) as partial:
    partial.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    assert names(tmp_path) == [".a.partial", "a"]
    assert path.read_text() == "old"
    writing.write(path, "new", sole=True)
    assert names(tmp_path) == ["a"]
    assert path.read_text() == "new"


def test_a_file_may_lie_elsewhere_until_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    with writing.replacing(tmp_path / "pictures" / "a.png", within=tmp_path) as partial:
        partial.write_bytes(b"x")
        assert partial.parent == tmp_path
        assert partial.name.startswith(".")
        assert names(tmp_path / "pictures") == []
    assert names(tmp_path) == ["pictures"]
    assert names(tmp_path / "pictures") == ["a.png"]


def test_what_must_survive_is_flushed_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    names: list[bool] = []

    def sync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            names.append((tmp_path / "a").exists())
        else:
            flushed.append((tmp_path / "a").exists() + os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fsync", sync)
    writing.write(tmp_path / "a", "12345", durable=True)
    writing.write(tmp_path / "b", "12345")
    assert flushed == [5]
    assert names == [True], "its name too, once it is there"


def test_a_full_disk_is_told_with_a_sentence_and_other_errors_are_not(tmp_path: Path) -> None:
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        with pytest.raises(UserError) as refused, writing.telling_when_full():
            raise OSError(number, "full")
        assert refused.value.key == "disk_full"
    with pytest.raises(OSError, match="broken"), writing.telling_when_full():
        raise OSError(errno.EIO, "broken")
