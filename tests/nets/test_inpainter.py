"""The inpainter's promises, its membrane, and the discriminator that trains it."""

import numpy as np
import pytest
import torch

from ganapp.nets import inpainter, patch_discriminator


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    return inpainter.Net(inpainter.Config(widths=(4, 6, 8), fine=4, dilations=(1, 2))).eval()


def given(h=48, w=40, seed=0):
    random = torch.Generator().manual_seed(seed)
    x = torch.rand(2, 3, h, w, generator=random) * 2 - 1
    mask = torch.zeros(2, 1, h, w)
    mask[0, :, 8:30, 10:25] = 1
    mask[1, :, :, :9] = 1
    return x, mask


@torch.no_grad()
def test_outside_the_mask_not_one_bit_changes_and_inside_the_old_content_plays_no_part(net):
    x, mask = given()
    made = net(x, mask)
    assert made.shape == x.shape
    assert torch.equal(made[mask.expand_as(x) == 0], x[mask.expand_as(x) == 0])
    assert made.abs().max() <= 1
    assert torch.equal(made, net(torch.where(mask > 0, torch.full_like(x, 0.7), x), mask))


@torch.no_grad()
def test_an_untrained_net_is_the_membrane(net):
    x, mask = given()
    start = torch.where(mask > 0, inpainter.membrane(x, 1 - mask), x)
    assert (net(x, mask) - start).abs().max() < 0.1


def test_the_membrane_is_exact_for_a_ramp_and_keeps_within_its_rim():
    ramp = torch.linspace(-0.8, 0.8, 64).expand(1, 3, 64, 64).contiguous()
    known = torch.ones(1, 1, 64, 64)
    known[..., 20:40, 24:38] = 0
    made = inpainter.membrane(ramp, known)
    assert torch.equal(made[..., :20, :], ramp[..., :20, :])
    assert (made - ramp).abs().max() < 0.12
    assert ramp.min() <= made.min()
    assert made.max() <= ramp.max()


def test_a_membrane_without_anything_known_is_grey_and_odd_sizes_are_taken():
    assert torch.equal(inpainter.membrane(torch.ones(1, 3, 24, 40), torch.zeros(1, 1, 24, 40)), torch.zeros(1, 3, 24, 40))
    known = torch.zeros(1, 1, 37, 21)
    known[..., 5, 5] = 1
    assert torch.allclose(inpainter.membrane(torch.full((1, 3, 37, 21), 0.3), known), torch.full((1, 3, 37, 21), 0.3), atol=1e-5)


def test_gradients_reach_every_weight(net):
    x, mask = given()
    net(x, mask).sum().backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in net.parameters())
    assert all(p.grad.abs().max() > 0 for name, p in net.named_parameters() if name.endswith("weight"))
    net.zero_grad()


@pytest.mark.parametrize("values", [{"widths": (4, 4)}, {"fine": 0}, {"dilations": (1, 0)}])
def test_settings_that_make_no_net_are_refused(values):
    with pytest.raises(ValueError, match=next(iter(values))):
        inpainter.Config(**values)


def test_the_discriminator_scores_patches_and_sees_no_further_than_62_pixels():
    torch.manual_seed(0)
    net = patch_discriminator.Net(patch_discriminator.Config(width=4)).eval()
    x = torch.rand(1, 3, 128, 128)
    assert net(x).shape == (1, 1, 16, 16)
    assert [f.shape[1] for f in net.features(x)] == [4, 8, 16, 16]
    changed = x.clone()
    changed[..., :16, :16] = 0
    moved = (net(changed) - net(x)).abs()[0, 0].detach().numpy()
    far = np.argwhere(moved > 0).max()
    assert 0 < far < (16 + 62) // 8
