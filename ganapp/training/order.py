"""What a training job is told to do: one JSON file, typed, unknown keys refused."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp.errors import UserError
from ganapp.folder import strict


@dataclass(frozen=True)
class Order:
    """recipe: a file of training/recipes; steps: optimiser steps in all; seed: of every random choice;
    every: steps between sample grids and checkpoints; threads: CPU threads, 0 leaves torch's choice;
    settings: the recipe's own, checked by its `Settings`."""

    recipe: str
    steps: int
    seed: int = 0
    every: int = 250
    threads: int = 0
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.steps < 1 or self.every < 1 or self.threads < 0:
            raise UserError("order_numbers")

    def write(self, folder: Path) -> None:
        """Write order.json into `folder`."""
        (folder / "order.json").write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n")


def read(folder: Path) -> Order:
    """The order in `folder`/order.json."""
    try:
        values = json.loads((folder / "order.json").read_text())
    except (OSError, ValueError) as problem:
        raise UserError("order_unreadable", folder=folder.name) from problem
    order: Order = strict(Order, values, "order.json")
    return order
