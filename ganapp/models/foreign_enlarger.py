"""Other people's models that enlarge or restore: Real-ESRGAN and whatever else spandrel knows, from a file or the Hub.

How far such a net looks, and how much it keeps in memory, is not written in the file. Both are measured when it is opened: two pictures
that differ on one side only show how far a difference travels, and the largest output of its layers tells the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.machine import memory
from ganapp.models import catalog, foreign, limits
from ganapp.models.about import About
from ganapp.models.enlarger import Call, Enlarger, quick

ENDINGS = (".safetensors", ".pth")
PROBE = (48, 128)  # height and width of the pictures that it is measured with
TRIED = 48  # pixels of a side of the picture that one is tried with in bfloat16; the largest take a second for it
SEEN = 0.25 / 255  # a difference that counts
SPARE = 6  # pixels beyond the farthest difference that was seen
MOST_SCALE = 8
KIND = "ImageModelDescriptor"  # what spandrel calls a net that takes one picture


def load(reference: str) -> Enlarger:
    """The model of that name, opened and measured.

    UserError for a file that is not there, is too large for the memory, can run code, or does not enlarge a picture.
    """
    path = foreign.located(reference, ENDINGS)
    return foreign.kept(path, "upscale", lambda: opened(path, reference), lambda model: model.about.parameters() * 4)


def opened(path: Path, reference: str = "") -> Enlarger:
    """The model in a file. UserError as `load`."""
    size = path.stat().st_size
    with limits.opening(path, reference or path.name):
        held = foreign.checkpoint(path)
        enlarger = measured(held, reference or path.name)
    count = sum(parameter.numel() for parameter in held.model.parameters())
    name, licence = str(held.architecture.name), foreign.licence(reference)
    about = About("other", name, held.input_channels, licence, round(size / 1e6, 1), lambda: count)
    return replace(enlarger, about=about)


def trainer(path: Path, scale: int) -> nn.Module:
    """The bare net of a checkpoint, (b, 3, h, w) -> (b, 3, s h, s w) in [0, 1] with s at least `scale`: for trainings that learn from it.
    UserError as `load`, and for one of other scale or channels."""
    held = foreign.checkpoint(path)
    if type(held).__name__ != KIND or held.scale < scale or held.input_channels != 3:
        raise UserError("evaluation_peer", file=path.name, scale=scale)
    net: nn.Module = held.model.requires_grad_(False)
    return net.eval()


def measured(held: Any, name: str) -> Enlarger:
    """A model that spandrel opened. UserError for one that does not enlarge a picture."""
    if type(held).__name__ != KIND or not 1 <= held.scale <= MOST_SCALE:
        raise UserError("upscale_other")
    if held.input_channels not in (1, 3) or held.output_channels != held.input_channels:
        raise UserError("upscale_other")
    held.model.requires_grad_(False)
    call = _call(held, held.input_channels)
    try:
        reach, width = probe(call, held.scale, held.model)
    except RuntimeError as problem:
        if memory.ran_out(problem):
            raise
        raise foreign.failed(problem) from problem
    key = f"other-{name}"
    return Enlarger(name, held.scale, reach, width, key, quick(key, call, TRIED))


def _call(held: Any, channels: int) -> Call:
    """What enlarges (1, 3, h, w); a net of one channel is given the three one by one."""

    def call(x: Tensor) -> Tensor:
        x = x.contiguous()
        made: Tensor = held(x) if channels == 3 else torch.cat([held(x[:, i : i + 1].contiguous()) for i in range(3)], 1)
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
