"""How far nets look, as it is stated, against what a gradient shows: which pixels of the input a pixel of the output depends on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from ganapp.metrics import vgg
from ganapp.nets import patch_discriminator, stylizer, upscaler


def seen(net: Callable[[Tensor], Tensor], x: Tensor, place: int) -> tuple[int, int]:
    """The first and the last row, which are the first and last column too, that the output's pixel (place, place) depends on."""
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(net(x)[..., place, place].sum(), x)
    rows, columns = ((slope[0] != 0).any(dim=0).any(dim=other).nonzero().flatten().tolist() for other in (1, 0))
    assert (rows[0], rows[-1]) == (columns[0], columns[-1])
    return rows[0], rows[-1]


def test_the_patch_discriminator_sees_what_it_says() -> None:
    torch.manual_seed(0)
    net = patch_discriminator.Net(patch_discriminator.Config(4)).eval()
    first, last = seen(net, torch.randn(1, 3, 128, 128), 8)
    assert last - first + 1 == patch_discriminator.SEES == 54
    again = seen(net, torch.randn(1, 3, 128, 128), 9)
    assert again[0] - first == patch_discriminator.SHRINKS


@pytest.mark.parametrize("scale", upscaler.SCALES)
@pytest.mark.parametrize("depth", [1, 6])
def test_the_upscaler_looks_as_far_as_it_says(scale: int, depth: int) -> None:
    torch.manual_seed(0)
    net = upscaler.Net(upscaler.Config(scale, 4, depth)).eval()
    torch.nn.init.normal_(net.tail.weight)
    for place in range(16 * scale, 17 * scale):
        first, last = seen(net, torch.rand(1, 3, 32, 32), place)
        assert (16 - first, last - 16) == (net.receptive, net.receptive)


@pytest.mark.parametrize("dilations", [(1,), (1, 2, 4, 2, 1, 1)])
def test_the_stylizer_looks_no_further_than_it_says(dilations: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    net = stylizer.Net(stylizer.Config(8, dilations=dilations, noise=2)).eval()
    x = torch.randn(1, 3, 192, 192)
    look = net.look(x)
    spans = [(place, *seen(lambda x: net(x, look), stylizer.noised(x, 2, seed=0), place)) for place in range(96, 96 + stylizer.MULTIPLE)]
    furthest = max(max(place - first, last - place) for place, first, last in spans)
    assert furthest <= net.receptive < furthest + stylizer.MULTIPLE


def test_the_third_stage_of_vgg_sees_40_pixels() -> None:
    torch.manual_seed(0)
    first, last = seen(lambda x: vgg.Features().eval().layers(x, [6])[0], torch.rand(1, 3, 96, 96), 12)
    assert last - first + 1 == 40  # what metrics/patch_distance.py says of relu3_3
