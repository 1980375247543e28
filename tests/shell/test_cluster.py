"""The engine for a Ray cluster: the same files as in one process, also when a machine goes away in the middle."""

from __future__ import annotations

import importlib.util
import os
import pickle
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ganapp import __version__
from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.machine import devices
from ganapp.shell import batch, cluster, main
from ganapp.shell.sources import one
from tests.support import tinymodel

PHOTOS = 40
RAY = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install --group nightly")


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANAPP_PROVENANCE", "off")  # no two signatures are the same
    monkeypatch.setenv("LANG", "C")


def photos(folder: Path, count: int) -> Path:
    folder.mkdir()
    for i in range(count):
        noise = np.random.default_rng(i).integers(0, 256, (6, 8, 3), np.uint8)
        Image.fromarray(noise).resize((160, 120), Image.Resampling.BICUBIC).save(folder / f"p{i:02d}.png")
    (folder / "broken.png").write_bytes((folder / "p00.png").read_bytes()[:200])
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.png"))}


@pytest.fixture
def machines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A cluster of two nodes with a core each."""
    for name, value in cluster.QUIET.items():
        monkeypatch.setenv(name, value)
    from ray.cluster_utils import Cluster

    made = Cluster(True, head_node_args={"num_cpus": 1, "include_dashboard": False, "object_store_memory": 100 * 2**20})
    made.second = made.add_node(num_cpus=1, object_store_memory=100 * 2**20)
    made.wait_for_nodes()
    yield made
    made.shutdown()


@RAY
@pytest.mark.slow
def test_a_machine_that_goes_away_takes_no_photo_with_it(machines: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, alone, together = photos(tmp_path / "in", PHOTOS), tmp_path / "alone", tmp_path / "together"
    line = ["batch", "upscale", str(source), "--scale", "4", "--out"]
    assert main.main([*line, str(alone)]) == 1
    spread = [*line, str(together), "--engine", "ray", "--address", machines.address]
    run = subprocess.Popen([sys.executable, "-m", "ganapp", *spread], cwd=paths.ROOT, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 240
    while run.poll() is None and len(held(together)) < PHOTOS // 4 and time.monotonic() < until:
        time.sleep(0.1)
    assert PHOTOS // 4 <= len(held(together)) < PHOTOS - 4, "in the middle of it"
    machines.remove_node(machines.second, allow_graceful=False)
    _, said = run.communicate(timeout=400)
    assert run.returncode == 1
    assert held(together) == held(alone)
    assert len(held(together)) == PHOTOS
    assert "broken.png: This picture is cut short" in said
    assert f"{PHOTOS} of {PHOTOS + 1} photos are in" in said

    Image.new("RGB", (40, 30), "teal").save(source / "broken.png")
    for name in ("p03-x4.png", "p07-x4.png"):
        (together / name).unlink()
    again = subprocess.run([sys.executable, "-m", "ganapp", *spread, "--json"], cwd=paths.ROOT, capture_output=True, text=True, timeout=300)
    assert again.returncode == 0, again.stderr
    assert {each.partition('"photo": "')[2].partition('"')[0] for each in again.stdout.splitlines()} == {"broken.png", "p03.png", "p07.png"}
    assert {name: blob for name, blob in held(together).items() if name != "broken-x4.png"} == held(alone)


@RAY
@pytest.mark.slow
def test_an_address_where_nobody_answers(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "ganapp", "batch", "upscale", str(photos(tmp_path / "in", 1)), "--out", str(tmp_path / "out")]
    for address in ("127.0.0.1:9", "ray://127.0.0.1:10001"):
        run = subprocess.run([*line, "--engine", "ray", "--address", address], cwd=paths.ROOT, capture_output=True, text=True, timeout=120)
        assert run.returncode == 2
        assert run.stderr.splitlines()[-1].startswith(f"No Ray cluster answers at {address}.")


def test_without_ray_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    source = photos(tmp_path / "in", 1)
    assert main.main(["batch", "upscale", str(source), "--out", str(tmp_path / "out"), "--engine", "ray"]) == 2
    assert "pip install 'likeness[cluster]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "sentence"), [(None, "Ray could not be started on this machine (The current node timed out"), ("auto", "No Ray")]
)
def test_a_ray_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str | None, sentence: str
) -> None:
    """On a machine that is too busy it raises a bare Exception."""

    def init(**_: Any) -> None:
        raise Exception("The current node timed out during startup. This could happen because some of the raylet failed.")

    module, data = types.ModuleType("ray"), types.ModuleType("ray.data")
    module.init, module.data = init, data  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ray", module)
    monkeypatch.setitem(sys.modules, "ray.data", data)
    line = ["batch", "upscale", str(photos(tmp_path / "in", 1)), "--out", str(tmp_path / "out"), "--engine", "ray"]
    assert main.main([*line, *(["--address", address] if address else [])]) == 2
    assert sentence in capsys.readouterr().err


def test_what_is_done_on_another_machine_is_what_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reader and worker as Ray calls them, with what goes between them as bytes."""
    monkeypatch.setattr(paths, "shipped_models", lambda: tmp_path / "none")
    tinymodel.upscalers(tmp_path / "runs" / "models")
    monkeypatch.setattr(devices, "_most", devices.MOST_THREADS)
    monkeypatch.setenv("GANAPP_PRECISION", "")  # so that it is as before in the end
    monkeypatch.delenv("GANAPP_PRECISION")
    folder = photos(tmp_path / "in", 1)
    from ganapp.shell.commands import upscale

    order = batch.Order(upscale.partial(upscale._made, {"factor": 2.0}), str)
    reader = cluster.Reader([one(folder / "p00.png"), one(folder / "broken.png"), one(folder / "none.png")], None)
    make, settings = pickle.loads(pickle.dumps((order.make, {"GANAPP_PRECISION": "float32", "GANAPP_RUNS": "/elsewhere"})))
    worker = cluster.Worker(make, settings, "", __version__)
    assert os.environ["GANAPP_PRECISION"] == "float32"
    assert os.environ["GANAPP_RUNS"] == str(tmp_path / "runs"), "what a machine sets itself holds there"
    rows = [worker(reader({"at": at})) for at in range(3)]
    results = [pickle.loads(row["made"]) for row in rows]
    assert [row["at"] for row in rows] == [0, 1, 2]
    assert results[0][0] == order.make((folder / "p00.png").read_bytes(), "p00.png", None)[0]
    assert [problem.key for problem in results[1:]] == ["picture_broken", "file_unreadable"]
    other = pickle.loads(cluster.Worker(make, {}, "", "0.1")(reader({"at": 0}))["made"])
    assert isinstance(other, UserError)
    assert "has Likeness" in str(other)
