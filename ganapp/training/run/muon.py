"""Muon: momentum whose steps are made orthogonal (Jordan et al. 2024), for the matrices inside a net; single precision throughout.

A step's size is matched to Adam's (Liu et al. 2025, "Muon is scalable for LLM training"), so that both can share a learning rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the iteration: steep at 0, so few rounds do
ROUNDS = 5
ADAM = 0.2  # root mean square of an entry of Adam's steps


def orthogonal(matrix: Tensor) -> Tensor:
    """Near the closest matrix (rows, columns) with singular values 1, by Newton and Schulz."""
    a, b, c = COEFFICIENTS
    x: Tensor = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(ROUNDS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


class Muon(torch.optim.Optimizer):
    """Over matrices only. lr: as Adam's; momentum: of the gradients, looked ahead (Nesterov); decay: of the weights, times lr."""

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.95, decay: float = 0.0) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step from the gradients that are there."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                held = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                held.lerp_(weight.grad, 1 - group["momentum"])
                step = orthogonal(weight.grad.lerp(held, group["momentum"]))
                weight.mul_(1 - group["lr"] * group["decay"])
                weight.sub_(step, alpha=group["lr"] * ADAM * max(weight.shape) ** 0.5)
