"""Enlargers out of files of ncnn: the pack with small nets, made here, in place of the genuine ones."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp import models
from ganapp.base import progress
from ganapp.base.errors import UserError
from ganapp.evaluation import upscale as evaluation
from ganapp.evaluation.__main__ import main
from ganapp.evaluation.subject import Options, find
from ganapp.models import catalog, packs
from ganapp.models.packs import real_esrgan
from ganapp.models.packs.real_esrgan import Kind
from ganapp.nets import rrdb, srvgg
from ganapp.pictures.tiling import Work
from ganapp.tasks import upscale_model
from ganapp.ui.pages import upscale as page
from ganapp.upscaling import forecast, plan, tiles, trial
from tests.conftest import seen
from tests.support import ncnnfile

KINDS = {
    "real-esrgan-x4plus": Kind("realesrgan-x4plus", rrdb, rrdb.Config(width=8, growth=4, depth=1), 19, 384),
    "real-esrgan-video": Kind("realesr-animevideov3-x4", srvgg, srvgg.Config(width=8, depth=2), 4),
}


@pytest.fixture
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, torch.nn.Module]:
    """The nets whose files lie where `packs add` would put them."""
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANAPP_PACKS", str(tmp_path / "environment"))
    place = tmp_path / "environment" / real_esrgan.PACK.folder
    (place / real_esrgan.PLACE).mkdir(parents=True)
    made, digests = {}, {}
    torch.manual_seed(0)
    for name, kind in KINDS.items():
        made[name] = kind.family.Net(kind.config).eval().requires_grad_(False)
        files = [f"{real_esrgan.PLACE}/{kind.file}.{ending}" for ending in ("param", "bin")]
        ncnnfile.write(made[name], kind.family.layers(kind.config), *(place / file for file in files), half=False)
        digests |= {file: hashlib.sha256((place / file).read_bytes()).hexdigest() for file in files}
    monkeypatch.setattr(real_esrgan, "FILES", digests)
    genuine = real_esrgan.PACK.models
    small = {name: dataclasses.replace(genuine[name], promise=partial(kind.promise, name=name)) for name, kind in KINDS.items()}
    conversions = {f"{kind.file}.safetensors": kind.weights for kind in KINDS.values()}
    pack = dataclasses.replace(real_esrgan.PACK, files=digests, models=small, conversions=conversions)
    monkeypatch.setattr(packs, "packs", lambda: {"real-esrgan": pack})
    return made


def picture(h: int, w: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (h, w, 3), np.uint8)


@pytest.mark.parametrize("name", KINDS)
def test_it_enlarges_as_its_net_does(name: str, nets: dict[str, torch.nn.Module]) -> None:
    enlarger = models.load(name, "upscale")
    colours = np.random.default_rng(1).random((13, 9, 3), np.float32)
    x = torch.from_numpy(colours).permute(2, 0, 1)[None]
    wanted = ((nets[name](x * 2 - 1) + 1) / 2).clamp(0, 1)[0].permute(1, 2, 0)
    torch.testing.assert_close(enlarger.enlarge(colours), wanted, atol=1e-5, rtol=0)
    assert (enlarger.scale, enlarger.about.source, enlarger.about.licence) == (4, "pack", "BSD-3-Clause")
    assert "Real-ESRGAN" in enlarger.about.makers
    assert enlarger.about.parameters() == sum(p.numel() for p in nets[name].parameters())
    facts = upscale_model.run(upscale_model.Request(model=name))
    assert (facts.source, facts.scale, facts.strength) == ("pack", 4, False)
    assert "Wang, Xie" in facts.makers
    assert KINDS[name].family.__name__ == f"ganapp.nets.{facts.architecture}"


@pytest.mark.parametrize("name", KINDS)
def test_tiles_are_the_same_as_the_whole(name: str, nets: dict[str, torch.nn.Module]) -> None:
    enlarger, source = models.load(name, "upscale"), picture(50, 44)
    whole, cut = np.zeros((200, 176, 3), np.uint8), np.zeros((200, 176, 3), np.uint8)
    tiles.fill(source, whole, enlarger, Work(4096, 1))
    tiles.fill(source, cut, enlarger, Work(16, 12))
    assert np.abs(whole.astype(int) - cut).max() <= 1


@pytest.mark.usefixtures("nets")
def test_it_is_converted_once_and_looked_at_ever_after(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    whole = Kind.weights
    monkeypatch.setattr(Kind, "weights", lambda self, files: read.append(self.file) or whole(self, files))
    pack = dataclasses.replace(packs.packs()["real-esrgan"], conversions={"x4.safetensors": KINDS["real-esrgan-x4plus"].weights})
    file = pack.ready()["x4.safetensors"]
    before = file.read_bytes()
    assert pack.ready()["x4.safetensors"] == file
    assert read == ["realesrgan-x4plus"]
    file.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))  # a bit that turned
    assert pack.ready()["x4.safetensors"].read_bytes() == before
    file.unlink()
    assert pack.ready()["x4.safetensors"].read_bytes() == before
    assert len(read) == 3
    assert not list(file.parent.glob(".*")), "nothing half done stays"


@pytest.mark.usefixtures("nets")
def test_a_file_that_is_not_the_one_that_was_checked_is_refused() -> None:
    pack = packs.packs()["real-esrgan"]
    file = pack.located()[f"{real_esrgan.PLACE}/realesrgan-x4plus.bin"]
    file.write_bytes(file.read_bytes()[:-4] + b"\x00\x00\x80\x3f")
    with pytest.raises(UserError) as refused:
        models.load("real-esrgan-x4plus", "upscale")
    assert refused.value.key == "pack_altered"
    assert not pack.converted().exists()
    assert not any(each["id"] == "real-esrgan-x4plus" for each in page.listed())


@pytest.mark.usefixtures("nets")
def test_the_page_lists_it_by_its_title() -> None:
    listed = {each["id"]: each for each in page.listed() if each["source"] == "pack"}
    assert {name: each["title"] for name, each in listed.items()} == {name: real_esrgan.TITLES[name] for name in KINDS}
    assert listed["real-esrgan-x4plus"] | {"title": {}} == {
        "id": "real-esrgan-x4plus", "source": "pack", "licence": "BSD-3-Clause", "title": {},
        "scale": 4, "channels": 3, "strength": False, "denoise": False,
    }  # fmt: skip
    assert all(entry.ready for entry in catalog.listing() if entry.source == "pack")


class Leaver:
    """Has changed their mind before the second look."""

    def __init__(self) -> None:
        self.looks = 0

    def tell(self, done: int, total: int) -> None:
        raise AssertionError("the tile was finished")

    def go_on(self) -> None:
        self.looks += 1
        if self.looks == 2:
            raise progress.Cancelled

    def show(self, draw: object) -> None:
        raise AssertionError("the tile was finished")


@pytest.mark.usefixtures("nets")
def test_it_is_cancelled_within_a_tile() -> None:
    enlarger, watcher = models.load("real-esrgan-video", "upscale"), Leaver()
    with pytest.raises(progress.Cancelled), progress.watched(watcher):
        tiles.fill(picture(8, 8), np.zeros((32, 32, 3), np.uint8), enlarger, Work(64, 1))
    assert watcher.looks == 2


@pytest.mark.usefixtures("nets")
def test_what_it_will_take_is_told_before_it_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "_rates", {})
    planned = plan.plan((768, 384), (3072, 1536), ("real-esrgan-x4plus",))
    enlarger = planned.enlargers[0]
    assert (planned.tile, planned.tiles()) == (384, 2)
    windows = 2 * 384 * (384 + 19)
    assert planned.seconds() == pytest.approx(windows / 1e6 * enlarger.guess + forecast.seconds("png", 3072 * 1536))
    assert enlarger.guess == pytest.approx(real_esrgan.SECONDS * enlarger.about.parameters() / 1e6)
    shapes: list[tuple[int, ...]] = []
    whole = tiles.fill
    monkeypatch.setattr(tiles, "fill", lambda source, *rest: shapes.append(source.shape) or whole(source, *rest))
    for patience, side in ((-1.0, 64), (1e9, 192)):
        monkeypatch.setattr(trial, "PATIENCE", patience)
        trial.measure("real-esrgan-x4plus")
        assert shapes.pop() == (side, side, 3)
    assert forecast.known("real-esrgan-x4plus")


@pytest.mark.usefixtures("nets")
def test_a_measurement_ends_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "_rates", {})
    monkeypatch.setattr(trial, "_started", set())
    over = threading.Thread()  # as the main thread is while the program waits for the others
    with monkeypatch.context() as patch:
        patch.setattr(threading, "main_thread", lambda: over)
        trial._measure(["real-esrgan-video"])
        assert not forecast.known(models.load("real-esrgan-video", "upscale").pace)
    trial._measure(["real-esrgan-video"])
    assert forecast.known(models.load("real-esrgan-video", "upscale").pace)


@seen
@pytest.mark.usefixtures("nets")
def test_it_is_measured_as_ours_are(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    Image.fromarray(picture(48, 64)).save(tmp_path / "set" / "one.png")
    report = evaluation.evaluate(find("real-esrgan-video"), Options(data=tmp_path / "set", beside=(Path("real-esrgan-x4plus"),)))
    methods = {row["method"]: row for row in report.details["methods"] if row["input"] == "clean"}
    assert report.model == "real-esrgan-video"
    assert methods.keys() == {"this", "bicubic", "lanczos", "real-esrgan-x4plus"}
    assert {row.name for row in report.rows} == {"upscale_psnr_other", "upscale_ssim_other", "upscale_ringing"}
    assert methods["this"]["psnr"] != methods["real-esrgan-x4plus"]["psnr"]
    assert main(["real-esrgan-video", "--data", str(tmp_path), "--keep"]) == 2
    assert not list(tmp_path.rglob("evaluation.json"))


def test_the_genuine_pack_says_what_it_is() -> None:
    stems = [f"{real_esrgan.PLACE}/{kind.file}" for kind in real_esrgan.KINDS.values()]
    assert set(real_esrgan.FILES) == {f"{stem}.{ending}" for stem in stems for ending in ("param", "bin")}
    assert set(real_esrgan.TITLES) == set(real_esrgan.KINDS) == set(real_esrgan.BYTES) == set(real_esrgan.PACK.models)
    for name, kind in real_esrgan.KINDS.items():
        with torch.device("meta"):
            count = sum(parameter.numel() for parameter in kind.family.Net(kind.config).parameters())
        assert count == {"x4plus": 16_697_987, "anime": 4_467_779, "video": 621_424}[name.rpartition("-")[2]]
        assert real_esrgan.BYTES[name] == pytest.approx(4 * count, rel=0.02)
