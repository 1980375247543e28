"""One net over one picture, tile by tile: each tile sees as much around it as the net looks at, so that tiles are the same as the whole.

When the memory does not suffice, the tile is halved and what is done so far stays.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.models.enlarger import Enlarger
from ganapp.pictures import photo, resize, tiling
from ganapp.pictures.box import Box
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Levels
from ganapp.pictures.tiling import Work
from ganapp.upscaling import forecast


@dataclass(frozen=True)
class Group:
    """Channels that go through the nets together, as three colours or one grey. turned: they are amounts of ink; bounded: it is alpha,
    which stays within what is around it."""

    channels: slice
    turned: bool = False
    bounded: bool = False


PLAIN = Group(slice(0, 3))


def fill(source: Levels, target: Levels, net: Enlarger, work: Work, group: Group = PLAIN) -> None:
    """Fill `target` (scale h, scale w, c) with `source` (h, w, c), c = 1 or 3, the channels of `group`, enlarged by `net`; uint8 or
    uint16 each.

    Amounts of ink are turned to light and back. UserError when even the smallest tile does not fit into memory.
    """
    full = np.iinfo(target.dtype).max

    def enlarged(box: Box) -> None:
        made, place = _tile(source, box, net, group, target), box.times(net.scale)
        target[place.slices] = made
        if work.canvas is not None:
            work.canvas.lay(full - made if group.turned else made, place, *target.shape[:2])

    tiling.each(Box(0, 0, *source.shape[:2]), work, enlarged)


def _tile(source: Levels, box: Box, net: Enlarger, group: Group, target: Levels) -> Levels:
    """The levels of one enlarged tile, of the kind that `target` has."""
    window = box.grown(net.reach, *source.shape[:2])
    seen = source[window.slices]
    if group.bounded and (seen == seen[0, 0]).all():  # clear, or solid
        size = (box.height * net.scale, box.width * net.scale, 1)
        return np.broadcast_to(resize.in_depth(seen[:1, :1], target.dtype), size)
    begun = time.perf_counter()
    colours = photo.to_floats(seen)
    made = net.enlarge(1 - colours if group.turned else colours)
    if group.bounded:
        made = _bounded(made, colours, net.scale)
    inner = made[box.within(window).times(net.scale).slices]
    levels = levelled(1 - inner if group.turned else inner, target.dtype)
    forecast.learn(net.pace, window.height * window.width, time.perf_counter() - begun)
    return levels


def _bounded(made: Tensor, source: Array, scale: int) -> Tensor:
    """made (scale h, scale w, 1), no lower and no higher than the pixels of source (h, w, 1) beside each place: what was clear or solid
    stays so, without rings."""
    x = torch.from_numpy(source).permute(2, 0, 1)[None]  # (1, 1, h, w)
    low, high = (sign * functional.max_pool2d(sign * x, 3, 1, 1) for sign in (-1, 1))
    larger = (each.repeat_interleave(scale, 2).repeat_interleave(scale, 3)[0].permute(1, 2, 0) for each in (low, high))
    return made.clamp(*larger)


def levelled(colours: Tensor, dtype: np.dtype[Any]) -> Levels:
    """colours (h, w, c) in [0, 1] as levels of that kind."""
    if dtype == np.uint8:
        return colours.mul(255).add_(0.5).to(torch.uint8).numpy()
    return colours.mul(65535).add_(0.5).to(torch.int32).numpy().astype(np.uint16)
