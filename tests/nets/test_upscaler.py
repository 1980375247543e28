"""The upscaler's promises: sizes, bicubic beginnings, branches that fold, weights between two nets, and how far it looks."""

import numpy as np
import pytest
import torch
from PIL import Image

from ganapp.losses import wavelet
from ganapp.nets import upscaler

SMALL = {"width": 6, "depth": 3}


def stirred(net, seed=0, by=0.2):
    """The net with weights that are nobody's beginning."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in net.parameters():
            weight.add_(by * torch.randn(weight.shape, generator=random))
    return net


def picture(h=11, w=14, seed=0):
    return torch.rand(1, 3, h, w, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@torch.no_grad()
@pytest.mark.parametrize("scale", upscaler.SCALES)
def test_an_untrained_net_is_bicubic_interpolation(scale):
    x = picture()
    made = upscaler.Net(upscaler.Config(scale, **SMALL))(x)[0]
    assert made.shape == (3, 11 * scale, 14 * scale)
    planes = [Image.fromarray(plane.numpy()).resize((14 * scale, 11 * scale), Image.Resampling.BICUBIC) for plane in x[0]]
    inner = (slice(None), slice(3 * scale, -3 * scale), slice(3 * scale, -3 * scale))  # the border is continued in another way
    assert np.abs(made.numpy() - np.stack([np.asarray(plane) for plane in planes]))[inner].max() < 1e-5


@torch.no_grad()
@pytest.mark.parametrize("size", [(1, 1), (1, 40), (7, 2)])
def test_every_size_is_enlarged_exactly(size):
    made = stirred(upscaler.Net(upscaler.Config(2, **SMALL)))(picture(*size))
    assert made.shape == (1, 3, 2 * size[0], 2 * size[1])
    assert torch.isfinite(made).all()


@torch.no_grad()
def test_branches_fold_into_plain_kernels_and_open_again():
    config, x = upscaler.Config(2, **SMALL), picture()
    rich = stirred(upscaler.TrainingNet(config), by=0.05)
    plain = rich.folded()
    assert set(plain.state_dict()) == set(upscaler.Net(config).state_dict())
    assert torch.allclose(plain(x), rich(x), atol=1e-5)
    assert torch.allclose(upscaler.TrainingNet(config, plain)(x), plain(x), atol=1e-5)


def test_every_branch_of_a_training_net_learns():
    rich = stirred(upscaler.TrainingNet(upscaler.Config(2, **SMALL)), by=0.05)
    rich(picture()).square().mean().backward()
    assert all(weight.grad is not None and weight.grad.abs().max() > 0 for weight in rich.parameters())


@torch.no_grad()
def test_a_pixel_looks_no_further_than_it_says():
    net = stirred(upscaler.Net(upscaler.Config(2, **SMALL)))
    x = picture(30, 30)
    other = x.clone()
    other[..., 15, 15] += 1
    moved = (net(x) - net(other)).abs().amax((0, 1)) > 0
    rows = torch.nonzero(moved.any(1)).flatten() // 2
    assert 15 - rows.min() <= net.receptive
    assert rows.max() - 15 <= net.receptive
    assert rows.max() > 15


@torch.no_grad()
def test_between_two_nets_and_a_plane_for_cleaning():
    plain = stirred(upscaler.Net(upscaler.Config(4, **SMALL)), 1)
    cleaning = stirred(upscaler.Net(upscaler.Config(4, **SMALL, denoise=True)), 2)
    x = picture()
    assert not torch.equal(cleaning(x, 0.0), cleaning(x, 1.0))
    assert torch.allclose(cleaning(x.repeat(2, 1, 1, 1), torch.tensor([0.0, 1.0]))[1:], cleaning(x, 1.0), atol=1e-5)
    assert torch.allclose(upscaler.between(plain, cleaning, 0.0)(x, 0.7), plain(x), atol=1e-5)
    assert torch.allclose(upscaler.between(plain, cleaning, 1.0)(x, 0.7), cleaning(x, 0.7), atol=1e-5)
    half = upscaler.between(plain, cleaning, 0.5)
    assert torch.allclose(half.tail.weight, (plain.tail.weight + cleaning.tail.weight) / 2)
    with pytest.raises(ValueError, match="differ"):
        upscaler.between(plain, upscaler.Net(upscaler.Config(2, **SMALL)), 0.5)


@torch.no_grad()
def test_a_net_of_the_other_scale_keeps_the_body_and_starts_as_bicubic():
    four = stirred(upscaler.Net(upscaler.Config(4, **SMALL)))
    two = upscaler.started_from(upscaler.Config(2, **SMALL), four)
    assert torch.equal(two.body[1].weight, four.body[1].weight)
    assert torch.equal(two(picture()), upscaler.Net(upscaler.Config(2, **SMALL))(picture()))
    with pytest.raises(ValueError, match="width or depth"):
        upscaler.started_from(upscaler.Config(2, width=4, depth=3), four)


@torch.no_grad()
def test_a_wider_net_starts_as_the_narrow_one_and_mixes_with_it():
    narrow = stirred(upscaler.Net(upscaler.Config(4, **SMALL)), 1)
    config, x = upscaler.Config(4, width=9, depth=3, denoise=True), picture()
    wide = upscaler.started_from(config, narrow)
    assert torch.allclose(wide(x, 0.6), narrow(x), atol=1e-5)
    wide = stirred(wide, 2)
    for share, same in ((0.0, narrow(x)), (1.0, wide(x, 0.6))):
        assert torch.allclose(upscaler.between(narrow, wide, share)(x, 0.6), same, atol=1e-5)
    half = upscaler.between(narrow, wide, 0.5)
    assert torch.equal(half.body[0].weight[6:], wide.body[0].weight[6:]), "channels that only one has are the same in both"
    with pytest.raises(ValueError, match="width or depth"):
        upscaler.started_from(upscaler.Config(4, **SMALL), wide)


@torch.no_grad()
def test_a_cleaner_goes_before_the_net_by_the_root_of_what_is_told():
    plain = stirred(upscaler.Net(upscaler.Config(4, **SMALL)), 1)
    before = stirred(upscaler.Net(upscaler.Config(4, **SMALL, denoise=True)), 2)
    config, x = upscaler.Config(4, **SMALL, denoise=True, cleaner=5), picture()
    net = upscaler.started_from(config, before)
    assert torch.equal(net(x, 0.7), before(x, 0.7)), "an untrained cleaner adds nothing"
    stirred(net.cleaner, 3)
    assert torch.equal(net(x, 0.0), before(x, 0.0)), "told 0 the picture stays as it is"
    assert torch.allclose(net(x, 0.25), before(x + 0.5 * net.cleaner(x), 0.25), atol=1e-5)
    assert torch.equal(upscaler.started_from(config, net)(x, 0.7), net(x, 0.7))
    for share, same in ((0.0, plain(x)), (1.0, net(x, 0.7))):
        assert torch.allclose(upscaler.between(plain, net, share)(x, 0.7), same, atol=1e-5)
    rich = upscaler.TrainingNet(config, net)
    assert torch.allclose(rich.folded()(x, 0.7), net(x, 0.7), atol=1e-5)
    assert net.receptive == before.receptive + upscaler.CLEANING + 2
    with pytest.raises(ValueError, match="cleaner"):
        upscaler.between(net, upscaler.Net(upscaler.Config(4, **SMALL, denoise=True, cleaner=4)), 0.5)


def test_impossible_settings():
    for wrong in ({"scale": 3}, {"width": 0}, {"depth": 0}, {"cleaner": 4}):
        with pytest.raises(ValueError, match="must"):
            upscaler.Config(**wrong)


def test_haar_by_hand():
    x = torch.tensor([[1.0, 3.0], [5.0, 11.0]]).view(1, 1, 2, 2)
    coarse, detail = wavelet.haar(x)
    assert coarse.flatten().tolist() == [5.0]
    assert detail.flatten().tolist() == [(1 - 3 + 5 - 11) / 4, (1 + 3 - 5 - 11) / 4, (1 - 3 - 5 + 11) / 4]
    flat = wavelet.haar(torch.full((1, 2, 4, 6), 0.3))
    assert flat[0].shape == (1, 2, 2, 3)
    assert flat[1].abs().max() < 1e-6
