"""How much a model may weigh, before it is fetched and before it is opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import catalog, limits
from tests.support import tinymodel


def refused(*sizes: int | None) -> str:
    with pytest.raises(UserError) as caught:
        limits.fetched("some/body", sizes)
    return caught.value.key


def test_what_the_hub_sends_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_MEMORY_MB", "3")
    assert limits.fetched("some/body", [1_000_000, 2_000_000]) == 3_000_000
    assert refused(1_000_000, 2_000_001) == "hub_too_large"
    assert refused(1, None) == "hub_size_unknown"


def test_a_file_is_opened_only_where_there_is_memory_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    tinymodel.upscaler(tmp_path / "models" / "tinyplain", 2, "fidelity")
    (tmp_path / "community").mkdir()
    for name in ("a.onnx", "a.safetensors", "a.pth"):
        (tmp_path / "community" / name).write_bytes(b"x" * 1000)
    catalog.shelf.clear()
    monkeypatch.setattr(memory, "free_mb", lambda: 0.001)
    opening = [lambda: catalog.load("tinyplain", "upscale").net()]
    opening += [lambda name=name, task=task: models.load(f"file:{name}", task) for name, task in (  # type: ignore[misc]
        ("a.onnx", "repair"), ("a.safetensors", "repair"), ("a.onnx", "stylize"), ("a.pth", "upscale"))]  # fmt: skip
    for open_ in opening:
        with pytest.raises(UserError) as caught:
            open_()
        assert caught.value.key == "model_memory"


def test_want_of_memory_while_a_file_is_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    for problem in (MemoryError(), RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes")):
        with pytest.raises(UserError) as caught, limits.opening(tmp_path / "a", "a"):
            raise problem
        assert caught.value.key == "model_memory"
    with pytest.raises(RuntimeError), limits.opening(tmp_path / "a", "a"):
        raise RuntimeError("something else")
