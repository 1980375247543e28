"""One step of a player down its loss."""

from __future__ import annotations

import torch
from torch import Tensor


def descend(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    """Move what `optimiser` has by the gradient of `loss`, a scalar, alone."""
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()
