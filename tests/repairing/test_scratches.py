"""Scratches and dust: found where they were drawn, and next to nothing where there are none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from ganapp.base import paths
from ganapp.repairing import scratches

EXAMPLES = paths.assets() / "pictures" / "repair"


def picture(name: str) -> np.ndarray:
    return np.asarray(Image.open(EXAMPLES / name).convert("RGB"), np.float32) / 255


def test_the_example_of_an_old_photo() -> None:
    true = np.asarray(Image.open(EXAMPLES / "scratched-mask.png"))
    found = scratches.find(picture("scratched.webp"))
    assert (found & ndimage.binary_dilation(true, iterations=2)).sum() / found.sum() > 0.5
    near = ndimage.binary_dilation(found, iterations=2)
    assert (near & true).sum() / true.sum() > 0.75
    assert found.mean() < 0.08


def test_more_is_marked_the_more_sensitive_it_is() -> None:
    photo = picture("scratched.webp")[:160, :160]
    shares = [scratches.find(photo, sensitivity).mean() for sensitivity in (0.0, 0.5, 1.0)]
    assert shares[0] < shares[1] < shares[2]


@pytest.mark.parametrize("dark", [False, True])
def test_a_scratch_on_smooth_ground_is_marked_and_the_ground_is_not(dark: bool) -> None:
    y, x = np.mgrid[:150, :200] / 200
    ground = np.repeat((0.4 + 0.2 * x + 0.1 * y)[..., None], 3, axis=2).astype(np.float32)
    assert scratches.find(ground).mean() == 0
    line = Image.new("L", (200, 150))
    ImageDraw.Draw(line).line([(20, 10), (150, 130)], fill=255, width=2)
    marks = np.asarray(line) > 0
    spoilt = np.where(marks[..., None], 0.05 if dark else 0.95, ground).astype(np.float32)
    found = scratches.find(spoilt)
    assert (found & marks).sum() / marks.sum() > 0.95
    assert (found & ~ndimage.binary_dilation(marks, iterations=3)).sum() == 0


def test_a_small_or_a_large_photo() -> None:
    assert scratches.find(np.zeros((5, 4, 3), np.float32)).shape == (5, 4)
    wide = np.full((60, 3000, 3), 0.5, np.float32)
    wide[30:33, 100:2900] = 1
    found = scratches.find(wide)
    assert found.shape == (60, 3000)
    assert found[31, 200:2800].mean() > 0.95
