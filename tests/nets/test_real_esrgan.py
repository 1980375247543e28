"""The nets of Real-ESRGAN: what a pixel looks at, rows made large a few at a time, and the paper's equations by another way."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.nets import rrdb, srvgg
from tests.nets.test_fields_of_view import seen


@pytest.mark.parametrize("scale", [2, 4])
@pytest.mark.parametrize("depth", [1, 3])
def test_the_plain_net_looks_as_far_as_it_says(scale: int, depth: int) -> None:
    torch.manual_seed(0)
    net = srvgg.Net(srvgg.Config(scale, 4, depth)).eval()
    for place in range(16 * scale, 17 * scale):
        first, last = seen(net, torch.rand(1, 3, 32, 32), place)
        assert (16 - first, last - 16) == (net.receptive, net.receptive)


def test_the_dense_net_looks_no_further_than_it_says() -> None:
    torch.manual_seed(0)
    net = rrdb.Net(rrdb.Config(width=4, growth=2, depth=1)).eval()
    x = torch.rand(1, 3, 64, 64)
    spans = [seen(net, x, place) for place in range(128, 132)]
    assert max(max(32 - first, last - 32) for first, last in spans) == net.receptive == 19


@pytest.mark.parametrize("rows", [1, 3, 16])
def test_rows_made_large_a_few_at_a_time_are_the_same(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    net = rrdb.Net(rrdb.Config(width=6, growth=3, depth=1)).eval().requires_grad_(False)
    x = torch.rand(2, 3, 37, 11) * 2 - 1
    monkeypatch.setattr(rrdb, "ROWS", 1000)
    whole = net(x)
    assert whole.shape == (2, 3, 148, 44)
    assert float(whole.std()) > 0.01
    monkeypatch.setattr(rrdb, "ROWS", rows)
    torch.testing.assert_close(net(x), whole, atol=1e-6, rtol=0)


def test_the_dense_net_is_the_one_of_the_paper() -> None:
    """With every convolution the identity's share, all that is left are the sums: x + 0.2 of what each level found."""
    net = rrdb.Net(rrdb.Config(width=3, growth=3, depth=1)).eval().requires_grad_(False)
    for convolution in (each for each in net.modules() if isinstance(each, torch.nn.Conv2d)):
        torch.nn.init.zeros_(convolution.weight)
        torch.nn.init.zeros_(convolution.bias)  # type: ignore[arg-type]
        for channel in range(3):
            convolution.weight[channel, channel, 1, 1] = 1.0  # of what came in, what the others found is not looked at
    x = torch.rand(1, 3, 5, 4)
    dense = 1.2 * x  # x + 0.2 x
    block = x + 0.2 * 1.2**2 * dense
    wanted = functional.interpolate(x + block, scale_factor=4.0)
    torch.testing.assert_close((net(x * 2 - 1) + 1) / 2, wanted)


def test_the_plain_net_adds_the_picture_itself() -> None:
    net = srvgg.Net(srvgg.Config(3, 4, 1)).eval().requires_grad_(False)
    last = net.body[-1]
    assert isinstance(last.weight, Tensor)
    last.weight.zero_()
    last.bias.zero_()  # type: ignore[operator, union-attr]
    x = torch.rand(1, 3, 4, 5) * 2 - 1
    torch.testing.assert_close(net(x), x.repeat_interleave(3, 2).repeat_interleave(3, 3))
