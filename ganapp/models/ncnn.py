"""Weights out of files of ncnn, the runtime of Tencent: `.param` lists the layers line by line, `.bin` holds their numbers in that order.

A convolution's numbers: a tag of four bytes (0: single precision, 0x01306B47: half), the kernels as (out, in, height, width) filled up to
four bytes, then the bias in single precision. A PReLU's: its slopes, without a tag. (ncnn's wiki, "param and model file structure".)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

MAGIC = "7767517"
SINGLE, HALF = 0, 0x01306B47
BARE = {"Input", "Split", "Concat", "Eltwise", "BinaryOp", "Interp", "PixelShuffle"}  # layers without numbers


class _Numbers:
    """What is left of a `.bin` file. ValueError when it is too short."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int, kind: str) -> np.ndarray:
        """(count,) of a kind, the bytes of which are filled up to four."""
        numbers = np.frombuffer(self.data, kind, count, self.at)
        self.at += -(-numbers.nbytes // 4) * 4
        return numbers

    def tagged(self, count: int) -> np.ndarray:
        """(count,) in the precision that the tag before them names."""
        tag = int(self.take(1, "<u4")[0])
        if tag not in (SINGLE, HALF):
            raise ValueError(f"weights of an unknown kind: {tag:#x}")
        return self.take(count, "<f2" if tag == HALF else "<f4")


def weights(param: Path, numbers: Path, names: Sequence[str]) -> dict[str, Tensor]:
    """Weights and biases by "name.weight" and "name.bias", each in the precision it is stored in.

    names: of the layers that have numbers, in their order. ValueError for a file that says something else.
    """
    lines = param.read_text("ascii").split("\n")
    if lines[0].strip() != MAGIC:
        raise ValueError(f"{param.name} is no file of ncnn")
    left, names_left, found = _Numbers(numbers.read_bytes()), list(names), dict[str, Tensor]()
    for line in (line.split() for line in lines[2:]):
        if not line or line[0] in BARE:
            continue
        layer = _layer(line, left)
        name = names_left.pop(0) if names_left else ""
        found |= {f"{name}.{part}": torch.from_numpy(value.copy()) for part, value in layer.items()}
    if names_left or "" in {key.rpartition(".")[0] for key in found} or left.at != len(left.data):
        raise ValueError(f"{param.name} and {numbers.name} hold another net")
    return found


def _layer(line: list[str], left: _Numbers) -> dict[str, np.ndarray]:
    """The numbers of a layer: its line says type, name, counts of inputs and outputs, their names, then settings "key=value"."""
    settings = {int(key): value for key, value in (part.split("=") for part in line[4 + int(line[2]) + int(line[3]) :])}
    after = int(settings.get(0, 0))
    if line[0] == "PReLU":
        return {"weight": left.take(after, "<f4")}
    if line[0] != "Convolution":
        raise ValueError(f"a layer of an unknown kind: {line[0]}")
    count, side = int(settings[6]), int(settings[1])
    if not after or count % (after * side * side):
        raise ValueError(f"a convolution of an unknown shape: {' '.join(line)}")
    kernels = left.tagged(count).reshape(after, -1, side, side)
    return {"weight": kernels, "bias": left.take(after, "<f4")} if int(settings.get(5, 0)) else {"weight": kernels}
