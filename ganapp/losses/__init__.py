"""Loss functions: plain functions of tensors that read like the papers' equations and know no training loop.

An objective is a file with `discriminator(real, fake)`, `generator(real, fake)`, PAIRED, BORDER and EQUILIBRIUM. A JSON file of the same
name beside it has its `name`, `why`, `equation` and `source` in both languages; `names` finds them all.
"""

from __future__ import annotations

from typing import Protocol, cast

from torch import Tensor

from ganapp.base import members

KIND = "losses"


class Objective(Protocol):
    """What the two players minimise. Scores (b,) of real and of generated pictures in, the mean over the batch out.

    PAIRED: whether the generator's loss looks at the real scores; BORDER: the score between generated and
    real, None where only differences of scores mean something; EQUILIBRIUM: the value of each player's loss when generated
    pictures cannot be told from real ones, None where the equation fixes none.
    """

    PAIRED: bool
    BORDER: float | None
    EQUILIBRIUM: dict[str, float | None]

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """The discriminator's loss."""

    def generator(self, real: Tensor, fake: Tensor) -> Tensor:
        """The generator's loss."""


def names() -> tuple[str, ...]:
    """The ids of all objectives, as the page lists them."""
    return members.names(KIND)


def objective(name: str) -> Objective:
    """The objective called `name`. KeyError for an unknown one."""
    return cast(Objective, members.modules(KIND)[name])
