"""The test for copies: who copies fails, who has learnt the distribution passes, and what was found stands in the card."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from ganapp.finishing import memorising
from ganapp.jobs import copying
from ganapp.models import card, folder
from tests.support import tinymodel


def drawn(count: int, seed: int) -> np.ndarray:
    """Discs anywhere, of any size (n, 16, 16) uint8."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[:16, :16]
    centres, radii = chance.uniform(3, 13, (2, count, 1, 1)), chance.uniform(1.5, 6, (count, 1, 1))
    return (255 * (np.hypot(y - centres[0], x - centres[1]) < radii)).astype(np.uint8)


def test_who_copies_fails_and_who_draws_passes() -> None:
    real = drawn(800, 0)
    honest = memorising.judged(drawn(500, 1), real)
    assert honest["passes"], honest
    noise = np.random.default_rng(2).integers(0, 12, (500, 16, 16), dtype=np.uint8)
    copies = memorising.judged(np.maximum(real[np.random.default_rng(3).integers(0, 800, 500)], noise), real)
    assert not copies["passes"], copies
    half = memorising.judged(np.concatenate([real[:250], drawn(250, 4)]), real)
    assert not half["passes"], "half of it copied is too much"


def test_a_model_of_own_pictures_is_tested_and_its_card_says_so(tmp_path: Path) -> None:
    pictures, result = tmp_path / "pictures", tmp_path / "job" / "result"
    for i, levels in enumerate(drawn(60, 5)):
        (pictures / str(i % 10)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(levels).save(pictures / str(i % 10) / f"{i}.png")
    tinymodel.generator(result)
    assert copying.tested(result) is None, "it learnt from MNIST"
    config = json.loads((result / folder.CONFIG).read_text())
    config["training"]["settings"] = {"data": "pictures", "source": str(pictures)}
    folder.rewrite(result, config)
    found = copying.tested(result)
    assert found is not None
    assert (found["samples"], found["training"], found["passes"]) == (500, 60, True)
    assert "Test for copies" in card.write(result).read_text(encoding="utf-8")
    assert copying.tested(result) == found, "it is not done again for the same weights"
    (result / "model.safetensors").touch()
    config["training"]["settings"]["source"] = str(tmp_path / "gone")
    folder.rewrite(result, config)
    assert copying.tested(result) is None
