"""What a training job is told to do: one JSON file, typed, unknown keys refused."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp.base import order_file
from ganapp.base.errors import UserError
from ganapp.base.order_file import NUMBERS
from ganapp.models.folder import strict

DEVICE = re.compile(r"|cpu|mps|cuda(:[0-9]{1,3})?")


@dataclass(frozen=True)
class Order:
    """recipe: a file of training/recipes; steps: optimiser steps in all; seed: of every random choice;
    every: steps between sample grids and checkpoints; threads: CPU threads, 0 leaves torch's choice;
    settings: the recipe's own, checked by its `Settings`; device: "cpu", "mps", "cuda" or "cuda:1", "" for the best there is;
    processes: how many share every batch; previews: steps between further sample grids, 0 for none."""

    recipe: str
    steps: int
    seed: int = 0
    every: int = 250
    threads: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    processes: int = 1
    previews: int = 0

    def __post_init__(self) -> None:
        for name, (low, high) in NUMBERS.items():
            if getattr(self, name) < low:
                raise UserError("order_numbers")
            if getattr(self, name) > high:
                raise UserError("whole_between", name=name, low=low, high=high)
        if not DEVICE.fullmatch(self.device):
            raise UserError("order_device", device=self.device)

    def write(self, folder: Path) -> None:
        """Write order.json into `folder`."""
        (folder / "order.json").write_text(json.dumps(dataclasses.asdict(self), indent=2) + "\n")


def read(folder: Path) -> Order:
    """The order in `folder`/order.json."""
    order: Order = strict(Order, order_file.load(folder / "order.json"), "order.json")
    return order
