"""A short run of every recipe, carried out by one process or by several: what test_together.py compares.

torchrun --nproc-per-node 2 tests/training/together.py PLACE carries out the orders that lie in PLACE.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ganapp.metrics import vgg
from ganapp.training import device, distributed, loop, order, photographs, precision
from ganapp.training.order import Order

STEPS = 3
SMALL = {"width": 4, "d_width": 4}
GAN = {"size": 16, "width": 4, "latent": 8, "batch": 8, "diagnosed": 1000, "data": "mnist"}


class Eye(nn.Module):
    """Stands for VGG16: convolutions with random weights, seen after each stage (`forward`) or after any convolution (`layers`)."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(9)
        self.convolutions = nn.ModuleList(nn.Conv2d(3 if i == 0 else 6, 6, 3, 1, 1) for i in range(9))
        self.heads = nn.ParameterList(nn.Parameter(torch.ones(6)) for _ in range(4))

    def layers(self, x: Tensor, wanted: Sequence[int]) -> list[Tensor]:
        found = []
        for i, convolution in enumerate(self.convolutions):
            x = torch.relu(convolution(nn.functional.avg_pool2d(x, 2) if i in (2, 4, 7) else x))
            found.append(x)
        return [found[i] for i in wanted]

    def forward(self, x: Tensor, depth: int) -> list[Tensor]:
        return self.layers(x, (1, 3, 6, 8)[:depth])


def pictures(place: Path, count: int, first: int) -> str:
    place.mkdir()
    for i in range(first, first + count):
        Image.fromarray(photographs.drawing(96, np.random.default_rng(i))).save(place / f"{i:02d}.png")
    return str(place)


def orders(place: Path) -> dict[str, Order]:
    """An order for every recipe and for the kinds of step that differ between processes; the pictures they need are drawn into `place`."""
    photos, paintings = pictures(place / "photos", 14, 0), pictures(place / "paintings", 3, 40)
    upscale = {**SMALL, "source": photos, "scale": 2, "side": 32, "batch": 2, "depth": 2, "windows": 1, "window": 32}
    repair = {"source": photos, "side": 64, "late_side": 64, "batch": 2, "late_batch": 2, "widths": (4, 4, 8), "fine": 4, "dilations": (1,)}
    style = {**SMALL, "source": photos, "side": 64, "piece": 32, "batch": 2, "width": 8, "dilations": (1, 2), "noise": 2, "code": 4}
    style |= {"lines": 8, "places": 64, "late": 0.0}
    settings: dict[str, tuple[str, dict[str, Any]]] = {
        "upscale-fidelity": ("upscale", {**upscale, "squared": 0.5}),
        "upscale-photo": ("upscale", {**upscale, "kind": "photo", "late": 0.0}),
    }
    return {name: Order(recipe, STEPS, 5, STEPS, 1, told, "cpu") for name, (recipe, told) in settings.items()}


def single_precision() -> None:
    """With it only the order of additions differs between one process and several."""
    precision.has_bf16 = lambda: False  # type: ignore[assignment]


def carry_out(place: Path) -> None:
    """Train by every order that lies in `place`."""
    for path in sorted(place.glob("*/order.json")):
        loop.train(order.read(path.parent), path.parent)


def main(place: Path) -> None:
    torch.set_num_threads(1)
    single_precision()
    eye = Eye().requires_grad_(False)
    vgg.features = lambda: eye  # type: ignore[assignment, return-value]
    assert device.settle("cpu").world == 2
    carry_out(place)
    distributed.leave()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
