"""Which process is alive: the living, the dead, the dead that nobody collected, and others with the same number."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ganapp.machine import processes
from tests.conftest import ROOT

WAITS = [sys.executable, "-c", "input()"]


def gone(pid: int) -> bool:
    until = time.monotonic() + 10
    while processes.identity(pid) and time.monotonic() < until:
        time.sleep(0.01)
    return processes.identity(pid) is None


def test_a_living_process_has_one_identity_and_the_dead_have_none() -> None:
    mine = processes.identity(os.getpid())
    assert mine == processes.identity(os.getpid())
    child = subprocess.Popen(WAITS, stdin=subprocess.PIPE)
    known = processes.identity(child.pid)
    assert known
    assert processes.alive(child.pid, known)
    assert not processes.alive(child.pid, "another")
    assert not processes.alive(child.pid, "")
    child.kill()
    assert gone(child.pid), "a zombie is dead"
    child.communicate()
    assert processes.identity(child.pid) is None
    assert processes.identity(0) is processes.identity(-1) is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_identity_is_the_kernels_start_time() -> None:
    """Field 22 of proc(5), which rows of jobs hold that an earlier version started."""
    child = subprocess.Popen(WAITS, stdin=subprocess.PIPE)
    try:
        known = processes.identity(child.pid)
        assert known
        assert known == processes.identity(child.pid)
        assert known == Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
    finally:
        child.kill()
        child.communicate()
    assert processes.identity(child.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="sets the clock of psutil's Linux part")
def test_setting_the_clock_makes_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    before = processes.identity(os.getpid())
    later = psutil.boot_time() + 3600.0
    created = psutil.Process().create_time()
    for module in (psutil, sys.modules["psutil._pslinux"]):
        monkeypatch.setattr(module, "boot_time", lambda: later)
    assert psutil.Process().create_time() == pytest.approx(created + 3600.0)
    assert processes.identity(os.getpid()) == before


def test_the_words_of_a_process_are_read_while_it_lives() -> None:
    child = subprocess.Popen([*WAITS, "a b", "ä"], stdin=subprocess.PIPE)
    try:
        until = time.monotonic() + 10
        while not processes.command(child.pid) and time.monotonic() < until:
            time.sleep(0.01)  # the kernel puts the words in place a moment after it has begun the program
        assert processes.command(child.pid)[1:] == ("-c", "input()", "a b", "ä")
    finally:
        child.kill()
        child.communicate()
    assert processes.command(child.pid) == ()


def test_a_group_ends_with_what_it_started(tmp_path: Path) -> None:
    script = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'input()']).pid, flush=True); input()"
    first = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert first.stdout is not None
    second = int(first.stdout.readline())
    assert processes.identity(second)
    processes.kill_group(first.pid)
    assert gone(first.pid)
    assert gone(second)
    first.communicate()
    processes.kill_group(first.pid)  # there is none any more


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of processes")
def test_of_a_process_in_another_group_it_alone_is_ended() -> None:
    script = (
        "import subprocess, sys\n"
        "from ganapp.machine import processes\n"
        "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
        "processes.kill_group(child.pid)\n"
        "print(child.wait())\n"
    )
    told = subprocess.run([sys.executable, "-c", script], start_new_session=True, capture_output=True, text=True, cwd=ROOT)
    assert (told.returncode, told.stdout.strip()) == (0, str(-signal.SIGKILL))


def test_a_process_gives_way() -> None:
    child = subprocess.Popen(WAITS, stdin=subprocess.PIPE, start_new_session=True)
    try:
        processes.give_way(child.pid, 7)
        assert psutil.Process(child.pid).nice() == max(7, psutil.Process().nice())
    finally:
        child.kill()
        child.communicate()
    processes.give_way(child.pid, 7)  # there is none any more


def test_what_the_machine_says_of_itself() -> None:
    assert processes.boot() == processes.boot() != ""
