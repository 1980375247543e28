"""Batch norm in training: right where torch's own is not, and with its slopes."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.training.run import batch_norm, precision
from ganapp.training.run.place import Place

LAST = torch.channels_last


def silence(b: int, c: int, side: int) -> Tensor:
    """Pictures of which the right half is all the same, as where nothing is said."""
    torch.manual_seed(0)
    x = 0.3 * torch.randn(b, c, side, side)
    x[..., side // 2 :] = -0.7
    return x.contiguous(memory_format=LAST)


def test_silence_is_normalised_to_the_last_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "has_bf16", lambda: False)
    x = silence(16, 4, 64)
    net = Place(torch.device("cpu")).ready(nn.Sequential(nn.BatchNorm2d(4)))
    right = functional.batch_norm(x.double(), None, None, training=True)
    assert (net(x) - right).abs().max() < 5e-6
    variance = x.double().var((0, 2, 3))
    torch.testing.assert_close(net[0].running_var.double(), 0.9 + 0.1 * variance, rtol=1e-6, atol=0)


@pytest.mark.slow
def test_torch_still_needs_help() -> None:
    """Once torch's own batch norm is right here, ours may go."""
    x = silence(16, 4, 64)
    right = functional.batch_norm(x.double(), None, None, training=True)
    assert (functional.batch_norm(x, None, None, training=True) - right).abs().max() > 1e-4


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_learns_what_torchs_learns(dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    x, slopes = (torch.randn(6, 3, 8, 8).to(dtype).contiguous(memory_format=LAST) for _ in range(2))
    whole = nn.Sequential(nn.BatchNorm2d(3))
    with torch.no_grad():
        whole[0].weight.copy_(torch.tensor([0.5, 1.0, 2.0]))
    ours = batch_norm.exact(copy.deepcopy(whole))
    near = {"rtol": 1e-4, "atol": 1e-5} if dtype == torch.float32 else {"rtol": 0.02, "atol": 0.02}
    found = []
    for net in (whole, ours):
        given = x.clone().requires_grad_()
        answer = net(given)
        answer.backward(slopes)
        found.append([answer, given.grad, *(parameter.grad for parameter in net.parameters()), *net.buffers()])
    for theirs, mine in zip(*found, strict=True):
        assert mine.dtype == theirs.dtype
        torch.testing.assert_close(mine, theirs, **near)
    assert ours.state_dict().keys() == whole.state_dict().keys()
    torch.testing.assert_close(ours.eval()(x), whole.eval()(x), **near)


def test_it_can_be_differentiated_twice() -> None:
    net = batch_norm.exact(nn.Sequential(nn.BatchNorm2d(2, dtype=torch.float64)))
    torch.manual_seed(2)
    x = torch.randn(3, 2, 3, 3, dtype=torch.float64).contiguous(memory_format=LAST).requires_grad_()
    assert torch.autograd.gradgradcheck(net, (x,))


def test_statistics_that_are_told_to_stand_do() -> None:
    net = batch_norm.exact(nn.BatchNorm2d(2))
    net.track_running_stats = False  # as a look between two turns does
    x = torch.randn(3, 2, 4, 4)
    assert net(x).mean().abs() < 1e-6, "by the statistics of its batch all the same"
    assert (net.running_mean == 0).all()
    assert int(net.num_batches_tracked) == 0
