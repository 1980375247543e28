"""What a model for enlarging promises, and the call that keeps it.

torch, channels last, in bfloat16 where that pays (machine/precision.py); measured against onnxruntime and OpenVINO in docs/upscale.md. A
photo model may name a fidelity model as its sibling; between the two lies a net for every strength (interpolated weights).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.machine import lending, precision
from ganapp.models import catalog
from ganapp.models.about import UNKNOWN, About
from ganapp.models.about import of_folder as of
from ganapp.models.catalog import Loaded
from ganapp.pictures.images import Array

TASK = "upscale"
TRIED = 96  # pixels of a side of the picture that a net is tried with in bfloat16
TILE = 256  # pixels a side, of what a picture is cut into
PACE = 2.5e-5  # seconds for a million pixels and each weight that every pixel passes, before a net was measured
STEP = 0.05  # strengths are rounded to this, so that a slider does not fill the memory
Call = Callable[[Tensor], Tensor]  # (1, 3, h, w) in [0, 1] -> (1, 3, scale h, scale w), about [0, 1]


@dataclass(frozen=True)
class Enlarger:
    """A model that enlarges. id: what it is called; scale: how many times; reach: pixels of its input that a pixel looks away; width:
    channels of its widest layer, for the memory it takes; key: models of the same key take the same time in the same precision; call: keeps
    the promise; strength, denoise: whether it knows these settings; settled: the call at given ones; tile: side of the tiles that a picture
    is cut into where the memory allows it; guess: seconds for a million pixels, as long as nobody has measured it."""

    id: str
    scale: int
    reach: int
    width: int
    key: str
    call: Call = field(repr=False)
    strength: bool = False
    denoise: bool = False
    settled: Callable[[float, float], Call] | None = field(default=None, repr=False)
    about: About = field(default=UNKNOWN, repr=False)
    tile: int = TILE
    guess: float = 4.0

    @property
    def engine(self) -> str:
        """The precision that its kind is computed in here, as far as is known without a trial: "float32" or "bfloat16"."""
        return precision.of_kind(self.key)

    @property
    def pace(self) -> str:
        """Models of one pace take the same time."""
        return self.key if self.engine == precision.EXACT else f"{self.key} in {self.engine}"

    def at(self, strength: float, denoise: float) -> Enlarger:
        """The same with these settings, as far as it knows them: strength, 0 nothing made up to 1 as sharp as a photo; denoise, 0 as it is
        to 1 clean it well."""
        return self if self.settled is None else replace(self, call=self.settled(strength, denoise))

    def enlarge(self, colours: Array) -> Tensor:
        """colours (h, w, 3) or (h, w, 1) in [0, 1] -> (scale h, scale w, 3 or 1), in [0, 1]. UserError for an answer of another size."""
        h, w, channels = colours.shape
        x = torch.from_numpy(np.ascontiguousarray(colours)).permute(2, 0, 1).unsqueeze(0)  # (1, c, h, w), channels last in memory
        with torch.inference_mode():
            made = self.call(x.expand(1, 3, h, w).contiguous(memory_format=torch.channels_last))
            if made.shape != (1, 3, h * self.scale, w * self.scale):
                raise UserError("upscale_promise", model=self.id, name="scale")
            if channels == 1:
                made = made.mean(1, keepdim=True)
            return made[0].permute(1, 2, 0).clamp(0, 1)


def ours(net: nn.Module, key: str = "upscaler", side: int = TRIED, **more: Any) -> precision.Quick:
    """A net that takes and gives [-1, 1] as a call; `more` goes to it beside the picture. key, side: see `quick`."""
    ready: Any = lending.movable(net)
    ready.to(memory_format=torch.channels_last)
    return quick(key, lambda x: cast(Tensor, ready(x * 2 - 1, **more)).float().add_(1).mul_(0.5), side)


def quick(key: str, call: Call, side: int = TRIED) -> precision.Quick:
    """The call in the precision that suits calls of that key here, tried with a picture of that side."""
    return precision.Quick(key, call, lambda: (precision.picture(side).contiguous(memory_format=torch.channels_last),))


def of_folder(loaded: Loaded) -> Enlarger:
    """The promise of a model folder."""
    scale, reach = _promise(loaded, "scale", 1, 8), _promise(loaded, "receptive", 0, 1024)
    part = loaded.description.parts["model"]
    width, depth = (part.net.get(name) for name in ("width", "depth"))
    if type(width) is not int or type(depth) is not int:
        raise UserError("upscale_promise", model=loaded.id, name="width")
    denoise, sibling = bool(part.net.get("denoise")), _sibling(loaded)
    cleaner = part.net.get("cleaner") or ""
    passed = 9 * width * (3 + depth * width + 3 * scale**2)  # weights of the convolutions
    key, widest = f"{part.family}-{scale}-{width}-{depth}{cleaner and f'-{cleaner}'}", max(width, 3 * scale**2)

    def settled(strength: float, noise: float) -> Call:
        share = 1.0 if sibling is None else round(round(strength / STEP) * STEP, 2)
        more: dict[str, Any] = {"denoise": noise} if denoise else {}
        ready = cache(lambda: ours(_at(loaded, sibling, share), key, **more))
        return lambda x: ready()(x)

    about, has = of(loaded), {"strength": sibling is not None, "denoise": denoise}
    return Enlarger(loaded.id, scale, reach, widest, key, settled(1.0, 0.0), settled=settled, about=about, guess=PACE * passed, **has)


def _promise(loaded: Loaded, name: str, low: int, high: int) -> int:
    value = loaded.description.promises.get(name)
    if type(value) is not int or not low <= value <= high:
        raise UserError("upscale_promise", model=loaded.id, name=name)
    return value


def _sibling(loaded: Loaded) -> Loaded | None:
    """The fidelity model that a photo model names, if it is there."""
    name = loaded.description.values.get("sibling")
    if type(name) is not str or name == loaded.id:
        return None
    try:
        return catalog.load(name, TASK)
    except UserError:
        return None


def _at(loaded: Loaded, sibling: Loaded | None, share: float) -> nn.Module:
    """The net at `share` of the way from the sibling; of another shape there is none in between."""
    if sibling is None or share >= 1:
        return loaded.net()

    def between() -> nn.Module:
        family = importlib.import_module(f"ganapp.nets.{loaded.description.parts['model'].family}")
        try:
            net: nn.Module = family.between(sibling.net(), loaded.net(), share)
        except ValueError:
            return loaded.net()
        return net

    digests = (each.description.parts["model"].sha256 for each in (sibling, loaded))
    return catalog.derived(f"{'+'.join(digests)}@{share}", between)
