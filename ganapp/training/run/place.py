"""Where a run computes: CUDA, Apple MPS or the CPU, and which of several processes this one is.

A process computes at one place, so the place belongs to the process, as torch's number of threads does: the loop settles
it before the recipe begins, and a recipe asks `here()`.

    place = here()
    net = place.ready(Net(config))          # on the device, channels last, batch norm over all processes
    x, y = data.at(place.part(order(k)))    # this process's rows of the batch
    z = place.randn(batch, latent)          # the same numbers whatever the device and the number of processes

Gradients are averaged over the processes before every optimiser step; the recipe does nothing for that. Where it cuts or measures
gradients it steps with `distributed.step`, and what is no mean over the rows (the length of a gradient, a mean over what only some
rows have, a logarithm of a mean) it takes over the rows of all: `norm`, `weight`, `mean`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.machine.precision import autocast
from ganapp.training.run import batch_norm, distributed, precision

AnyNet = TypeVar("AnyNet", bound=nn.Module)


@dataclass(frozen=True)
class Place:
    """device: what this process computes on; rank: its number; world: how many processes there are."""

    device: torch.device
    rank: int = 0
    world: int = 1

    def ready(self, net: AnyNet) -> AnyNet:
        """`net` on the device, its convolutions laid out channels last and on a CPU in bfloat16 where that pays (precision.py), its batch
        statistics those of the whole batch. It answers in single precision."""
        net = precision.channels_last(net.to(self.device))
        if self.world > 1:
            net = distributed.share_rows(net)
        elif self.device.type == "cpu":
            net = batch_norm.exact(net)
        return precision.mixed(net, precision.fast) if self.device.type == "cpu" else net

    def rows(self, b: int) -> range:
        """Which of b rows are this process's. UserError when b is no multiple of the number of processes."""
        if b % self.world:
            raise UserError("batch_shares", batch=b, processes=self.world)
        share = b // self.world
        return range(self.rank * share, (self.rank + 1) * share)

    def part(self, batch: Tensor, sets: int = 1) -> Tensor:
        """This process's rows of `batch` (sets * b, ...), which is so many batches one after the other, on the device."""
        b = len(batch) // sets
        rows = self.rows(b)
        own = batch.reshape(sets, b, *batch.shape[1:])[:, rows.start : rows.stop].flatten(0, 1)
        return own.to(self.device, non_blocking=True)

    def randn(self, *shape: int) -> Tensor:
        """This process's rows of standard normal numbers `shape`, drawn on the CPU, so that every device gets the same."""
        return self.part(torch.randn(*shape))

    def rand(self, *shape: int, sets: int = 1) -> Tensor:
        """This process's rows of numbers uniform in [0, 1), as `randn`; see `part` for `sets`."""
        return self.part(torch.rand(*shape), sets)

    def waits(self, like: Tensor) -> Tensor:
        """Exponential numbers for this process's rows, of the shape of `like` (b, ...), drawn on the CPU as `randn`."""
        return self.part(torch.empty(len(like) * self.world, *like.shape[1:]).exponential_())

    def chosen(self, odds: Tensor, count: int = 1) -> Tensor:
        """So many different numbers drawn by each row's odds (b, ..., n), which need not sum to 1: (b, ..., count). As torch.multinomial,
        but the same whatever the number of processes."""
        return (odds / self.waits(odds)).topk(count, dim=-1).indices

    def gathered(self, rows: Tensor) -> Tensor:
        """The rows of all processes (world * b, ...) from this one's (b, ...), differentiable: for what is compared within a batch."""
        return distributed.shared_rows(rows, self.rank, self.world) if self.world > 1 else rows

    def weight(self, here: int) -> float:
        """What a mean over `here` things of this process counts for, so that the mean over the processes is that over all their things."""
        return here * self.world / max(1.0, distributed.total(here).item()) if self.world > 1 else float(here > 0)

    def norm(self, x: Tensor) -> Tensor:
        """The length of what the rows of all processes make together."""
        return distributed.total(x.square().sum()).sqrt() if self.world > 1 else x.norm()

    def mean(self, x: Tensor) -> Tensor:
        """The mean of x over the processes, differentiable."""
        return distributed.shared_mean(x) if self.world > 1 else x

    def balanced(self, pull: Tensor, push: Tensor, share: float) -> Tensor:
        """Gradients at this process's pictures: `pull` and `share` times as much of `push`, by their lengths. Esser et al. 2021,
        "Taming Transformers", the adaptive weight of equation 7."""
        return pull + push * (share * self.norm(pull) / self.norm(push).clamp(min=1e-12))

    def fast(self) -> AbstractContextManager[object]:
        """Autocast to bfloat16 where the device multiplies it in hardware and that pays, else nothing."""
        if self.device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
            return autocast("cuda")
        return precision.fast() if self.device.type == "cpu" else torch.autocast(self.device.type, enabled=False)

    def memory_mb(self) -> int:
        """Megabytes this process has taken at most: of the card's memory where it computes on one, else of the machine's."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_reserved(self.device) >> 20
        if self.device.type == "mps":
            return torch.mps.driver_allocated_memory() >> 20
        return memory.peak_mb()


_place = Place(torch.device("cpu"))


def here() -> Place:
    """Where this process computes; the CPU until `settle` was called."""
    return _place


def settle(name: str = "") -> Place:
    """Choose the place of this process: "cpu", "mps", "cuda" or "cuda:1", "" for the best there is. UserError when it is not there."""
    global _place  # noqa: PLW0603 - a process has one place
    rank, world, local = distributed.join()
    _place = Place(_device(name or best(), local), rank, world)
    if _place.device.type == "cuda":
        torch.cuda.set_device(_place.device)
    return _place


def best() -> str:
    """The name of the quickest kind of device that torch can use here."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def _device(name: str, local: int) -> torch.device:
    """The device called so; of several processes on a machine each takes its own card."""
    kind, _, number = name.partition(":")
    there = {"cpu": 1, "cuda": torch.cuda.device_count(), "mps": int(torch.backends.mps.is_available())}.get(kind, 0)
    index = int(number) if number.isdigit() else 0
    if index >= there or (number and not number.isdigit()):
        raise UserError("no_such_device", device=name, best=best())
    return torch.device(kind, index if number else local % there) if kind == "cuda" else torch.device(kind)
