"""Style and content distance, edges and flicker against hand arithmetic, and against what must hold of any of them."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from ganapp.metrics import style_distance
from ganapp.metrics.content_distance import content_distance
from ganapp.metrics.edge_ssim import edge_ssim, edges
from ganapp.metrics.flicker import flicker
from ganapp.metrics.luminance import luminance


def crowd(seed=0, channels=3, h=24, w=32, by=1.0, to=0.0):
    return torch.randn(1, channels, h, w, generator=torch.Generator().manual_seed(seed)) * by + to


def test_resampled_numbers_are_the_quantiles():
    ordered = torch.tensor([[0.0, 1, 2, 3, 10, 20]])
    assert style_distance.resampled(ordered, 6).equal(ordered)
    assert style_distance.resampled(ordered, 3).tolist() == [[0.5, 2.5, 15]]
    assert style_distance.resampled(ordered, 12)[0, 1] == pytest.approx(0.25)


def test_style_distance_of_one_channel_is_the_wasserstein_distance():
    # In one dimension every direction is +1 or -1, and W2 of equally large crowds is the root mean square of the sorted differences.
    one, other = crowd(1, 1, 16, 16), crowd(2, 1, 16, 16, by=2, to=1)  # as many places as quantiles
    wanted = ((one.flatten().sort().values - other.flatten().sort().values) ** 2).mean().sqrt() / other.std(correction=0)
    found = style_distance.layer_distances([one], style_distance.texture([other]))[0]
    assert found == pytest.approx(float(wanted), rel=1e-5)


def test_style_distance_forgets_places_and_counts_layers_alike():
    painting, shuffled = crowd(3), crowd(3).flatten(2)[..., torch.randperm(768)].view(1, 3, 32, 24)
    texture = style_distance.texture([painting, 1000 * painting])
    assert style_distance.style_distance([shuffled, 1000 * painting], texture) == pytest.approx(0, abs=1e-6)
    flat = painting.mean((2, 3), keepdim=True).expand_as(painting)
    assert style_distance.layer_distances([flat, 1000 * flat], texture) == pytest.approx([1, 1], abs=0.02)
    near, far = crowd(3, by=1.1), crowd(3, by=2)
    texture = style_distance.texture([painting])
    assert style_distance.style_distance([near], texture) < style_distance.style_distance([far], texture)
    assert style_distance.style_distance([crowd(4, h=48, w=64)], texture) < 0.1, "another sample of the same crowd, of another size"


def test_content_distance_by_hand():
    photo = torch.tensor([3.0, 4.0]).view(1, 2, 1, 1)
    assert content_distance(photo, photo).item() == 0
    assert content_distance(photo * 0, photo).item() == 1
    assert content_distance(photo + torch.tensor([0.0, 5.0]).view(1, 2, 1, 1), photo).item() == 1


def test_edges_of_a_step_and_of_scipy():
    step = torch.zeros(3, 12, 12)
    step[:, :, 6:] = 1
    found = edges(step)[0]
    assert found[:, 5:7].numpy() == pytest.approx(219 / 255), "the whole range of luminance"
    assert torch.cat([found[:, :5], found[:, 7:]], 1).numpy() == pytest.approx(0, abs=1e-12)
    picture = torch.from_numpy(np.random.default_rng(0).random((3, 20, 26), np.float32))
    grey = luminance(picture)[0].numpy()
    wanted = np.hypot(ndimage.sobel(grey, 0, mode="nearest"), ndimage.sobel(grey, 1, mode="nearest")) / 4
    np.testing.assert_allclose(edges(picture)[0].numpy(), wanted, atol=1e-12)


def test_edge_ssim_forgives_colours_but_not_outlines():
    random = np.random.default_rng(1)
    photo = torch.from_numpy(np.stack([ndimage.gaussian_filter(random.random((48, 48)), 3)] * 3)).float()
    photo = (photo - photo.min()) / (photo.max() - photo.min())
    assert edge_ssim(photo, photo) == pytest.approx(1)
    assert edge_ssim(1 - photo, photo) == pytest.approx(1), "a negative has the same outlines"
    assert edge_ssim(photo.flip(2), photo) < 0.7


def test_flicker_is_none_for_a_rule_of_pixels_and_some_for_a_grid():
    photo = torch.rand(1, 3, 61, 70, generator=torch.Generator().manual_seed(0))
    assert flicker(lambda x: 1 - x, photo) == 0

    def grid(x):  # darkens every fourth row of the picture, wherever that is in the photo
        made = x.clone()
        made[..., ::4, :] = 0
        return made

    inner = photo[..., 17:44, 17:52]  # about what is compared
    wanted = 255 * float(inner.mean()) / 2  # two rows of four differ, by what is there
    assert flicker(grid, photo) == pytest.approx(wanted, rel=0.1)
