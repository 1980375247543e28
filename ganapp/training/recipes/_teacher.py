"""A larger net of another make whose pictures a smaller one learns from (Hinton et al. 2015, "Distilling the Knowledge in a Neural
Network"): what it makes of a degraded picture is one answer, where the original is one of many that the net cannot know."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.models import foreign, foreign_enlarger
from ganapp.training.run.place import Place


class Teacher:
    """An enlarger of another make: a file's path, "file:NAME" or "owner/name:file". UserError as `foreign.checkpoint`, and for a checkpoint
    that does not enlarge colour pictures at least `scale` times."""

    def __init__(self, name: str, scale: int, place: Place) -> None:
        path = Path(name)
        net = foreign_enlarger.trainer(path if path.is_file() else foreign.located(name, foreign_enlarger.ENDINGS), scale)
        self.scale, self.place = scale, place
        self.net = place.ready(net)

    @torch.no_grad()
    def __call__(self, small: Tensor) -> Tensor:
        """small (b, 3, h, w) in [-1, 1] -> (b, 3, scale h, scale w) in [-1, 1]; what is larger is made smaller by means of areas."""
        with self.place.fast():
            whole = self.net(small / 2 + 0.5).float().clamp(0, 1) * 2 - 1
        size = [side * self.scale for side in small.shape[-2:]]
        return whole if list(whole.shape[-2:]) == size else functional.interpolate(whole, size, mode="area")
