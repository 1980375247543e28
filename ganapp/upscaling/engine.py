"""What computes a net: torch, channels last. Measured against onnxruntime and OpenVINO in docs/upscale.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ganapp.pictures.images import Array
from ganapp.pictures.photo import Levels

Call = Callable[[Tensor], Tensor]  # (1, 3, h, w) in [0, 1] -> (1, 3, scale h, scale w), about [0, 1]


@dataclass(frozen=True)
class Enlarger:
    """A net that enlarges. id: what it is called; scale: how many times; reach: pixels of its input that a pixel looks away; width:
    channels of its widest layer, for the memory it takes; key: nets of the same key take the same time."""

    id: str
    scale: int
    reach: int
    width: int
    key: str
    call: Call
    alone: bool = False  # whether it sees a lone grey plane, as three equal ones otherwise

    def enlarge(self, colours: Array) -> Tensor:
        """colours (h, w, 3) or (h, w, 1) in [0, 1] -> (scale h, scale w, 3 or 1), in [0, 1]."""
        x = torch.from_numpy(np.ascontiguousarray(colours)).permute(2, 0, 1).unsqueeze(0)  # (1, c, h, w), channels last in memory
        with torch.inference_mode():
            made = self.call(x.expand(1, 3, *x.shape[2:]).contiguous(memory_format=torch.channels_last))
            if x.shape[1] == 1:
                made = made.mean(1, keepdim=True)
            return made[0].permute(1, 2, 0).clamp(0, 1)


def ours(net: nn.Module, **more: Any) -> Call:
    """A net of the family upscaler, which takes and gives [-1, 1], as a call; `more` goes to it beside the picture."""
    ready: Any = net
    ready.to(memory_format=torch.channels_last)

    def call(x: Tensor) -> Tensor:
        made: Tensor = ready(x * 2 - 1, **more)
        return made.add_(1).mul_(0.5)

    return call


def levelled(colours: Tensor, dtype: np.dtype[Any]) -> Levels:
    """colours (h, w, c) in [0, 1] as levels of that kind."""
    if dtype == np.uint8:
        return colours.mul(255).add_(0.5).to(torch.uint8).numpy()
    return colours.mul(65535).add_(0.5).to(torch.int32).numpy().astype(np.uint16)
