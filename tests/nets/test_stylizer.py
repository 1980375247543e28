"""The stylizer's promises: colours to begin with, styles folded into plain nets, mixtures, and how far a pixel looks."""

import pytest
import torch

from ganapp.losses import moments, sliced
from ganapp.nets import patch_discriminator, style_encoder, stylizer
from tests.nets.test_upscaler import stirred

SMALL = stylizer.Config(8, 4, 4, (1, 2))


def picture(h=32, w=40, seed=0, bright=0.0):
    return torch.rand(1, 3, h, w, generator=torch.Generator().manual_seed(seed)) - 0.5 + bright


@torch.no_grad()
def test_an_untrained_net_paints_the_colours_of_the_style():
    torch.manual_seed(0)
    net, style = stylizer.Net(SMALL), 0.4 * picture(50, 30, 1, 0.8)
    style[:, 1] *= 0.5
    tuned = stylizer.tuned(net, stylizer.style(torch.zeros(1, net.numbers), style))
    made = tuned(picture(seed=2))
    for one, other in zip(stylizer.moments(made), stylizer.moments(style)):
        assert torch.allclose(one, other, atol=0.06)


@torch.no_grad()
def test_a_tuned_net_is_the_net_with_that_style_and_mixtures_lie_between():
    torch.manual_seed(1)
    net = stirred(stylizer.Net(SMALL), by=0.05)
    encoder = style_encoder.Net(style_encoder.Config(net.numbers, 6, (4, 6)))
    whole = torch.cat([picture(64, 48, 3), picture(64, 48, 4, 0.3)])
    x, style = picture().repeat(2, 1, 1, 1), stylizer.style(encoder(whole), whole)
    both = net(x, None, style)
    plain = [stylizer.tuned(net, stylizer.Style(*(each[i : i + 1] for each in style))) for i in range(2)]
    for i in range(2):
        assert torch.allclose(plain[i](x[i : i + 1]), both[i : i + 1], atol=1e-5)
    assert (both[0] - both[1]).abs().mean() > 0.01
    assert torch.allclose(stylizer.between(*plain, 1.0)(x), plain[1](x), atol=1e-6)
    half = stylizer.tuned(net, stylizer.Style(*(each.mean(0, keepdim=True) for each in style)))
    assert torch.allclose(stylizer.between(*plain, 0.5)(x), half(x), atol=1e-5)
    with pytest.raises(ValueError, match="shape"):
        stylizer.between(plain[0], stylizer.Net(stylizer.Config(8, 4, 4, (1,))), 0.5)


def test_a_pixel_looks_no_further_than_promised():
    net = stirred(stylizer.Net(SMALL))
    x = picture(160, 160).requires_grad_()
    with torch.no_grad():
        look = net.look(x)
    reached = set()
    for place in range(76, 84):
        gradient = torch.autograd.grad(net(x, look)[0, :, place, place].sum(), x)[0][0].abs().sum(0).nonzero()
        reached |= {int((gradient - place).abs().max())}
    assert net.receptive // 2 < max(reached) <= net.receptive


@torch.no_grad()
def test_the_look_whitens_and_flat_pictures_stay_calm():
    x = picture(100, 200)
    x[:, 1] = 0.3 * x[:, 0] + 0.2
    mean, matrix = stylizer.whitening(x)
    white = matrix @ (x.flatten(2) - mean.unsqueeze(2))
    assert white.mean(2).abs().max() < 1e-3
    spread = white[0] @ white[0].T / white.shape[2]
    values = torch.linalg.eigvalsh(spread)
    assert values[0] < 0.2  # two of the channels are one, nearly
    assert torch.allclose(values[1:], torch.ones(2), atol=0.02)
    flat = torch.full((1, 3, 8, 8), 0.25)
    assert stylizer.Net(SMALL)(flat).abs().max() < 5
    assert stylizer.whitening(flat)[1].abs().max() < 1 / stylizer.LEAST + 1e-3


@torch.no_grad()
def test_with_one_look_tiles_are_parts_of_the_whole_and_a_look_is_what_the_net_saw():
    net, x = stirred(stylizer.Net(SMALL), by=0.05), picture(160, 240)
    look = net.look(x)
    whole = net(x, look)
    assert torch.allclose(whole, net(x), atol=1e-5)
    reach = -(-net.receptive // 4) * 4
    tile = net(x[..., 80 - reach // 4 * 4 : 80 + 40 + reach], look)
    assert torch.allclose(tile[..., reach : reach + 40], whole[..., 80:120], atol=1e-5)
    assert not torch.allclose(net(x[..., 80:120]), whole[..., 80:120], atol=1e-2)
    assert stylizer.paint(net, x, look).shape == x.shape
    inner = (slice(None), slice(None), slice(72, -72), slice(72, -72))
    assert torch.allclose(stylizer.paint(net, x, look)[inner], whole[inner], atol=1e-5)
    for size in ((4, 4), (8, 36)):
        assert stylizer.paint(net, picture(*size)).shape[-2:] == size


@torch.no_grad()
def test_an_encoder_tells_numbers_of_any_size_of_picture():
    encoder = style_encoder.Net(style_encoder.Config(10, 6, (4, 6))).eval()
    for size in ((33, 50), (192, 192), (400, 250)):
        assert encoder(picture(*size)).shape == (1, 10)
    with pytest.raises(ValueError, match="numbers must be"):
        style_encoder.Config(0)


def test_sliced_distance_is_zero_for_shuffled_sets_and_grows():
    lines = sliced.directions(4, 32, torch.Generator().manual_seed(0))
    assert torch.allclose(lines.norm(dim=1), torch.ones(32))
    one = torch.randn(2, 4, 300, generator=torch.Generator().manual_seed(1))
    assert sliced.distance(one[:, :, torch.randperm(300)], one, lines).max() < 1e-9
    near, far = (sliced.distance(one + by, one, lines) for by in (0.1, 1.0))
    # along a line of length one the mean moves by 1 x the sum of its numbers, whose square is 1 in the mean
    assert (near < far).all()
    assert torch.allclose(far, lines.sum(1).square().mean() / one.var() * torch.ones(2), rtol=0.1)


def test_moments_by_hand_and_their_distance():
    features = torch.tensor([[[[1.0, 2.0]], [[0.0, 4.0]]]])  # two channels, two places
    one = moments.of(features)
    assert torch.equal(one.mean, torch.tensor([[1.5, 2.0]]))
    assert torch.equal(one.covariance, torch.tensor([[[0.25, 1.0], [1.0, 4.0]]]))
    assert moments.distance(one, one).item() == 0
    twice = moments.Moments(one.mean, 2 * one.covariance)
    assert moments.distance(twice, one).item() == pytest.approx(1)
    moved = moments.Moments(one.mean + 1, one.covariance)
    assert moments.distance(moved, one).item() == pytest.approx(moments.MEAN * 2 / 4.25)


NOISY = stylizer.Config(8, 4, 4, (1, 2), noise=2)


@torch.no_grad()
def test_noise_follows_from_its_seed_and_its_blobs_are_smooth():
    x = picture(200, 120)
    one, other = (stylizer.noise(3, x, seed) for seed in (1, 2))
    assert one.shape == (1, 3, 200, 120)
    assert torch.equal(one, stylizer.noise(3, x, 1))
    assert not torch.allclose(one, other, atol=0.5)
    assert one[:, 0].std().item() == pytest.approx(1, abs=0.05)
    rough = (one[..., 1:] - one[..., :-1]).square().mean((0, 2, 3))
    assert rough[0] > 1.8
    assert rough[1:].max() < 0.1
    assert torch.equal(stylizer.noised(x, 3, 1), torch.cat([x, one], 1))
    assert stylizer.noise(0, x).shape == (1, 0, 200, 120)
    assert stylizer.noised(x, 0).shape == (1, 3, 200, 120)


@torch.no_grad()
def test_a_net_with_noise_paints_by_its_seed_and_has_a_look_without_it():
    net, x = stirred(stylizer.Net(NOISY), by=0.05), picture(64, 80)
    one, again, other = (stylizer.paint(net, x, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert (one - other).abs().mean() > 1e-3
    for mine, its in zip(net.look(x).norms, net.look(x).norms):
        assert torch.equal(mine, its)
    assert not torch.equal(net(x), net(x))  # drawn anew where none is given
    flat = torch.full((1, 3, 64, 64), 0.25)
    assert stylizer.paint(net, flat)[..., 8:-8, 8:-8].std(3).min() > 1e-3  # strokes where a photo has nothing


@torch.no_grad()
def test_a_reshaped_net_keeps_its_weights_and_takes_noise():
    net, x = stirred(stylizer.Net(SMALL), by=0.05), picture()
    same = stylizer.reshaped(net, SMALL)
    assert torch.equal(same(x), net(x))
    torch.manual_seed(3)
    noisy = stylizer.reshaped(net, stylizer.Config(8, 4, 4, (4, 1), noise=2))
    assert noisy.config.noise == 2
    first = noisy.state_dict()[stylizer.FIRST]
    assert torch.equal(first[:, :24], net.state_dict()[stylizer.FIRST])
    assert 0 < first[:, 24:].std() < first[:, :24].std()
    for config in (stylizer.Config(16, 4, 4, (1, 2)), stylizer.Config(8, 4, 4, (1, 2, 1))):
        with pytest.raises(ValueError, match="differ"):
            stylizer.reshaped(net, config)
    with pytest.raises(ValueError, match="differ"):
        stylizer.reshaped(noisy, stylizer.Config(8, 4, 4, (4, 1)))
    with pytest.raises(ValueError, match="noise must be"):
        stylizer.Config(noise=-1)


def test_a_discriminator_may_have_a_score_for_each_kind():
    critic = patch_discriminator.Net(patch_discriminator.Config(4, heads=3))
    assert critic(picture(32, 32)).shape == (1, 3, 4, 4)
    with pytest.raises(ValueError, match="heads"):
        patch_discriminator.Config(heads=0)
