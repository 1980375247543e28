"""Other people's models that enlarge or restore: Real-ESRGAN and whatever else spandrel knows, from a file or the Hub.

How far such a net looks, and how much it keeps in memory, is not written in the file. Both are measured when it is opened: two pictures
that differ on one side only show how far a difference travels, and the largest output of its layers tells the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import catalog, foreign, hub
from ganapp.upscaling import engine
from ganapp.upscaling.engine import Enlarger

ENDINGS = (".safetensors", ".pth")
PROBE = (48, 128)  # height and width of the pictures that it is measured with
SEEN = 0.25 / 255  # a difference that counts
SPARE = 6  # pixels beyond the farthest difference that was seen
FACTOR = 3.0  # memory that opening a file takes, in sizes of the file: read, half precision made single, copied
MOST_SCALE = 8


@dataclass(frozen=True)
class Other:
    """An opened model. net: as tiles need it; channels: 1 or 3; architecture: as spandrel calls it; licence: what its repository says, or
    nothing; parameters: how many; size: bytes of its file."""

    net: Enlarger
    channels: int
    architecture: str
    licence: str
    parameters: int
    size: int


def load(reference: str) -> Other:
    """The model of that name, opened and measured.

    UserError for a file that is not there, is too large for the memory, can run code, or does not enlarge a picture.
    """
    path = foreign.located(reference, ENDINGS)
    return foreign.kept(path, "upscale", lambda: opened(path, reference), lambda model: model.parameters * 4)


def opened(path: Path, reference: str = "") -> Other:
    """The model in a file. UserError as `load`."""
    size = path.stat().st_size
    need, free = size * FACTOR / 2**20, memory.free_mb()
    if need > free:
        raise UserError("upscale_model_memory", model=reference or path.name, need=round(need), free=round(free))
    try:
        found = foreign.checkpoint(path)
        net, channels = measured(found, reference or path.name)
    except (MemoryError, RuntimeError) as problem:
        if not memory.ran_out(problem):
            raise
        raise UserError("upscale_model_memory", model=reference or path.name, need=round(need), free=round(memory.free_mb())) from problem
    count = sum(parameter.numel() for parameter in found.model.parameters())
    return Other(net, channels, str(found.architecture.name), _licence(reference), count, size)


def _licence(reference: str) -> str:
    """What the repository of a file on the Hub says; "" for a file that was put here by hand."""
    if not reference or reference.startswith(foreign.LOCAL):
        return ""
    name, _, revision = reference.replace(":", "/", 1).partition("@")
    return hub.licence("/".join(name.split("/")[:2]), revision or "main")


def measured(found: Any, name: str) -> tuple[Enlarger, int]:
    """A model that spandrel opened as an Enlarger, and its channels. UserError for one that does not enlarge a picture."""
    if type(found).__name__ != "ImageModelDescriptor" or not 1 <= found.scale <= MOST_SCALE:
        raise UserError("upscale_other")
    channels = found.input_channels
    if channels not in (1, 3) or found.output_channels != channels:
        raise UserError("upscale_other")
    found.model.requires_grad_(False)
    call = _call(found, channels)
    try:
        reach, width = probe(call, found.scale, found.model)
    except RuntimeError as problem:
        if memory.ran_out(problem):
            raise
        raise foreign.failed(problem) from problem
    return Enlarger(name, found.scale, reach, width, f"other-{name}", call), channels


def _call(found: Any, channels: int) -> engine.Call:
    """What enlarges (1, 3, h, w); a net of one channel is given the three one by one."""

    def call(x: Tensor) -> Tensor:
        x = x.contiguous()
        made: Tensor = found(x) if channels == 3 else torch.cat([found(x[:, i : i + 1].contiguous()) for i in range(3)], 1)
        return made

    return call


def probe(call: Callable[[Tensor], Tensor], scale: int, net: nn.Module) -> tuple[int, int]:
    """How many pixels of its input a net looks away, as far as it can be seen, and how many numbers its largest layer gives for one pixel
    of the input. UserError for a net whose answer has another size, or is not finite."""
    height, width = PROBE
    random = torch.Generator().manual_seed(0)
    one = torch.rand((1, 3, height, width), generator=random)
    other = one.clone()
    half = width // 2
    other[..., :half] = torch.rand((1, 3, height, half), generator=random)
    largest = 0

    def note(_: nn.Module, __: Any, out: Any) -> None:
        nonlocal largest
        if isinstance(out, Tensor):
            largest = max(largest, out.numel())

    hooks = [each.register_forward_hook(note) for each in net.modules() if not list(each.children())]
    with torch.inference_mode():
        first = call(one)
        for hook in hooks:
            hook.remove()
        if first.shape != (1, 3, height * scale, width * scale) or not bool(torch.isfinite(first).all()):
            raise UserError("upscale_other")
        gap = (first - call(other)).abs().amax((0, 1, 2))  # (scale width,)
    touched = (gap[half * scale :] > SEEN).nonzero()
    reach = 0 if not len(touched) else int(touched.max()) // scale + 1
    return min(half, reach + SPARE), max(1, largest // (height * width))


def local() -> list[str]:
    """Names of the files that somebody put into the runs folder's "community"."""
    place = catalog.community()
    return sorted(f"{foreign.LOCAL}{path.name}" for path in place.iterdir() if path.suffix in ENDINGS) if place.is_dir() else []
