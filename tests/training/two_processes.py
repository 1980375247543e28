"""What test_distributed.py starts in two processes: first the parts against a whole batch, then a run in FOLDER.

torchrun --nproc-per-node 2 tests/training/two_processes.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import distributed as group
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ganapp.training import device, distributed, loop, order, precision


def graph(net: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """A loss with a gradient penalty in it, and the penalty's gradient at the picture's side: what R1 asks of a batch norm."""
    x = x.clone().requires_grad_()
    score = net(x).square().mean((1, 2, 3))
    (slope,) = torch.autograd.grad(score.sum(), x, create_graph=True)
    return score.mean() + slope.square().sum((1, 2, 3)).mean(), slope


def check_batch_norm(place: device.Place) -> None:
    """Output, gradients of first and second order and running statistics of a shared batch norm are those of the whole batch."""
    torch.manual_seed(0)
    x = torch.randn(6, 3, 4, 4) * 2 + 1
    whole, shared = (nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)) for _ in range(2))
    shared.load_state_dict(whole.state_dict())
    shared = place.ready(shared)
    assert isinstance(shared[1], distributed.SharedBatchNorm2d)
    expected = whole(x)
    part = shared(place.part(x))
    torch.testing.assert_close(part, place.part(expected), rtol=1e-4, atol=1e-5)
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        torch.testing.assert_close(getattr(shared[1], name), getattr(whole[1], name))
    for net, batch in ((whole, x), (shared, place.part(x))):
        optimiser = torch.optim.SGD(net.parameters(), 0.1)
        net(batch).square().mean().backward()
        optimiser.step()
    for one, other in zip(shared.parameters(), whole.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    assert shared.eval()(x).shape == (6, 4, 2, 2)
    torch.testing.assert_close(shared(x), whole.eval()(x), rtol=1e-4, atol=1e-4)


def bend(net: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """First and second derivative of a sum over the batch by its pictures."""
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(net(x).pow(3).sum(), x, create_graph=True)
    (bent,) = torch.autograd.grad(slope.square().sum(), x)
    return slope.detach(), bent


def check_second_order(place: device.Place) -> None:
    """The shared batch norm can be differentiated twice, and both derivatives are those of the whole batch."""
    torch.manual_seed(2)
    x = torch.randn(6, 3, 4, 4)
    expected, found = bend(nn.BatchNorm2d(3), x), bend(place.ready(nn.BatchNorm2d(3)), place.part(x))
    for whole, part in zip(expected, found, strict=True):
        torch.testing.assert_close(part, place.part(whole), rtol=1e-3, atol=1e-3)


def check_penalty(place: device.Place) -> None:
    """A gradient penalty through a net without batch norm: the step is that of the whole batch."""
    torch.manual_seed(1)
    x = torch.randn(6, 3, 4, 4)
    whole, shared = (nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Conv2d(4, 1, 2)) for _ in range(2))
    shared.load_state_dict(whole.state_dict())
    before = [p.detach().clone() for p in whole.parameters()]
    loss, _ = graph(whole, x)
    loss.backward()
    expected = [p - 0.1 * p.grad for p in whole.parameters()]
    optimiser = torch.optim.SGD(shared.parameters(), 0.1)
    graph(shared, place.part(x))[0].backward()
    optimiser.step()
    for start, one, other in zip(before, shared.parameters(), expected, strict=True):
        torch.testing.assert_close(one.detach(), other.detach(), rtol=1e-4, atol=1e-6)
        assert not torch.equal(one, start)


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    precision.has_bf16 = lambda: False  # type: ignore[assignment]  # single precision, so that only the order of additions differs
    place = device.settle("cpu")
    assert (place.world, group.get_backend()) == (2, "gloo")
    assert distributed.mean([float(place.rank), 3.0]) == [0.5, 3.0]
    assert distributed.from_first({"rank": place.rank}) == {"rank": 0}
    check_batch_norm(place)
    check_second_order(place)
    check_penalty(place)
    print(loop.train(order.read(folder), folder))
    distributed.leave()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
