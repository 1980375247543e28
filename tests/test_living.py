"""Which process is alive: the living, the dead, the dead that nobody collected, and others with the same number."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from ganapp import living


def test_a_living_process_has_one_identity_and_the_dead_have_none() -> None:
    mine = living.identity(os.getpid())
    assert mine == living.identity(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = living.identity(child.pid)
    assert known
    assert living.alive(child.pid, known)
    assert not living.alive(child.pid, "another")
    assert not living.alive(child.pid, "")
    child.kill()
    until = time.monotonic() + 10
    while living.identity(child.pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert living.identity(child.pid) is None, "a zombie is dead"
    child.communicate()
    assert living.identity(child.pid) is None
    assert living.identity(0) is living.identity(-1) is None


def test_ps_agrees_where_there_is_one() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        known = living._ps(child.pid)
        assert known
        assert known == living._ps(child.pid)
    finally:
        child.kill()
        child.communicate()
    assert living._ps(child.pid) is None


def test_what_the_machine_says_of_itself() -> None:
    assert living.boot() == living.boot() != ""
    assert living.memory_kills() >= 0
