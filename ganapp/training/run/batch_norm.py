"""Batch norm on a CPU whose mean and variance are right to the last digits.

Where the channels lie last, torch (2.13) adds the values of a channel up one after the other. Over a picture that is mostly silence, or
mostly black, every addition is rounded the same way: after 260,000 of them an answer is wrong by half a per cent of the deviation, and a
gradient by more. `Tensor.mean` adds up in parts and is right.
"""

from __future__ import annotations

from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

AnyNet = TypeVar("AnyNet", bound=nn.Module)


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance (c,) of the channels of x (b, c, h, w), in single precision at least."""
    single = x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
    centre = single.mean((0, 2, 3))
    return centre, (single - centre.view(1, -1, 1, 1)).square().mean((0, 2, 3))


class _Normalised(torch.autograd.Function):
    """torch's batch norm with given moments of x, whose gradients know that they are those of x. It can be differentiated twice.

    known: mean and variance of x, and what is added to the variance."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, known: tuple[Tensor, Tensor, float]) -> Tensor:
        centre, variance, eps = known
        ctx.save_for_backward(x, weight, centre, torch.rsqrt(variance + eps))
        ctx.eps = eps
        return functional.batch_norm(x, centre, variance, weight, bias, False, 0.0, eps)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        x, weight, *kept = ctx.saved_tensors
        wanted = list(ctx.needs_input_grad[:3])
        slopes = torch.ops.aten.native_batch_norm_backward(gradient, x, weight, None, None, *kept, True, ctx.eps, wanted)
        return (*slopes, None)


class RememberingBatchNorm2d(nn.BatchNorm2d):
    """What batch norms with statistics of their own share."""

    @torch.no_grad()
    def _remember(self, centre: Tensor, variance: Tensor, n: int) -> None:
        """Move the running statistics, the variance of n values unbiased, as torch's own batch norm does, unless they are told to stand."""
        if not self.track_running_stats or self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked += 1
        share = self.momentum if self.momentum is not None else 1 / int(self.num_batches_tracked)
        self.running_mean.lerp_(centre, share)
        self.running_var.lerp_(variance * (n / max(1, n - 1)), share)


class ExactBatchNorm2d(RememberingBatchNorm2d):
    """Batch norm by `moments`."""

    def forward(self, x: Tensor) -> Tensor:
        """x (b, c, h, w), normalised by the statistics of its own rows while training."""
        if not self.training:
            return super().forward(x)
        with torch.no_grad():
            centre, variance = moments(x)
        self._remember(centre, variance, x.numel() // x.shape[1])
        normalised: Tensor = _Normalised.apply(x, self.weight, self.bias, (centre, variance, self.eps))  # type: ignore[no-untyped-call]
        return normalised


def replaced(net: AnyNet, by: type[RememberingBatchNorm2d]) -> AnyNet:
    """`net` with every plain 2-d batch norm replaced, in place; its state keeps its names."""
    for module in net.modules():
        if type(module) is nn.BatchNorm2d and module.affine:
            module.__class__ = by
    return net


def exact(net: AnyNet) -> AnyNet:
    """`net` with exact batch norms, in place; its state keeps its names."""
    return replaced(net, ExactBatchNorm2d)
