"""Pictures of scenes show what they are of: where, in which colour, how large and how slanted."""

from __future__ import annotations

import pytest
import torch

from ganapp.metrics.attributes import slant
from ganapp.writing import drawing, scene
from ganapp.writing.scene import Thing


@pytest.fixture(scope="module")
def glyphs() -> drawing.Glyphs:
    torch.set_num_threads(1)
    return drawing.glyphs("test")


def drawn(things: list[Thing], glyphs: drawing.Glyphs, seed: int = 0) -> torch.Tensor:
    return drawing.draw([(thing,) for thing in things], glyphs, torch.Generator().manual_seed(seed))


def ink(pictures: torch.Tensor) -> torch.Tensor:
    """How far each pixel is from the paper, (n, 48, 48)."""
    return (pictures - pictures.amax((2, 3), keepdim=True)).abs().sum(1)


def test_each_place_is_where_it_is_called(glyphs: drawing.Glyphs) -> None:
    pictures = drawn([Thing("8", "black", "large", "upright", place) for place in scene.PLACES], glyphs)
    assert pictures.shape == (9, 3, 48, 48)
    assert 0 <= float(pictures.min()) <= float(pictures.max()) <= 1
    cells = ink(pictures).view(9, 3, 16, 3, 16).sum((2, 4)).flatten(1)  # (9, 9)
    assert cells.argmax(1).tolist() == list(range(9))


def test_colour_size_and_slant_are_as_asked(glyphs: drawing.Glyphs) -> None:
    for name, colour in drawing.COLOURS.items():
        [picture] = drawn([Thing("square", name, "large", "upright", "middle middle")], glyphs)
        torch.testing.assert_close(picture[:, 24, 24], torch.tensor(colour), atol=0.06, rtol=0)
    small, large = (ink(drawn([Thing("3", "black", size, "upright", "middle middle")] * 20, glyphs)).sum() for size in ("small", "large"))
    assert large > 1.8 * small
    leans = {}
    for way in scene.VALUES["slant"]:
        pictures = drawn([Thing("5", "black", "large", way, "middle middle")] * 20, glyphs)
        leans[way] = slant((ink(pictures) / ink(pictures).amax((1, 2), keepdim=True)).clamp(0.1, 1).sub(0.1)[:, None])
    assert leans["left"].max() < leans["upright"].min()
    assert leans["upright"].max() < leans["right"].min()


def test_the_same_numbers_draw_the_same(glyphs: drawing.Glyphs) -> None:
    thing = Thing("2", "red", "small", "left", "top left")
    assert torch.equal(drawn([thing], glyphs, 5), drawn([thing], glyphs, 5))
    assert not torch.equal(drawn([thing], glyphs, 5), drawn([thing], glyphs, 6))
