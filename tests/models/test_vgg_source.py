"""VGG16's weights out of a source archive: read without running a thing, fetched once, and put where measures find them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.metrics import vgg, vgg_weights
from ganapp.models import packs, vgg_source
from ganapp.models.packs import vgg16_lpips
from tests.support import vggarchive
from tests.support.vggarchive import ARCHIVE, SMALL, offered, pickled, weights


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return vggarchive.bare(tmp_path, monkeypatch)


def test_they_are_fetched_once_and_found(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = weights(SMALL)
    offered(bare, monkeypatch, pickled(held))
    assert (vgg_weights.state(), vgg_weights.file()) == ("fetched", None)
    vgg_source.bring()
    file = vgg_weights.file()
    assert file
    assert file == packs.files(vgg_source.PACK)[vgg_weights.FILE]
    assert vgg_weights.state() == "ready"
    read = load_file(file)
    assert len(read) == 2 * len(vgg.CONVOLUTIONS) + len(vgg.STAGES)
    for i, number in enumerate(vgg.CONVOLUTIONS):
        layer = held["VGG16_0"][f"Conv_{i}"]
        wanted = torch.from_numpy(layer["kernel"]).permute(3, 2, 0, 1).half()
        assert torch.equal(read[f"features.{number}.weight"], wanted)
        assert torch.equal(read[f"features.{number}.bias"], torch.from_numpy(layer["bias"]).half())
    assert [read[f"lin{i}"].shape[:2] for i in range(5)] == [(1, 5), (1, 7), (1, 10), (1, 13), (1, 16)]
    (bare / "index" / ARCHIVE).unlink()
    vgg_source.bring()  # from here on nothing is asked for
    file.unlink()
    assert vgg_weights.state() == "ready", "the pack is here, and is converted again"
    vgg_source.bring()
    assert vgg_weights.file() == file


def test_what_the_deployer_names_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered(bare, monkeypatch, pickled(weights(SMALL)))
    (bare / "features").mkdir()
    (bare / "features" / vgg_weights.FILE).touch()
    vgg_source.bring()
    assert vgg_weights.file() == bare / "features" / vgg_weights.FILE
    assert not (bare / "packs").exists()
    assert not (bare / "runs").exists()


@pytest.mark.parametrize(
    ("offer", "key"), [(True, "pack_digest"), (False, "pack_not_offered")], ids=["another file", "an index without it"]
)
def test_without_them_one_sentence_and_nothing_half_done(bare: Path, monkeypatch: pytest.MonkeyPatch, offer: bool, key: str) -> None:
    offered(bare, monkeypatch, pickled(weights(SMALL)), known=b"other")
    if not offer:
        (bare / "index" / ARCHIVE).unlink()
    with pytest.raises(UserError) as refused:
        vgg_source.bring()
    assert refused.value.key == key
    assert vgg_weights.state() == "fetched"
    assert [path for path in bare.rglob("*") if path.is_file() and path.parent.name != "index"] == []


def test_without_pip_it_says_what_to_do(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None)
    with pytest.raises(UserError) as refused:
        vgg_source.bring()
    assert refused.value.key == "features_missing"
    assert "packs add vgg16-lpips" in refused.value.sentence("en")
    monkeypatch.setattr(vgg_weights, "find_spec", lambda name: None if name == "pip" else name)
    vgg_source.bring()  # torchvision fetches them itself
    assert "528 MB" in vgg_weights.sentence("en")
    assert not (bare / "packs").exists()


class Evil:
    """Would write a file when it is read."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.place,)


@pytest.mark.parametrize("protocol", [0, 2, 3, 4, 5])
def test_a_pickle_runs_nothing(protocol: int, tmp_path: Path) -> None:
    held = weights(SMALL)
    held["NetLinLayer_0"] = Evil(tmp_path / "ran")
    file = tmp_path / "vgg16.ckpt"
    file.write_bytes(pickle.dumps(held, protocol).replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))
    with pytest.raises(pickle.UnpicklingError):
        vgg16_lpips.weights({vgg16_lpips.WEIGHTS: file})
    assert not (tmp_path / "ran").exists()


class Told:
    """What was told last."""

    def __init__(self) -> None:
        self.last = (0, 0)

    def tell(self, done: int, total: int) -> None:
        self.last = (done, total)

    def go_on(self) -> None:
        """It does."""

    def show(self, draw: Callable[[], bytes]) -> None:
        raise AssertionError("there is nothing to be seen")


def test_progress_is_told_in_bytes(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, told = offered(bare, monkeypatch, pickled(weights(SMALL))), Told()
    with vggarchive.served(file, monkeypatch), progress.watched(told):
        vgg_source.bring()
    assert told.last == (file.stat().st_size,) * 2
    assert vgg_weights.file()
