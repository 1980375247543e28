"""Other people's models: ONNX files that fill holes (MI-GAN, LaMa), and checkpoints that spandrel knows.

What such a file wants is not written in it: whether 1 marks the hole or what is to be kept, whether colours go from 0 to 1, -1 to 1 or 0 to
255. So each is asked at loading to fill a probe picture in every likely way; the one that keeps what is known and changes the hole is its
way. A file that keeps nothing is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.machine import precision
from ganapp.models import foreign, limits
from ganapp.models.about import About
from ganapp.models.filler import Filler, tried
from ganapp.pictures import images, resize
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks

RANGES = {"0 to 1": (0.0, 1.0), "-1 to 1": (-1.0, 2.0), "0 to 255": (0.0, 255.0)}  # name -> lowest level, span
KEPT, SURELY = 0.06, 0.004  # mean difference to what was known, of the full scale, that a model may make; that leaves no doubt
ENDINGS = (".onnx", ".safetensors", ".pth")
SIDE = 512  # largest crop of a model that takes any

Runner = Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]]  # (1, 3, h, w), (1, 1, h, w) -> (1, 3, h, w), in the model's own levels


@dataclass(frozen=True)
class Way:
    """How a model wants to be asked. hole: the mask's value where to fill (the other places have the other of 0 and 1); taken, given: names
    of RANGES for colours that go in and come out; whole: 255 where its mask has no 1 but 255."""

    hole: int = 1
    taken: str = "0 to 1"
    given: str = "0 to 1"
    whole: int = 1

    def report(self) -> dict[str, Any]:
        """What a person is told of it: the mask's value in the hole and where to keep, and the levels that go in and come out."""
        filled, kept = (self.whole, 0) if self.hole else (0, self.whole)
        return {"hole": filled, "keep": kept, "taken": self.taken, "given": self.given}


@dataclass(frozen=True)
class Asker:
    """How a model is asked to fill a crop. fixed: the one side it knows, 0 for any; integers: whether it takes whole levels; way: found by
    the probe."""

    run: Runner
    fixed: int
    integers: bool
    way: Way

    def __call__(self, colours: Array, hole: Marks) -> Array:
        """See models.filler.Filler.call."""
        h, w = hole.shape
        return self._sized(colours, hole)[:h, :w]

    def _sized(self, colours: Array, hole: Marks) -> Array:
        """The model's answer at the crop's own size; what the crop lacks to a side the model knows is mirrored."""
        h, w = hole.shape
        if self.fixed and max(h, w) > self.fixed:
            share = self.fixed / max(h, w)
            size = (max(1, round(w * share)), max(1, round(h * share)))
            small, hidden = resize.known(images.to_tensor(colours), images.to_tensor(hole.astype(np.float32)), size[1], size[0])
            return _resized(self._sized(images.to_array(small), hidden[0, 0].numpy() > 0)[: size[1], : size[0]], (w, h))
        step = self.fixed or 8
        bottom, right = -h % step if not self.fixed else step - h, -w % step if not self.fixed else step - w
        padded = np.pad(colours, ((0, bottom), (0, right), (0, 0)), mode="reflect" if min(h, w) > max(bottom, right) else "edge")
        gap = np.pad(hole, ((0, bottom), (0, right)))
        return ask(self.run, padded, gap, self.way, self.integers)


def _resized(colours: Array, size: tuple[int, int]) -> Array:
    channels = [Image.fromarray(np.ascontiguousarray(colours[..., i])).resize(size, Image.Resampling.BICUBIC) for i in range(3)]
    return np.stack([np.asarray(channel) for channel in channels], axis=2)


def ask(run: Runner, colours: Array, hole: Marks, way: Way, integers: bool) -> Array:
    """The model's answer (h, w, 3) in [0, 1] to colours (h, w, 3) in [0, 1] with a hole (h, w), asked in that way."""
    low, span = RANGES[way.taken]
    x = colours.transpose(2, 0, 1)[None] * span + low
    mask = (hole if way.hole else ~hole)[None, None].astype(np.float32) * way.whole
    if integers:
        x, mask = np.round(x).astype(np.uint8), mask.astype(np.uint8)
    low, span = RANGES[way.given]
    made = np.asarray(run(np.ascontiguousarray(x), np.ascontiguousarray(mask)), np.float32)
    answer: Array = np.clip((made[0].transpose(1, 2, 0) - low) / span, 0, 1)
    return answer


def probe(run: Runner, side: int, integers: bool, first: Way | None = None) -> Way:
    """The way a model wants to be asked: that in which it keeps most of what is known and does not keep the hole. `first` is tried before
    all others, as what its author says. UserError when there is none."""
    y, x = np.mgrid[:side, :side].astype(np.float32) / side
    colours = np.stack([0.25 + 0.5 * x, 0.3 + 0.4 * y, 0.6 - 0.3 * x * y], axis=2).astype(np.float32)
    hole = np.zeros((side, side), np.bool_)
    hole[side // 3 : side // 2, side // 3 : side // 2] = True
    spoilt = np.where(hole[..., None], np.array([1, 0, 1], np.float32), colours).astype(np.float32)
    taken = ("0 to 255",) if integers else tuple(RANGES)
    wholes = (255, 1) if integers else (1,)
    ways = [Way(*each) for each in itertools.product((1, 0), taken, taken if integers else tuple(RANGES), wholes)]
    best, least = None, KEPT
    for way in ([first] if first else []) + ways:
        try:
            made = ask(run, spoilt, hole, way, integers)
        except Exception as problem:  # noqa: BLE001 - whatever another engine raises
            raise foreign.failed(problem) from problem
        if not np.isfinite(made).all() or np.abs(made[hole] - spoilt[hole]).mean() < 0.1:
            continue
        gap = float(np.abs(made[~hole] - colours[~hole]).mean())
        if gap < least:
            best, least = way, gap
        if gap < SURELY:
            break
    if best is None:
        raise UserError("community_keeps_nothing")
    return best


Opened = tuple[int, Asker, int]  # side of the crops it works best at, how it is asked, bytes of memory


def load(reference: str) -> Filler:
    """The model of "owner/name/path/file.onnx[@revision]" on the Hub, or of a file in the runs folder's "community", written file:NAME.

    UserError when an optional package is missing, for TorchScript, and for a model that does not keep what is known.
    """
    path = foreign.located(reference, ENDINGS)
    return foreign.kept(path, "repair", lambda: opened(path, reference), lambda filler: filler.memory)


def opened(path: Path, reference: str = "") -> Filler:
    """The model in a file, probed. UserError as `load`."""
    side, asker, size = _onnx(path) if path.suffix.lower() == ".onnx" else _checkpoint(path)
    about = About("other", licence=foreign.licence(reference), megabytes=round(path.stat().st_size / 1e6, 1))
    return Filler(reference or path.name, side, asker, True, asker.way.report(), size, about)


def _onnx(path: Path) -> Opened:
    session = foreign.session(path)
    inputs = session.get_inputs()
    by_channels = {each.shape[1]: each for each in inputs if len(each.shape) == 4}
    if len(inputs) != 2 or not {1, 3} <= by_channels.keys():
        raise UserError("community_inputs")
    picture, mask = by_channels[3], by_channels[1]
    integers = picture.type == "tensor(uint8)"
    fixed = picture.shape[2] if isinstance(picture.shape[2], int) else 0

    def run(x: NDArray[Any], m: NDArray[Any]) -> NDArray[Any]:
        return session.run(None, {picture.name: x, mask.name: m})[0]

    way = probe(run, fixed or 256, integers)
    session.probed()
    return fixed or SIDE, Asker(run, fixed, integers, way), session.bytes


def _checkpoint(path: Path) -> Opened:
    with limits.opening(path, path.name):
        return masked(foreign.checkpoint(path))


def masked(held: Any) -> Opened:
    """A model that spandrel opened; UserError for one that fills no holes."""
    if type(held).__name__ != "MaskedImageModelDescriptor":
        raise UserError("community_inputs")

    size = sum(each.numel() * each.element_size() for each in held.model.state_dict().values())
    way = probe(_arrays(held), 128, False, Way())
    quick = precision.Quick(f"{held.architecture.name} {size}", held, lambda: _tried(way), RANGES[way.given][1])
    return SIDE, Asker(_arrays(quick), 0, False, way), size


def _tried(way: Way) -> tuple[Tensor, Tensor]:
    """What a net is tried with in bfloat16, in its own levels."""
    x, mask = tried()
    low, span = RANGES[way.taken]
    return (x + 1) / 2 * span + low, mask if way.hole else 1 - mask


def _arrays(call: Callable[[Tensor, Tensor], Tensor]) -> Runner:
    """A net's call on arrays."""

    def run(x: NDArray[Any], m: NDArray[Any]) -> NDArray[Any]:
        with torch.inference_mode():
            made: NDArray[Any] = call(torch.from_numpy(x).float(), torch.from_numpy(m).float()).numpy()
        return made

    return run
