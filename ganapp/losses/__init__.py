"""Loss functions: plain functions of tensors that read like the papers' equations and know no training loop.

An objective is a file with NAME, `discriminator(real, fake)`, `generator(real, fake)` and EQUILIBRIUM; `names` finds them all.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Protocol, cast

from torch import Tensor


class Objective(Protocol):
    """What the two players minimise. Scores (b,) of real and of generated pictures in, the mean over the batch out.

    NAME: its id; PAIRED: whether the generator's loss looks at the real scores; BORDER: the score between generated and
    real, None where only differences of scores mean something; EQUILIBRIUM: the value of each player's loss when generated
    pictures cannot be told from real ones, None where the equation fixes none.
    """

    NAME: str
    PAIRED: bool
    BORDER: float | None
    EQUILIBRIUM: dict[str, float | None]

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """The discriminator's loss."""

    def generator(self, real: Tensor, fake: Tensor) -> Tensor:
        """The generator's loss."""


@cache
def _objectives() -> dict[str, Objective]:
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {module.NAME: cast(Objective, module) for module in modules if hasattr(module, "NAME")}


def names() -> tuple[str, ...]:
    """The ids of all objectives, in alphabetical order."""
    return tuple(sorted(_objectives()))


def objective(name: str) -> Objective:
    """The objective called `name`. KeyError for an unknown one."""
    return _objectives()[name]
