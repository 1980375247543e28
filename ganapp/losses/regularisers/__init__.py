"""What keeps the discriminator smooth, one file each. A file here is a setting of the recipe `gan` under its own name.

Its description (the JSON file beside it) says `name` and `why` in both languages, and in `facts` the setting: its "default", true or false
for a switch, and "low" and "high" of a number. The file has `penalty(turn)` and `weight(value, share, lazy)`, or `fit(net)`, or both:

    NEEDS: which slopes of a `Turn` the penalty reads: "real", "generated", both or none
    penalty(turn) -> Tensor       what is added to the discriminator's loss, before its weight
    weight(value, share, lazy)    its weight: `value` is the setting, `share` falls along a cosine from 1 and is `lazy` times as large,
                                  since penalties come every `lazy` steps only
    fit(net) -> None              changes the discriminator before its training
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from torch import Tensor, nn

from ganapp.base import members

KIND = "regularisers"


@dataclass(frozen=True)
class Turn:
    """One turn of the discriminator. real, generated (b, c, h, w): pictures in [-1, 1]; real_slopes (b,), generated_slopes (n,):
    |dD/dx|^2 at the real pictures and at all generated ones, 0 where no regulariser needs them; score: gives (b,) for pictures (b, c, h, w)
    of the same classes; shares: gives (b, 1, 1, 1) random numbers from 0 to 1."""

    real: Tensor
    generated: Tensor
    real_slopes: Tensor
    generated_slopes: Tensor
    score: Callable[[Tensor], Tensor]
    shares: Callable[[], Tensor]


class Penalty(Protocol):
    """A regulariser that adds to the discriminator's loss."""

    NEEDS: tuple[str, ...]

    def penalty(self, turn: Turn) -> Tensor:
        """What is added, a number."""

    def weight(self, value: float, share: float, lazy: int) -> float:
        """How much of it is added."""


def settings() -> dict[str, dict[str, Any]]:
    """The setting of each regulariser by name: {"default", "low", "high"}, or {"default"} of a switch."""
    return {name: description["facts"] for name, description in members.described(KIND).items()}


def penalties() -> dict[str, Penalty]:
    """The regularisers that add to the discriminator's loss."""
    return {name: cast(Penalty, module) for name, module in members.modules(KIND).items() if hasattr(module, "penalty")}


def fit(net: nn.Module, values: dict[str, Any]) -> None:
    """Change the discriminator as the regularisers do that are on; values: of the settings by name."""
    for name, module in members.modules(KIND).items():
        if values[name] and hasattr(module, "fit"):
            module.fit(net)
