"""Directions of strokes, on pictures whose directions are known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ganapp.metrics.structure_agreement import agreement


def stripes(angle: float) -> Tensor:
    y, x = torch.meshgrid(torch.arange(48.0), torch.arange(48.0), indexing="ij")
    turned = torch.tensor(angle)
    return (0.5 + 0.4 * torch.sin((x * turned.cos() + y * turned.sin()) * 0.7)).expand(3, 48, 48)


@pytest.mark.parametrize(("angle", "wanted"), [(0.0, 1.0), (torch.pi / 4, 0.0), (torch.pi / 2, -1.0), (torch.pi, 1.0)])
def test_the_doubled_angle_counts(angle: float, wanted: float) -> None:
    assert agreement(stripes(angle), stripes(0.0)) == pytest.approx(wanted, abs=0.05)


def test_other_contrast_is_the_same_direction_and_a_flat_picture_has_none() -> None:
    photo = stripes(0.3)
    assert agreement(1 - 0.3 * photo, photo) == pytest.approx(1)
    grey = torch.full((3, 48, 48), 0.5)
    assert agreement(grey, photo) == pytest.approx(0, abs=1e-9)
    assert agreement(photo, grey) == pytest.approx(0, abs=1e-9)
