"""How much memory there is: of the machine, of a container with a limit, and what a process may be held to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from ganapp.machine import memory, processor

MB = 2**20


def container(monkeypatch: pytest.MonkeyPatch, folder: Path, limit: str, use: str) -> None:
    (folder / "max").write_text(f"{limit}\n")
    (folder / "current").write_text(f"{use}\n")
    monkeypatch.setattr(memory, "GROUPS", ((folder / "absent", folder / "absent"), (folder / "max", folder / "current")))


def test_a_machine_without_a_limit_has_what_it_has(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    container(monkeypatch, tmp_path, "max", str(100 * MB))
    assert memory.total_mb() == psutil.virtual_memory().total >> 20
    assert 0 < memory.free_mb() <= memory.total_mb()


def test_the_limit_of_a_container_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    container(monkeypatch, tmp_path, str(64 * MB), str(24 * MB))
    assert memory.total_mb() == 64
    assert memory.free_mb() == 40.0
    container(monkeypatch, tmp_path, str(64 * MB), str(80 * MB))
    assert memory.free_mb() == 1.0, "never nothing, which would read as unknown"
    container(monkeypatch, tmp_path, str(2**63), "0")
    assert memory.total_mb() == psutil.virtual_memory().total >> 20


def test_a_process_takes_memory_and_says_so() -> None:
    """In a fresh process: one that has run for long has freed memory at hand and takes no more from the machine."""
    script = (
        "from ganapp.machine import memory; before = memory.taken_mb(); held = bytearray(64 << 20);"
        "held[::4096] = b'1' * len(held[::4096]); print(before, memory.taken_mb(), memory.peak_mb())"
    )
    words = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    before, after, peak = (float(word) for word in words)
    assert after > before + 32
    assert peak >= int(before) + 32


def test_kills_for_want_of_memory_are_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert memory.kills() >= 0
    (tmp_path / "vmstat").write_text("nr_free_pages 5\noom_kill 3\n")
    (tmp_path / "events").write_text("oom 9\noom_kill 2\noom_group_kill 7\n")
    monkeypatch.setattr(memory, "COUNTERS", (tmp_path / "vmstat", tmp_path / "absent", tmp_path / "events"))
    assert memory.kills() == 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_process_can_be_held_to_a_limit() -> None:
    script = "from ganapp.machine import memory; memory.limit(64); {}"
    small, large = (
        subprocess.run([sys.executable, "-c", script.format(f"bytearray({megabytes} << 20)")], capture_output=True, text=True, check=False)
        for megabytes in (16, 256)
    )
    assert (small.returncode, small.stderr) == (0, "")
    assert "MemoryError" in large.stderr


def test_the_processor_is_known() -> None:
    assert 1 <= processor.cores() <= (psutil.cpu_count() or 1)
    assert processor.name()
    assert all(" " not in ability for ability in processor.abilities())
