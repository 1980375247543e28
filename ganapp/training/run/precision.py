"""Mixed precision where it pays: bfloat16 on CPUs that multiply it in hardware."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import torch
from torch import nn

from ganapp.machine import processor

AnyNet = TypeVar("AnyNet", bound=nn.Module)


def has_bf16() -> bool:
    """Whether this CPU has AVX-512 BF16 or AMX (Linux; elsewhere False, since emulated bfloat16 is slower than float32)."""
    return not processor.abilities().isdisjoint(("avx512_bf16", "amx_bf16"))


def fast() -> AbstractContextManager[object]:
    """Autocast to bfloat16 on a CPU that has it, else nothing."""
    return torch.autocast("cpu", torch.bfloat16) if has_bf16() else nullcontext()


def channels_last(net: AnyNet) -> AnyNet:
    """`net` with its weights laid out as (h, w, c): quicker convolutions on a CPU. Its inputs may stay as they are."""
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return net
