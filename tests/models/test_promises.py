"""One way to every model: what a task needs is a promise, whoever asks, wherever the model lies and whatever it is made of."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.models import catalog, hub_access, packs
from ganapp.models.enlarger import Enlarger
from ganapp.pictures.box import Box
from tests.conftest import ROOT
from tests.support import tinymodel


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    return tmp_path


def test_every_kind_of_promise_is_kept(house: Path) -> None:
    tinymodel.upscaler(house / "models" / "tinyplain", 2, "fidelity")
    enlarger = models.load("tinyplain", "upscale")
    assert (enlarger.id, enlarger.scale, enlarger.about.source) == ("tinyplain", 2, "trained")
    large = enlarger.enlarge(np.random.default_rng(0).random((7, 5, 1), np.float32))
    assert large.shape == (14, 10, 1)
    assert float(large.min()) >= 0
    assert float(large.max()) <= 1
    filler = models.load("repair", "repair")
    colours, hole = np.random.default_rng(1).random((37, 21, 3), np.float32), np.zeros((37, 21), np.bool_)
    hole[5:9, 5:9] = True
    filled = filler.fill(colours, hole)
    assert (filled[~hole] == colours[~hole]).all()
    assert np.isfinite(filled).all()
    sampler = models.load("digits", "sample")
    assert sampler.paint(np.zeros((2, sampler.latent)), np.eye(10)[:2]).shape == (2, sampler.size, sampler.size)
    judge = models.load("digits-judge", "classify")
    assert judge(torch.zeros(1, 1, 32, 32)).shape == (1, 10)
    painter = models.load("stylize-great-wave", "stylize")
    sitting = painter.sit(np.full((63, 50, 3), 0.5, np.float32))
    tile, place = sitting.tile(sitting.whole)
    assert (tile.shape, place) == ((63, 50, 3), Box(0, 0, 63, 50))
    assert (tile >= 0).all()
    assert (tile <= 1).all()
    about = [each.about for each in (enlarger, filler, sampler, judge, painter)]
    assert [each.source for each in about] == ["trained", "shipped", "shipped", "shipped", "shipped"]
    assert all(each.licence == "mit" and len(each.digest) == 64 and each.parameters() > 0 for each in about)


def test_an_answer_of_another_size_is_refused() -> None:
    short = Enlarger("short", 2, 1, 3, "short", lambda x: x)
    with pytest.raises(UserError) as refused:
        short.enlarge(np.zeros((4, 4, 3), np.float32))
    assert refused.value.key == "upscale_promise"


def test_weights_are_read_when_the_promise_is_first_kept(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tinymodel.upscaler(house / "models" / "tinyplain", 2, "fidelity")
    read: list[str] = []
    whole = catalog.Loaded.net
    monkeypatch.setattr(catalog.Loaded, "net", lambda self, part="model": read.append(part) or whole(self, part))
    enlarger = models.load("tinyplain", "upscale")
    assert read == []
    for _ in range(2):
        enlarger.enlarge(np.zeros((4, 4, 3), np.float32))
    assert read == ["model"]


def test_who_asks_is_who_fetches(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asking: list[hub_access.Who] = []
    monkeypatch.setattr(catalog, "load", lambda model, task: asking.append(hub_access.present()))
    for who in (hub_access.DEPLOYER, hub_access.Who("hf_own"), None):
        with pytest.raises(AttributeError):
            models.load("some/body", "upscale", who)
    assert asking == [hub_access.DEPLOYER, hub_access.Who("hf_own"), hub_access.VISITOR]


def test_importing_the_room_reads_nothing_heavy() -> None:
    code = "import sys, ganapp.models; print([name for name in ('torch', 'numpy', 'huggingface_hub') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"


@pytest.fixture
def brush(house: Path, monkeypatch: pytest.MonkeyPatch) -> packs.Pack:
    """A pack whose package is installed: two files and what pip writes about them. Its code would end the test."""
    place = house / "site"
    (place / "brushes").mkdir(parents=True)
    (place / "brushes" / "__init__.py").write_text("raise SystemExit('code of a pack was run')")
    (place / "brushes" / "wide.bin").write_bytes(b"\x02")
    about = place / "brushes-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: brushes\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(str(place))

    def promise(files: dict[str, Path]) -> Enlarger:
        scale = files["brushes/wide.bin"].read_bytes()[0]
        return Enlarger("wide", scale, 0, 3, "wide", lambda x: x.repeat_interleave(scale, 2).repeat_interleave(scale, 3))

    digest = hashlib.sha256(b"\x02").hexdigest()
    model = packs.Model("upscale", {"en": "Wide", "zh": "宽"}, promise)  # type: ignore[arg-type]
    pack = packs.Pack("brushes", "1.2", "MIT", {"brushes/wide.bin": digest}, {"wide": model})
    monkeypatch.setattr(packs, "packs", lambda: {"brushes": pack})
    return pack


@pytest.mark.usefixtures("brush")
def test_a_pack_is_a_model_like_any_other(house: Path) -> None:
    [line] = [entry for entry in catalog.listing("zh") if entry.source == "pack"]
    assert (line.id, line.title, line.task, line.licence, line.ready, line.bytes) == ("wide", "宽", "upscale", "MIT", True, 1)
    enlarger = models.load("wide", "upscale")
    assert enlarger is models.load("wide", "upscale")
    assert enlarger.enlarge(np.full((3, 4, 3), 0.5, np.float32)).shape == (6, 8, 3)
    with pytest.raises(UserError) as refused:
        models.load("wide", "stylize")
    assert refused.value.key == "wrong_task"
    (house / "site" / "brushes" / "wide.bin").write_bytes(b"\x03")
    with pytest.raises(UserError) as refused:
        models.load("wide", "upscale")
    assert refused.value.key == "pack_altered"


@pytest.mark.parametrize(("name", "version", "key"), [("brushes", "1.3", "pack_version"), ("nowhere-to-be-found", "1.2", "pack_missing")])
def test_a_pack_that_is_not_there_says_how_to_have_it(
    brush: packs.Pack, name: str, version: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = packs.Pack(name, version, brush.licence, brush.files, brush.models)
    monkeypatch.setattr(packs, "packs", lambda: {"brushes": other})
    with pytest.raises(UserError) as refused:
        models.load("wide", "upscale")
    assert refused.value.key == key
    assert f"pip install {name}=={version}" in refused.value.sentence("en")
    [line] = [entry for entry in catalog.listing() if entry.source == "pack"]
    assert not line.ready
    assert line.state == refused.value.sentence("en")


def test_a_pack_that_is_here_hides_a_folder_of_its_name(brush: packs.Pack, house: Path) -> None:
    tinymodel.upscaler(house / "models" / "wide", 4, "fidelity")
    assert models.load("wide", "upscale").scale == 2
    assert [entry.source for entry in catalog.listing() if entry.id == "wide"] == ["pack"]
    (house / "site" / "brushes" / "wide.bin").unlink()
    assert models.load("wide", "upscale").scale == 4
    assert [entry.source for entry in catalog.listing() if entry.id == "wide"] == ["trained"]
