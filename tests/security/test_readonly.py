"""A folder that cannot be written: pages and tasks are served, and what would need the disk is refused with a sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganapp.jobs import store
from ganapp.ui import binding
from ganapp.ui.server import metrics
from tests.conftest import awaited

ORDER = {"recipe": "gan", "steps": 5, "device": "cpu", "settings": {}}
KEY = "a key that nobody else has, of forty signs"


@pytest.fixture
def readonly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk that is mounted for reading alone; for who is no administrator, a folder without the right to write."""
    place = tmp_path / "runs"
    place.mkdir()
    monkeypatch.setenv("GANAPP_RUNS", str(place))
    mounted = os.getuid() == 0
    if mounted:
        mount = shutil.which("mount")
        told = [[mount, "-t", "tmpfs", "-o", "size=1m", "likeness-test", str(place)], [mount, "-o", "remount,ro", str(place)]]
        if mount is None or any(subprocess.run(each, capture_output=True, check=False).returncode for each in told):
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)
            pytest.skip("this administrator may mount nothing")
    else:
        place.chmod(0o500)
    yield place
    if mounted:
        subprocess.run(["umount", "-l", str(place)], check=False)
    else:
        place.chmod(0o700)


def test_a_folder_that_cannot_be_written_is_told(readonly: Path) -> None:
    def ask(name: str, **fields: object) -> str:
        return str(awaited(binding.procedure(name)(fields)).get("error", {}).get("key", "answered"))

    assert ask("sample", digit=3) == "answered"
    assert ask("train_options", key=KEY) == "answered"
    assert ask("train_start", key=KEY, order=ORDER) == "jobs_unwritable"
    assert ask("jobs_list", key=KEY) in ("answered", "jobs_unwritable")
    status, said = metrics.health()
    assert (status, said["status"]) in ((200, "ok"), (503, "ill"))
    assert list(readonly.iterdir()) == []
    assert store.STATES
