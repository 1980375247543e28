"""Other people's models that repaint: ONNX files of fast-neural-style, AnimeGAN and their kind, from a file or the Hub.

What such a file wants is not written in it: whether colours go from 0 to 1, -1 to 1 or 0 to 255, and come back so, and whether channels
stand before or behind the places. The latter is told by its shapes; for the former each is asked at loading to paint a test picture in
every likely way, and the way whose answer looks most like a picture of it is its own. Nets that normalise over the whole picture (most
of them) are found out by two pictures that differ on one half only, and are given the whole at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.machine import devices, processor
from ganapp.models import folder, foreign
from ganapp.models.about import About
from ganapp.models.painter import Painter

ENDINGS = (".onnx",)
RANGES = {"0 to 255": (0.0, 255.0), "-1 to 1": (-1.0, 2.0), "0 to 1": (0.0, 1.0)}  # name -> lowest level, span
TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}
SIDE = 384.0  # short side at which a picture is painted, of a net that takes any
MULTIPLE = 32  # of the sides of what such a net is given
PROBE = (96, 256)  # height and width of the test picture
LEAST = 0.3  # how much an answer must look like the test picture (correlation of lightness)
SAME = 0.2  # by how much a way that takes and gives the same levels is preferred: nets that normalise hardly tell their levels
SEEN = 0.5 / 255  # a difference that counts
SPARE = 16  # pixels beyond the farthest difference that was seen

Run = Callable[[NDArray[Any]], NDArray[Any]]  # in the model's own levels and order


@dataclass(frozen=True)
class Way:
    """How a model wants to be asked. taken, given: names of RANGES for colours that go in and come out; last: whether channels are last."""

    taken: str = "0 to 255"
    given: str = "0 to 255"
    last: bool = False


@dataclass(frozen=True)
class Other:
    """An opened model. key: its digest; kind: of its numbers; way: found by the probe; side: short side at which it paints; fixed: the one
    size (height, width) it takes, or None; reach: pixels it looks away, None for one that must see the whole; bytes: of memory."""

    key: str
    run: Run
    kind: str
    way: Way
    side: float
    fixed: tuple[int, int] | None
    reach: int | None = None
    multiple: int = MULTIPLE
    bytes: int = 0

    def paint(self, x: Tensor) -> Tensor:
        """x (1, 3, h, w) in [-1, 1] -> the same, repainted; what lacks to a size the model knows is mirrored."""
        if self.fixed is None:
            return _cut(_asked(self, x), x)
        h, w = x.shape[2:]
        share = min(self.fixed[0] / h, self.fixed[1] / w)
        size = (max(1, round(h * share)), max(1, round(w * share)))
        fitted = functional.interpolate(x, size, mode="bilinear", antialias=True, align_corners=False)
        made = _cut(_asked(self, _mirrored(fitted, *self.fixed)), fitted)
        return functional.interpolate(made, (h, w), mode="bicubic", antialias=True, align_corners=False)


def _cut(made: Tensor, x: Tensor) -> Tensor:
    """The answer at the size of what was asked, which some models miss by a few pixels."""
    h, w = x.shape[2:]
    if made.shape[2] < h or made.shape[3] < w:
        made = functional.pad(made, (0, max(0, w - made.shape[3]), 0, max(0, h - made.shape[2])), mode="replicate")
    return made[..., :h, :w]


def _mirrored(x: Tensor, height: int, width: int) -> Tensor:
    """x with rows and columns added at its end, mirrored as often as need be."""
    rows, columns = ([*range(n), *range(n - 2, 0, -1)] or [0] for n in x.shape[2:])
    down = torch.tensor([rows[i % len(rows)] for i in range(height)])
    across = torch.tensor([columns[i % len(columns)] for i in range(width)])
    return x[:, :, down][..., across]


def _asked(other: Other, x: Tensor) -> Tensor:
    """The model's answer (1, 3, h, w), about [-1, 1], to x in [-1, 1]."""
    low, span = RANGES[other.way.taken]
    levels = (x.numpy() + 1) * (span / 2) + low
    if other.way.last:
        levels = levels.transpose(0, 2, 3, 1)
    kind = TYPES[other.kind]
    levels = np.clip(np.round(levels), 0, 255) if kind is np.uint8 else levels
    try:
        made = np.asarray(other.run(np.ascontiguousarray(levels, kind)), np.float32)
    except Exception as problem:  # noqa: BLE001 - whatever another engine raises
        raise foreign.failed(problem) from problem
    made = made.transpose(0, 3, 1, 2) if other.way.last else made
    if made.ndim != 4 or made.shape[:2] != (1, 3) or not np.isfinite(made).all():
        raise UserError("stylize_other")
    low, span = RANGES[other.way.given]
    return torch.from_numpy(np.ascontiguousarray((made - low) * (2 / span) - 1))


def load(reference: str) -> Painter:
    """The model of "owner/name:file.onnx[@revision]" on the Hub, or of a file in the runs folder's "community", written file:NAME.

    UserError for a file that is not there, and one that does not repaint a picture.
    """
    path = foreign.located(reference, ENDINGS)
    return foreign.kept(path, "stylize", lambda: _promise(reference, path, opened(path)), lambda painter: painter.memory)


def of_file(path: Path, name: str) -> Painter:
    """The model in a file, called `name`. UserError as `load`, but no request is made."""
    return replace(_promise("", path, opened(path)), id=name)


def _promise(reference: str, path: Path, other: Other) -> Painter:
    about = About("other", licence=foreign.licence(reference), megabytes=round(path.stat().st_size / 1e6, 1), digest=other.key)
    return Painter(reference, other.key, other.side, other.reach, lambda _: other.paint, other.multiple, memory=other.bytes, about=about)


def opened(path: Path) -> Other:
    """The model in a file, probed. UserError as `load`."""
    session = foreign.session(path, min(processor.cores(), devices.MOST_THREADS))
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or len(inputs[0].shape) != 4 or inputs[0].type not in TYPES or not outputs:
        raise UserError("stylize_other")
    shape = inputs[0].shape
    last = shape[3] == 3 and shape[1] != 3
    if not last and shape[1] != 3:
        raise UserError("stylize_other")
    sides = shape[1:3] if last else shape[2:4]
    fixed = (sides[0], sides[1]) if all(isinstance(side, int) and side > 0 for side in sides) else None

    def run(x: NDArray[Any]) -> NDArray[Any]:
        return session.run([outputs[0].name], {inputs[0].name: x})[0]

    digest = folder.digest(path)
    side = float(min(fixed)) if fixed else SIDE
    painter = probed(Other(digest, run, inputs[0].type, Way(last=last), side, fixed, bytes=session.bytes))
    session.probed()
    return painter


def probed(blank: Other) -> Other:
    """The model with the way it wants to be asked, and how far it looks. UserError for one whose answers are no pictures."""
    x = _test_picture(*(blank.fixed or PROBE))
    taken = ("0 to 255",) if TYPES[blank.kind] is np.uint8 else tuple(RANGES)
    best, most = None, LEAST
    for takes in taken:
        answer = _asked(replace(blank, way=Way(takes, "0 to 1", blank.way.last)), x)  # as if it gave 0 to 1
        for gives in RANGES:
            low, span = RANGES[gives]
            looks = likeness(((answer + 1) / 2 - low) / span, (x + 1) / 2) + SAME * (takes == gives)
            if looks > most:
                best, most = Way(takes, gives, blank.way.last), looks
    if best is None:
        raise UserError("stylize_other")
    known = replace(blank, way=best, reach=None)
    return known if blank.fixed else replace(known, reach=_reach(known, x))


def likeness(made: Tensor, x: Tensor) -> float:
    """How much an answer (1, 3, h, w) looks like a picture of x, both in [0, 1]: the correlation of their lightness in coarse places, less
    what lies outside the levels there are, and less again where it hardly fills them."""
    outside = float(((made < -0.06) | (made > 1.06)).float().mean())
    size = (max(1, x.shape[2] // 8), max(1, x.shape[3] // 8))
    a, b = (functional.interpolate(each.mean(1, keepdim=True), size, mode="area").flatten() for each in (_cut(made, x), x))
    spread = float(a.std())
    if spread < 0.02:  # flat, or of levels far too small
        return 0.0
    together = torch.corrcoef(torch.stack([a, b]))[0, 1]
    return float(together) - 2 * outside - max(0.0, 0.1 - spread) * 2


def _test_picture(height: int, width: int) -> Tensor:
    """Waves, a disc and noise, in colours, (1, 3, h, w) in [-1, 1]."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    waves = [0.5 + 0.3 * np.sin(x / 23 + i) * np.cos(y / 17 - i) + 0.15 * np.sin(x / 61 + y / 47) for i in range(3)]
    picture = np.stack(waves)
    disc = (y - height / 2) ** 2 + (x - width / 3) ** 2 < (height / 4) ** 2
    picture[:, disc] = np.array([[0.9], [0.75], [0.2]], np.float32)
    picture += np.random.default_rng(0).normal(0, 0.02, picture.shape).astype(np.float32)
    return torch.from_numpy(np.clip(picture, 0, 1).astype(np.float32) * 2 - 1).unsqueeze(0)


def _reach(other: Other, x: Tensor) -> int | None:
    """How many pixels a model looks away, as far as it can be seen; None when it sees further than can be told."""
    half = x.shape[3] // 2
    changed = x.clone()
    changed[..., :half] = x[..., :half].flip(2, 3) * 0.5
    gap = (other.paint(x) - other.paint(changed)).abs().amax((0, 1, 2))[half:] / 2  # (w - half,)
    touched = (gap > SEEN).nonzero()
    reach = (int(touched.max()) + 1 if len(touched) else 0) + SPARE
    return None if reach >= half - SPARE else reach
