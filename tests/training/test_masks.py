import numpy as np
import pytest

from ganapp.training.data import hole_masks


@pytest.mark.parametrize("kind", hole_masks.KINDS)
@pytest.mark.parametrize("side", [64, 256])
def test_a_mask_is_a_function_of_its_seed_and_leaves_half_of_the_picture(kind, side):
    made = [hole_masks.mask(kind, side, np.random.default_rng(seed)) for seed in range(8)]
    for seed, one in enumerate(made):
        assert one.shape == (side, side)
        assert one.dtype == np.float32
        assert set(np.unique(one)) == {0, 1}
        assert hole_masks.SMALLEST <= one.mean() <= hole_masks.LARGEST
        assert np.array_equal(one, hole_masks.mask(kind, side, np.random.default_rng(seed)))
    assert not np.array_equal(made[0], made[1])


def test_thick_masks_are_thicker_than_medium_ones_and_these_than_thin_ones():
    from scipy.ndimage import distance_transform_edt

    def depth(kind):
        return np.mean([distance_transform_edt(hole_masks.mask(kind, 256, np.random.default_rng(seed))).max() for seed in range(8)])

    assert depth("thin") < depth("medium") < depth("thick")


def test_the_same_mask_at_another_size_covers_about_the_same_share():
    small = np.mean([hole_masks.mask("medium", 128, np.random.default_rng(seed)).mean() for seed in range(30)])
    large = np.mean([hole_masks.mask("medium", 512, np.random.default_rng(seed)).mean() for seed in range(30)])
    assert small == pytest.approx(large, rel=0.25)


def test_every_kind_is_drawn():
    assert sum(hole_masks.MIX) == pytest.approx(1)
    assert len(hole_masks.MIX) == len(hole_masks.KINDS)
    one = hole_masks.any_mask(64, np.random.default_rng(3))
    assert 0 < one.mean() <= hole_masks.LARGEST
