"""A model that is made anew while others use it: whoever reads finds the old one or the new one, whole."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ganapp.base import exchange, paths
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder
from tests.support import tinymodel

ROUNDS = 40


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    torch.set_num_threads(1)
    yield paths.trained_models()
    catalog.shelf.clear()


def pieces(place: Path, number: int) -> Path:
    """A folder of two files that belong together."""
    place.mkdir(parents=True)
    for name in ("one", "other"):
        (place / name).write_text(str(number))
    return place


@pytest.fixture(params=["exchange", "renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of putting a folder there; between two renames the second takes its time."""
    if request.param == "renames":
        rename = Path.rename

        def slow(path: Path, target: Path) -> Path:
            moved = rename(path, target)
            time.sleep(0.002)
            return moved

        monkeypatch.setattr(exchange, "_exchanged", lambda one, other: False)
        monkeypatch.setattr(Path, "rename", slow)
    return str(request.param)


def test_a_reader_always_finds_a_whole_model(models: Path, way: str) -> None:
    sources = [tinymodel.classifier(models.parent / "ready" / str(seed), seed) for seed in (0, 1)]
    expected = [folder.weigh(source, folder.describe(source).parts["model"]).head.weight for source in sources]
    shutil.copytree(sources[0], models / "own-judge")
    failures: list[Exception] = []
    seen: set[int] = set()
    over = threading.Event()

    def hammer() -> None:
        while not over.is_set():
            try:
                head = catalog.load("own-judge", "classify").net().head.weight
                seen.add(next(i for i, each in enumerate(expected) if torch.equal(head, each)))
                assert any(entry.id == "own-judge" for entry in catalog.listing())
            except Exception as problem:  # noqa: BLE001 - whatever a reader meets is what is looked for
                failures.append(problem)

    readers = [threading.Thread(target=hammer) for _ in range(3)]
    for reader in readers:
        reader.start()
    started = time.monotonic()
    for turn in itertools.count():
        if time.monotonic() - started > 60 or (turn >= ROUNDS and len(seen) == 2):
            break
        finished = models / ".own-judge.ready"
        shutil.copytree(sources[(turn + 1) % 2], finished)
        exchange.put(finished, models / "own-judge")
    over.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert seen == {0, 1}
    assert [path.name for path in models.iterdir()] == ["own-judge"]


def test_a_name_is_never_without_a_folder(tmp_path: Path) -> None:
    place, missed, over = pieces(tmp_path / "place", 0), [], threading.Event()

    def look() -> None:
        while not over.is_set():
            if not place.exists():
                missed.append(time.monotonic())

    watcher = threading.Thread(target=look)
    watcher.start()
    for number in range(200):
        exchange.put(pieces(tmp_path / "finished", number), place)
    over.set()
    watcher.join()
    assert missed == []
    assert (place / "one").read_text() == (place / "other").read_text() == "199"


def test_what_a_crash_between_two_renames_left_is_put_back(tmp_path: Path) -> None:
    pieces(tmp_path / ".place.before", 1)
    with pytest.raises(FileNotFoundError):
        exchange.put(tmp_path / "nothing", tmp_path / "place")
    assert (tmp_path / "place" / "one").read_text() == "1"
    exchange.put(pieces(tmp_path / "finished", 2), tmp_path / "place")
    assert {path.name for path in tmp_path.iterdir()} == {"place"}


def test_an_altered_model_is_still_refused(models: Path) -> None:
    tinymodel.classifier(models / "own-judge")
    loaded = catalog.load("own-judge", "classify")
    weights = models / "own-judge" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-2] + b"\0\1")
    with pytest.raises(UserError) as refusal:
        loaded.net()
    assert refusal.value.key == "weights_altered"


def test_two_who_are_done_at_once_both_succeed(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process puts its folder there after this one has seen none."""
    place, real = tmp_path / "model", Path.rename

    def late(self: Path, target: Path) -> Path:
        if self.name == "mine":
            monkeypatch.setattr(Path, "rename", real)
            exchange.put(pieces(tmp_path / "theirs", 1), place)
        return real(self, target)

    monkeypatch.setattr(Path, "rename", late)
    exchange.put(pieces(tmp_path / "mine", 2), place)
    assert {(place / name).read_text() for name in ("one", "other")} == {"2"}
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
