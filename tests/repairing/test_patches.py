"""Patches of the picture itself: textures go on, nothing outside changes, seeds repeat, a search can be stopped."""

import numpy as np
import pytest
import torch

from ganapp.models.filler import around
from ganapp.nets import inpainter
from ganapp.repairing import patches
from ganapp.repairing.filling import Filling


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def stripes(h=128, w=128):
    wave = (torch.arange(w) // 4 % 2).float() * 0.6 + 0.2
    return wave.expand(3, h, w).contiguous()


def holed(picture, hole):
    return torch.where(hole, inpainter.membrane(picture[None] * 2 - 1, 1 - hole[None, None].float())[0] / 2 + 0.5, picture)


def square(h=128, w=128, top=50, left=50, side=24):
    hole = torch.zeros(h, w, dtype=torch.bool)
    hole[top : top + side, left : left + side] = True
    return hole


def test_a_texture_goes_on_through_the_hole():
    real, hole = stripes(), square()
    coarse = holed(real, hole)
    made = patches.detail(coarse, hole)
    assert torch.equal(made[:, ~hole], real[:, ~hole])
    before, after = (coarse - real)[:, hole].abs().mean(), (made - real)[:, hole].abs().mean()
    assert after < 0.35 * before
    assert made[:, hole].std() > 0.8 * real[:, hole].std(), "as much contrast as the texture has"


def test_the_coarse_fill_leads():
    """Left half dark texture, right half bright: the same hole becomes what its coarse fill says."""
    random = torch.Generator().manual_seed(0)
    real = torch.rand(3, 128, 128, generator=random) * 0.2
    real[:, :, 64:] += 0.7
    hole = square(left=52)
    for level in (0.1, 0.8):
        coarse = torch.where(hole, torch.tensor(level), real)
        assert patches.detail(coarse, hole, lead=2.0)[:, hole].mean() == pytest.approx(level, abs=0.15)


def test_a_seed_repeats_and_nothing_known_leaves_the_coarse_fill():
    random = torch.Generator().manual_seed(1)
    real, hole = torch.rand(3, 200, 150, generator=random), square(200, 150)
    coarse = holed(real, hole)
    assert torch.equal(patches.detail(coarse, hole, 3), patches.detail(coarse, hole, 3))
    everything = torch.ones(200, 150, dtype=torch.bool)
    assert torch.equal(patches.detail(coarse, everything), coarse)
    assert torch.equal(patches.detail(coarse, ~everything), coarse)


@pytest.mark.parametrize(("h", "w"), [(5, 5), (7, 200), (33, 41), (130, 97)])
def test_any_size(h, w):
    real = torch.rand(3, h, w)
    hole = torch.zeros(h, w, dtype=torch.bool)
    hole[h // 3 : h // 3 + 4, w // 3 : w // 3 + 4] = True
    made = patches.detail(holed(real, hole), hole)
    assert made.shape == real.shape
    assert torch.isfinite(made).all()
    assert torch.equal(made[:, ~hole], real[:, ~hole])


def test_the_basis_is_orthonormal():
    basis = patches._basis().flatten(1)
    torch.testing.assert_close(basis @ basis.t(), torch.eye(len(basis)), atol=1e-5, rtol=0)


class StopError(Exception):
    """Raised to stop."""


def test_the_filler_keeps_what_is_known_pads_any_size_and_stops_when_asked():
    torch.manual_seed(0)
    filler = Filling(around(inpainter.Net(inpainter.Config((4, 4, 4), 4, (1,))).eval()))
    random = np.random.default_rng(0)
    colours, hole = random.random((77, 131, 3), np.float32), np.zeros((77, 131), bool)
    hole[20:50, 100:131] = True
    made = filler.fill(colours, hole, 0)
    assert made.dtype == np.float32
    assert np.array_equal(made[~hole], colours[~hole])
    assert not np.array_equal(made[hole], colours[hole])
    asked = []

    def stop():
        asked.append(1)
        if len(asked) == 4:
            raise StopError

    with pytest.raises(StopError):
        filler.fill(colours, hole, 0, stop)
