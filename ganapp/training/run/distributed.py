"""Several processes, one run: gradients and batch statistics are averaged over all of them, so the curves are those of one.

Started by `accelerate launch` or `torchrun`, on one machine or several; without them there is one process and nothing here
does anything. A recipe needs no wrapper around its nets (which gradient penalties would see through): what is averaged is
what an optimiser is about to use, as in Karras et al.'s StyleGAN training loops.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch import distributed as group
from torch.optim.optimizer import register_optimizer_step_pre_hook

from ganapp.base import paths
from ganapp.training.run import batch_norm

AnyNet = TypeVar("AnyNet", bound=nn.Module)


def join() -> tuple[int, int, int]:
    """Join the processes this one was started with: (its number, how many there are, its number on this machine)."""
    world, local = paths.processes()
    if world < 2:
        return 0, 1, 0
    if not group.is_initialized():
        if importlib.util.find_spec("accelerate") is not None:
            from accelerate import PartialState

            PartialState(cpu=not torch.cuda.is_available())
        if not group.is_initialized():
            group.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
        register_optimizer_step_pre_hook(_average_gradients)
    return group.get_rank(), group.get_world_size(), local


def leave() -> None:
    """Part from the other processes, when there are any."""
    if group.is_available() and group.is_initialized():
        group.destroy_process_group()


def _average_gradients(optimiser: torch.optim.Optimizer, *_: Any) -> None:
    """Before a step: every gradient the optimiser holds becomes its mean over the processes."""
    average(p for entry in optimiser.param_groups for p in entry["params"])


def average(parameters: Iterable[nn.Parameter]) -> None:
    """Each parameter's gradient becomes its mean over the processes; whoever cuts gradients does this first."""
    held = [p.grad for p in parameters if p.grad is not None]
    if not held or not group.is_initialized():
        return
    flat = torch.cat([grad.reshape(-1).float() for grad in held]) / group.get_world_size()
    group.all_reduce(flat)
    for grad, mean in zip(held, torch.split(flat, [grad.numel() for grad in held]), strict=True):
        grad.copy_(mean.view_as(grad))


def step(optimiser: torch.optim.Optimizer | Sequence[torch.optim.Optimizer], most: float = math.inf) -> Tensor:
    """One step of `optimiser` along the gradients of all processes together; a longer gradient is cut to the length `most`. Several
    optimisers that share a net have one gradient, and one length.

    Returns the length before the cut. First the mean, then the cut: cut apart, each process's gradient would count alike, however steep
    the loss is for its rows, and one run of several processes would learn something else than one of a single process.
    """
    optimisers = [optimiser] if isinstance(optimiser, torch.optim.Optimizer) else optimiser
    parameters = [p for each in optimisers for entry in each.param_groups for p in entry["params"]]
    average(parameters)
    length = nn.utils.clip_grad_norm_(parameters, most)
    for each in optimisers:
        each.step()
    return length


def total(value: float | Tensor) -> Tensor:
    """The sum of a number over the processes, without a gradient: what is counted or squared in the rows of each."""
    shared = torch.as_tensor(value).detach().float().clone()
    if group.is_initialized():
        group.all_reduce(shared)
    return shared


def shared_mean(x: Tensor) -> Tensor:
    """The mean of x over the processes, differentiable: for a loss that is no mean over the rows, as the logarithm of one."""
    return _sum(x) / group.get_world_size() if group.is_initialized() else x


def shared_rows(x: Tensor, rank: int, world: int) -> Tensor:
    """The rows (b, ...) of every process in the order of their numbers, (world * b, ...), differentiable."""
    whole = torch.cat([x if number == rank else torch.zeros_like(x) for number in range(world)])
    return _sum(whole)


def mean(values: list[float]) -> list[float]:
    """Each value's mean over the processes; the same list in the same order must be given in each."""
    if not group.is_initialized():
        return values
    device = "cuda" if group.get_backend() == "nccl" else "cpu"
    shared = torch.tensor(values, dtype=torch.float32 if device == "cuda" else torch.float64, device=device)
    group.all_reduce(shared)
    return (shared / group.get_world_size()).tolist()  # type: ignore[no-any-return]


def from_first(value: Any) -> Any:
    """What the first process holds, in all of them: a checkpoint needs to lie only where the first one runs."""
    if not group.is_initialized():
        return value
    box = [value]
    group.broadcast_object_list(box, src=0)
    return box[0]


class _Sum(torch.autograd.Function):
    """The sum of a tensor over the processes. What it gives back is the sum of the gradients, which can be differentiated again."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        total = x.clone(memory_format=torch.contiguous_format)
        group.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:  # type: ignore[override]
        return _sum(gradient)


def _sum(x: Tensor) -> Tensor:
    total: Tensor = _Sum.apply(x)  # type: ignore[no-untyped-call]
    return total


class SharedBatchNorm2d(batch_norm.RememberingBatchNorm2d):
    """Batch norm whose mean and variance are those of the batches of all processes, differentiable twice, on any device."""

    def forward(self, x: Tensor) -> Tensor:
        """x (b, c, h, w), normalised by the statistics of all processes' rows while training."""
        if not self.training:
            return super().forward(x)
        world, single = group.get_world_size(), x.float()
        centre = shared_mean(single.mean((0, 2, 3)))  # (c,)
        apart = single - centre.view(1, -1, 1, 1)
        variance = shared_mean(apart.square().mean((0, 2, 3)))  # of what is apart: a difference of squares would lose digits
        self._remember(centre, variance, x.numel() // x.shape[1] * world)
        scale = torch.rsqrt(variance + self.eps) * self.weight  # (c,)
        normalised: Tensor = apart * scale.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        return normalised.to(x.dtype)  # (b, c, h, w)


class SharedDropout(nn.Dropout):
    """Dropout that is drawn for the rows of all processes: the units dropped in a row are not those of the same row elsewhere."""

    def forward(self, x: Tensor) -> Tensor:
        """x (b, ...), some of it dropped while training, the rest scaled up."""
        if not self.training or not self.p:
            return x
        drawn = torch.empty(len(x) * group.get_world_size(), *x.shape[1:]).bernoulli_(1 - self.p)
        kept = drawn[group.get_rank() * len(x) :][: len(x)].to(x)
        return x * kept / (1 - self.p)


def share_rows(net: AnyNet) -> AnyNet:
    """`net` with every plain 2-d batch norm and every dropout replaced by one over the rows of all processes, in place; its state keeps
    its names."""
    for module in net.modules():
        if type(module) is nn.Dropout:
            module.__class__ = SharedDropout
    return batch_norm.replaced(net, SharedBatchNorm2d)
