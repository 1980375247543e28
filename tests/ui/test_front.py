"""What the front page shows at once is what the networks make: scripts/front_page.py."""

from __future__ import annotations

import json
import re

import numpy as np
from PIL import Image

from ganapp import models
from ganapp.base import paths
from ganapp.tasks import write
from scripts import front_page


def test_the_digits_are_those_of_the_network() -> None:
    sheet = np.asarray(Image.open(paths.assets() / "pictures" / "front" / "digits.png"), np.float32) / 255
    assert sheet.shape == (front_page.ROWS * front_page.SIDE, front_page.COLUMNS * front_page.SIDE)
    sampler = models.load("digits", "sample")
    for column, row in ((0, 0), (10, 4), (27, 2)):
        digit, after, share, weight = front_page.cell(column, row)
        y = sampler.weights(digit, after, share)
        z = sampler.moved(sampler.base(front_page.SEED, 1.0, None), {"weight": weight}, y)
        picture = sampler.paint(z[None], y[None])[0]
        shown = sheet[row * front_page.SIDE :, column * front_page.SIDE :][: front_page.SIDE, : front_page.SIDE]
        assert np.abs(shown - picture).max() < 0.01


def test_the_page_knows_the_grid_by_the_same_numbers() -> None:
    script = (paths.assets() / "js" / "front" / "digits.js").read_text(encoding="utf-8")
    told = dict(re.findall(r"\b(SIDE|COLUMNS|ROWS|STEPS|REACH|SEED) = (\d+)", script))
    assert {name: float(value) for name, value in told.items()} == {name: float(getattr(front_page, name)) for name in told}
    assert len(told) == 6


def test_a_poem_is_written_again_from_its_seed() -> None:
    script = (paths.assets() / "js" / "front" / "poems.js").read_text(encoding="utf-8")
    poems = [json.loads(line) for line in re.findall(r"^  (\{.*\}),$", script, re.M)]
    assert [poem["seed"] for poem in poems] == list(front_page.POEMS)
    assert [line.text for line in write.run(write.Request(seed=poems[0]["seed"])).lines] == poems[0]["lines"]
