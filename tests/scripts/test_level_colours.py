"""What an upscaler changes mean colours by is taken off its last bias, and nothing else is changed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.models import catalog
from ganapp.nets import upscaler
from ganapp.training.data import photographs
from scripts import level_colours
from tests.support import tinymodel


def opened(folder: Path) -> upscaler.Net:
    return catalog.start(str(folder), "upscale", upscaler.Net)


def test_the_drift_of_colours_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(4):
        Image.fromarray(photographs.drawing(64, np.random.default_rng(i))).save(photos / f"{i}.png")
    model = tinymodel.upscaler(tmp_path / "tiny", 2, "photo")
    before, held = opened(model), photographs.files(photos, held_out=True)
    with torch.no_grad():
        drift = level_colours.drift(before, held).abs().max()
        monkeypatch.setattr(sys, "argv", ["level_colours.py", str(model), "--data", str(photos)])
        level_colours.main()
        after = opened(model)
        assert level_colours.drift(after, held).abs().max() < 0.3 * drift
    kept = after.state_dict()
    assert all(torch.equal(value, kept[key]) for key, value in before.state_dict().items() if key != "tail.bias")
