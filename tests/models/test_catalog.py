"""Finding, loading and keeping models."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
import torch
from torch import nn

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.models import catalog, folder, hub, packs
from tests.support import tinymodel


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Empty folders of shipped and of trained models."""
    shipped, trained = tmp_path / "shipped", tmp_path / "trained"
    shipped.mkdir()
    trained.mkdir()
    monkeypatch.setattr(paths, "shipped_models", lambda: shipped)
    monkeypatch.setattr(paths, "trained_models", lambda: trained)
    monkeypatch.setattr(packs, "packs", lambda: {})
    catalog.shelf.clear()
    return shipped, trained


def refused(model: str, task: str = "sample") -> UserError:
    with pytest.raises(UserError) as caught:
        catalog.load(model, task)
    return caught.value


def test_shipped_and_trained_models_are_found(roots: tuple[Path, Path]) -> None:
    shipped, trained = roots
    tinymodel.generator(shipped / "one")
    tinymodel.generator(trained / "two", seed=1)
    tinymodel.classifier(trained / "one")
    assert catalog.load("one", "sample").source == "shipped"
    loaded = catalog.load("two", "sample")
    assert (loaded.id, loaded.source, loaded.folder, loaded.revision) == ("two", "trained", trained / "two", "")
    assert [(entry.id, entry.source) for entry in catalog.listing()] == [("one", "shipped"), ("two", "trained")]


def test_what_cannot_be_loaded(roots: tuple[Path, Path]) -> None:
    tinymodel.generator(roots[0] / "one")
    assert refused("none").key == "unknown_model"
    assert "one" in str(refused("none"))
    assert refused("..").key == "unknown_model"
    assert refused("one", "classify").key == "wrong_task"
    assert refused("../shipped/one").key == "bad_repository"
    with pytest.raises(UserError) as caught:
        catalog.load("one", "sample").net("encoder")
    assert caught.value.key == "no_such_part"


def test_parts_load_when_asked_for_and_are_shared(roots: tuple[Path, Path]) -> None:
    path = tinymodel.generator(roots[0] / "one")
    (path / "discriminator.safetensors").unlink()
    loaded = catalog.load("one", "sample")
    assert loaded.net() is catalog.load("one", "sample").net()
    with pytest.raises(UserError) as caught:
        loaded.net("discriminator")
    assert caught.value.key == "weights_missing"
    assert "one/discriminator.safetensors" in str(caught.value)


def test_a_changed_folder_is_read_again(roots: tuple[Path, Path]) -> None:
    path = tinymodel.generator(roots[0] / "one")
    before = catalog.load("one", "sample").net()
    tinymodel.generator(path, seed=1)
    after = catalog.load("one", "sample").net()
    assert after is not before
    tinymodel.edit(path, values={"threshold": 0.5})
    assert catalog.load("one", "sample").description.values == {"threshold": 0.5}
    same = (path / "model.safetensors").stat()
    blob = bytearray((path / "model.safetensors").read_bytes())
    blob[-1] ^= 1
    (path / "model.safetensors").write_bytes(blob)
    os.utime(path / "model.safetensors", ns=(same.st_atime_ns, same.st_mtime_ns + 1_000_000))
    with pytest.raises(UserError) as caught:
        catalog.load("one", "sample").net()
    assert caught.value.key == "weights_altered"


def net(megabytes: float) -> nn.Module:
    return nn.Linear(int(megabytes * 250_000), 1, bias=False)


def test_the_shelf_keeps_to_its_budget() -> None:
    shelf = catalog.Shelf(lambda: 3)
    a, b, c = ((Path(name), "model") for name in "abc")
    nets = {key: shelf.net(key, (), lambda: net(1.2)) for key in (a, b)}
    assert shelf.net(a, (), lambda: net(1)) is nets[a]
    shelf.net(c, (), lambda: net(1.2))
    assert shelf.bytes() == 2 * 1_200_000
    assert shelf.net(a, (), lambda: net(1.2)) is nets[a], "b was used longest ago"
    assert shelf.net(b, (), lambda: net(1.2)) is not nets[b]
    large = shelf.net(c, ((1, 1),), lambda: net(5))
    assert shelf.net(c, ((1, 1),), lambda: net(5)) is large, "the newest stays, however large"
    assert shelf.bytes() == 5_000_000


def test_many_threads_load_a_net_once() -> None:
    shelf, loads, found = catalog.Shelf(lambda: 100), [], []
    start = threading.Barrier(8)

    def load() -> nn.Module:
        loads.append(threading.get_ident())
        return net(0.1)

    def ask() -> None:
        start.wait()
        found.append(shelf.net((Path("a"), "model"), (), load))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(loads) == 1
    assert len({id(one) for one in found}) == 1
    assert len(found) == 8


def test_a_load_that_fails_is_tried_again() -> None:
    shelf = catalog.Shelf(lambda: 100)
    key = (Path("a"), "model")

    def fail() -> nn.Module:
        raise UserError("weights_missing", where="a")

    with pytest.raises(UserError):
        shelf.net(key, (), fail)
    assert isinstance(shelf.net(key, (), lambda: net(0.1)), nn.Linear)


def test_listing(roots: tuple[Path, Path]) -> None:
    shipped, trained = roots
    tinymodel.generator(shipped / "good")
    broken = tinymodel.classifier(trained / "broken")
    (broken / "model.safetensors").write_bytes(b"")
    (trained / "empty").mkdir()
    (shipped / "hub.json").write_text("{}")
    (trained / ".hidden").mkdir()
    english, chinese = catalog.listing(), catalog.listing("zh-CN")
    assert [entry.id for entry in english] == ["broken", "empty", "good"]
    good = english[2]
    assert (good.title, good.task, good.source, good.licence) == ("Tiny digits", "sample", "shipped", "mit")
    assert (good.ready, good.state) == (True, "ready")
    assert good.bytes == sum(path.stat().st_size for path in (shipped / "good").iterdir())
    assert not english[0].ready
    assert "broken/model.safetensors is cut short" in english[0].state
    assert "empty holds no config.json" in english[1].state
    assert (chinese[2].title, chinese[2].state) == ("小数字", "可用")
    assert "不完整" in chinese[0].state
    tinymodel.classifier(broken)
    assert catalog.listing()[0].ready


def test_pinned_models_are_listed_without_a_request(roots: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    tinymodel.generator(roots[0] / "one")
    pin = {"repository": "somebody/one", "revision": "0" * 40, "config": "0" * 64}
    (roots[0] / "hub.json").write_text(json.dumps({"one": pin}))
    assert catalog.listing()[0].source == "shipped"
    monkeypatch.setenv("GANAPP_MODELS", "hub")
    monkeypatch.setattr(hub, "fetch", lambda *_: pytest.fail("asked the Hub"))
    assert [(entry.id, entry.source, entry.state) for entry in catalog.listing()] == [("one", "hub", "not fetched yet")]


def test_tables_come_from_the_folder(roots: tuple[Path, Path]) -> None:
    tinymodel.generator(roots[0] / "one")
    loaded = catalog.load("one", "sample")
    directions = loaded.table(folder.DIRECTIONS)
    assert directions is not None
    assert torch.tensor(directions["attributes"][0]["vector"]).norm() == 1
    assert loaded.table(folder.EVALUATION) is None
