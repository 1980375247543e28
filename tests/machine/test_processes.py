"""Which process is alive: the living, the dead, the dead that nobody collected, and others with the same number."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from ganapp.machine import processes


def test_a_living_process_has_one_identity_and_the_dead_have_none() -> None:
    mine = processes.identity(os.getpid())
    assert mine == processes.identity(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = processes.identity(child.pid)
    assert known
    assert processes.alive(child.pid, known)
    assert not processes.alive(child.pid, "another")
    assert not processes.alive(child.pid, "")
    child.kill()
    until = time.monotonic() + 10
    while processes.identity(child.pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert processes.identity(child.pid) is None, "a zombie is dead"
    child.communicate()
    assert processes.identity(child.pid) is None
    assert processes.identity(0) is processes.identity(-1) is None


def test_ps_agrees_where_there_is_one() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        known = processes._ps(child.pid)
        assert known
        assert known == processes._ps(child.pid)
    finally:
        child.kill()
        child.communicate()
    assert processes._ps(child.pid) is None


def test_what_the_machine_says_of_itself() -> None:
    assert processes.boot() == processes.boot() != ""
    assert processes.memory_kills() >= 0
