"""Refusing a run that needs more memory than is free, before the kernel has to end it or another process."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.training.run import checkpoint
from ganapp.training.run.place import here

aten = torch.ops.aten
SIZED = {aten.empty.memory_format, aten.zeros.default, aten.ones.default, aten.full.default, aten.randn.default, aten.rand.default}
FLOAT = 4  # bytes of a number
LOOK = 64 << 20  # bytes that may be allocated between two checks of the free memory
SPARE = 128 << 20  # bytes that the rest of the machine is left
LEARNING = 3  # further numbers for a weight that learns: its gradient, and Adam's two moments


class Watched(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A context in which creating a tensor larger than the free memory raises UserError("order_memory")."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.taken = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> Any:
        numbers = math.prod(args[0]) if func in SIZED and args else args[0].numel() if func is aten.clone.default else 0
        if numbers and str((kwargs or {}).get("device", "cpu")) != "meta":
            self.taken += numbers * FLOAT
            if self.taken >= LOOK:
                fits(max(numbers * FLOAT, LOOK))
                self.taken = 0
        return func(*args, **(kwargs or {}))


def fits(more: int) -> None:
    """UserError when `more` bytes are not free in the machine's memory."""
    free = memory.free_mb() * 2**20
    if more + SPARE > free:
        raise UserError("order_memory", need=f"{more / 2**30:.1f}", there=f"{free / 2**30:.1f}")


def check(run: Any) -> None:
    """UserError when a run that has begun cannot go on: what its weights need to learn is more than is free where it computes."""
    more = LEARNING * sum(each.numel() * FLOAT for each in checkpoint.tensors(run.state()))
    if more < LOOK:
        return
    place = here().device
    if place.type != "cuda":
        fits(more // 2)  # half of them may be an average, which learns nothing
    elif more // 2 > (free := torch.cuda.mem_get_info(place)[0]):
        raise UserError("order_memory", need=f"{more / 2**31:.1f}", there=f"{free / 2**30:.1f}")
